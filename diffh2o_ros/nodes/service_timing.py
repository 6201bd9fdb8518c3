"""The service, timed from outside: a real node, asked over DDS by a client in another process.

python -m diffh2o_ros.nodes.service_timing --objects DIR --grasp G.json --out F.json

It writes, as a list of every time it was measured, in seconds: from the start of the node's process
until it is active; from a request's sending to its reply, for the object that the node has seen
(DIR/seen.npz) and for others (every other file), with a target grasp and without; what of that lies
outside the stages; building the messages; and, in bytes, the memory of the node's process. F.log is
the node's log.
"""

from __future__ import annotations

import argparse
import itertools
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from builtin_interfaces.msg import Duration
from std_msgs.msg import Header

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.memory import resident_bytes
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.client import SynthesisClient, keep_apart, start_node
from diffh2o_ros.nodes.from_messages import interaction_from_message
from diffh2o_ros.nodes.mesh_messages import mesh_message, read_mesh
from diffh2o_ros.nodes.to_messages import grasp_message, interaction_message
from diffh2o_ros.srv import Synthesize

NAMESPACE = "bench"
NODE = f"/{NAMESPACE}/diffh2o_synthesis"
#: Name of the file of the object that the node has seen before.
SEEN = "seen.npz"
#: Refused targets after which nothing can be said of guided requests.
TRIES = 10


def main() -> int:
    """0; 1 with one line on stderr if the node did not do what was asked."""
    arguments = _parser().parse_args()
    keep_apart()
    try:
        found = time_service(arguments)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    with whole_file(arguments.out) as partial:
        partial.write_text(json.dumps(found, indent=1), "utf-8")
    return 0


def time_service(arguments: argparse.Namespace) -> dict[str, object]:
    """Everything. Raises RuntimeError for a node that fails or is silent."""
    starts: list[dict[str, float]] = []
    for _ in range(arguments.starts - 1):
        with _running_node(arguments, starts):
            pass
    with _running_node(arguments, starts) as (process, client):
        timer = RequestTimer(client, arguments)
        requests = {
            f"{guided}, {seen}": timer.timed(guided == "guided", seen == "seen")
            for guided, seen in itertools.product(("guided", "unguided"), ("unseen", "seen"))
        }
        messages = timer.message_times()
        memory = resident_bytes(process.pid)
    return {"ready": _by_name(starts), "requests": requests, "messages": messages, "memory": memory}


@contextmanager
def _running_node(
    arguments: argparse.Namespace, starts: list[dict[str, float]]
) -> Iterator[tuple[subprocess.Popen, SynthesisClient]]:
    """An active node and a client of it; the seconds of its start are added to `starts`."""
    parameters = {
        "device": arguments.device,
        "num_candidates": arguments.candidates,
        "num_sampling_steps": arguments.steps,
    }
    moments = [time.perf_counter()]
    log = arguments.out.with_suffix(".log")
    with log.open("w") as file:
        process = start_node(parameters, NAMESPACE, stdout=file, stderr=subprocess.STDOUT)
    try:
        with SynthesisClient(NODE, process) as client:
            client.wait_for_node()
            moments.append(time.perf_counter())
            if not client.configure():
                raise RuntimeError("the node refused to configure")
            moments.append(time.perf_counter())
            if not client.activate():
                raise RuntimeError("the node refused to activate")
            moments.append(time.perf_counter())
            spent = zip(("process", "configure", "activate"), np.diff(moments), strict=True)
            starts.append({**dict(spent), "total": moments[-1] - moments[0]})
            yield process, client
    except (RuntimeError, TimeoutError) as error:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"{error}; its log ends: {''.join(last)}") from error
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class RequestTimer:
    """Sends requests and times them, as the program's arguments say."""

    def __init__(self, client: SynthesisClient, arguments: argparse.Namespace) -> None:
        self._client, self._arguments = client, arguments
        self._grasp = Grasp.from_json(arguments.grasp)
        self._seen = _read(arguments.objects / SEEN)
        files = sorted(arguments.objects.iterdir())
        self._new = iter([path for path in files if path.name != SEEN])

    def timed(self, guided: bool, seen: bool) -> dict[str, list[float]]:
        """Seconds of refined requests after those that do not count.

        `reply`: from sending to the reply. `build`: the request's message, before. `outside`: of
        the reply, what is none of the stages: DDS, conversions, the node's executor. `transport`:
        of that, what the node does not see: DDS and the client. And each stage by its name.
        """
        rows = []
        refused = 0
        while len(rows) < self._arguments.warm_up + self._arguments.repeats:
            mesh = self._mesh(seen)
            begin = time.perf_counter()
            request = self._request(mesh, guided)
            sent = time.perf_counter()
            response = self._client.synthesize(request)
            done = time.perf_counter()
            if response.error_code:
                raise RuntimeError(response.error_message)
            if guided and "target_error_m" not in response.interactions[0].quality_names:
                refused += 1
                if refused > TRIES:
                    raise RuntimeError(f"{refused} target grasps were left aside")
                continue
            durations = map(_seconds, response.stage_durations)
            stages = dict(zip(response.stage_names, durations, strict=True))
            rows.append(
                {
                    "reply": done - sent,
                    "build": sent - begin,
                    "outside": done - sent - sum(stages.values()),
                    "transport": done - sent - _seconds(response.total_duration),
                    **stages,
                }
            )
        return _by_name(rows[self._arguments.warm_up :])

    def message_times(self) -> dict[str, list[float]]:
        """Seconds of building and of reading messages, in this process."""
        arrays = self._seen
        request = self._request(arrays, guided=False)
        request.with_vertices = True
        reply = self._client.synthesize(request).interactions[0]
        interaction = interaction_from_message(reply)
        works = {
            "mesh to message": lambda: mesh_message(*arrays),
            "message to mesh": lambda: read_mesh(request.mesh),
            "interaction to message": lambda: _reply(interaction, False),
            "interaction with vertices to message": lambda: _reply(interaction, True),
        }
        return {name: _repeated(work, self._arguments.repeats) for name, work in works.items()}

    def _mesh(self, seen: bool) -> tuple[np.ndarray, np.ndarray]:
        if seen:
            return self._seen
        path = next(self._new, None)
        if path is None:
            raise RuntimeError("there are too few objects in --objects")
        return _read(path)

    def _request(self, arrays: tuple, guided: bool) -> Synthesize.Request:
        return Synthesize.Request(
            mesh=mesh_message(*arrays),
            task=self._arguments.task,
            grasps=[grasp_message(self._grasp)] if guided else [],
        )


def _reply(interaction: Interaction, with_vertices: bool) -> object:
    return interaction_message(interaction, Header(), 0, 0, with_vertices)


def _repeated(work: Callable[[], object], repeats: int) -> list[float]:
    """Seconds that something takes, after a first time."""
    work()
    spent = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return spent


def _by_name(rows: list[dict[str, float]]) -> dict[str, list[float]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3), meters, and faces (F, 3)."""
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["vertices"], arrays["faces"]


def _seconds(duration: Duration) -> float:
    return duration.sec + 1e-9 * duration.nanosec


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--objects", type=Path, required=True, help="vertices and faces, a .npz each"
    )
    parser.add_argument("--grasp", type=Path, required=True, help="a target that fits all, JSON")
    parser.add_argument("--out", type=Path, required=True, help="the figures, JSON")
    parser.add_argument("--task", default="pick up the object with the right hand")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--repeats", type=int, default=7, help="of each kind of request")
    parser.add_argument("--warm-up", type=int, default=1, help="requests that do not count")
    parser.add_argument("--starts", type=int, default=1, help="of the node")
    parser.add_argument("--candidates", type=int, default=0, help="0: the default")
    parser.add_argument("--steps", type=int, default=0, help="0: the default")
    return parser


if __name__ == "__main__":
    sys.exit(main())
