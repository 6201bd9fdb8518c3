#!/usr/bin/env python3
"""The soak: many mixed requests to one node from several clients at once, and what became of them.

Good ones, bad ones and canceled ones, to service and action. Prints a table; exit code 1 if a reply
was lost or wrong, or the node died or grew. `make soak`, or `make soak ARGS="--requests 50"`.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import trimesh
from action_msgs.msg import GoalStatus
from rclpy.action import ActionClient
from tqdm import tqdm

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.errors import ErrorCode
from diffh2o_ros.msg import HandGrasp
from diffh2o_ros.nodes.client import SynthesisClient, keep_apart, start_node
from diffh2o_ros.nodes.mesh_messages import mesh_message
from diffh2o_ros.srv import Synthesize

CODES = Synthesize.Response
TIMEOUT = 300.0  # seconds within which every request is answered
#: Fraction of the requests after which memory is first looked at, and how much it may grow then.
WARM_UP, GROWTH = 0.2, 0.05
OBJECTS = {
    "box": trimesh.creation.box((0.06, 0.06, 0.10)),
    "ball": trimesh.creation.icosphere(3, 0.04),
    "can": trimesh.creation.cylinder(0.033, 0.12, sections=48),
    "stick": trimesh.creation.capsule(0.14, 0.012),
}
TASKS = (
    "pick up the {} with the right hand",
    "pass the {} with the left hand",
    "inspect the {}",
    "move the {} to the left",
    "lift the {} with both hands",
)
#: What is asked, and how often.
KINDS = {"service": 5, "action": 3, "canceled": 3, "bad": 4}


@dataclass
class Tally:
    """What became of the requests."""

    seconds: list[float] = field(default_factory=list)  #: of those that were answered
    codes: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, code: int, expected: set[int], seconds: float) -> None:
        """Notes a reply."""
        with self.lock:
            self.codes[kind, code] += 1
            if code == CODES.NONE:
                self.seconds.append(seconds)
            if code not in expected:
                self.faults.append(f"{kind} gave {code} {ErrorCode(code).name}")

    def lost(self, kind: str, error: Exception) -> None:
        """Notes a reply that did not come."""
        with self.lock:
            self.faults.append(f"{kind}: {type(error).__name__}: {error}")


class Client:
    """Sends one request after another, of all kinds."""

    def __init__(self, number: int, process, tally: Tally) -> None:
        self._random = random.Random(number)
        self._client = SynthesisClient(process=process)
        self._actions = ActionClient(self._client.node, SynthesizeAction, "/synthesize_action")
        self._actions.wait_for_server(timeout_sec=30)
        self._client.wait_for_node()
        self._tally = tally

    def send(self) -> None:
        """One request, and its reply."""
        (kind,) = self._random.choices([*KINDS], [*KINDS.values()])
        name = self._random.choice([*OBJECTS])
        mesh = mesh_message(OBJECTS[name].vertices, OBJECTS[name].faces)
        fields = {
            "mesh": mesh,
            "task": self._random.choice(TASKS).format(name),
            "seed": self._random.randrange(2**31),
            "with_vertices": self._random.random() < 0.2,
            "skip_robots": self._random.random() < 0.5,
        }
        started = time.monotonic()
        try:
            if kind == "bad":
                bad, expected = self._spoilt()
                response = self._ask(**fields | bad)
                self._tally.note(kind, response.error_code, {expected}, 0.0)
            elif kind == "service":
                response = self._ask(**fields)
                seconds = time.monotonic() - started
                self._tally.note(kind, response.error_code, {CODES.NONE}, seconds)
            else:
                status, result = self._act(cancel=kind == "canceled", **fields)
                seconds = time.monotonic() - started
                expected = {CODES.NONE, CODES.CANCELED} if kind == "canceled" else {CODES.NONE}
                self._tally.note(kind, result.error_code, expected, seconds)
                if result.error_code == CODES.CANCELED and status != GoalStatus.STATUS_CANCELED:
                    self._tally.lost(kind, RuntimeError(f"a canceled goal has status {status}"))
        except (TimeoutError, RuntimeError) as error:
            self._tally.lost(kind, error)

    def close(self) -> None:
        """Leaves the ROS graph."""
        self._actions.destroy()
        self._client.close()

    def _ask(self, **fields):
        return self._client.synthesize(Synthesize.Request(**fields), TIMEOUT)

    def _act(self, cancel: bool, **fields):
        goal = SynthesizeAction.Goal(**fields)
        handle = self._client.wait(self._actions.send_goal_async(goal), TIMEOUT)
        if cancel:
            self._client.spin(self._random.uniform(0.0, 4.0))
            self._client.wait(handle.cancel_goal_async(), TIMEOUT)
        answer = self._client.wait(handle.get_result_async(), TIMEOUT)
        return answer.status, answer.result

    def _spoilt(self):
        """Fields that are wrong, and the code they should get."""
        nan = np.full((8, 3), np.nan)
        return self._random.choice(
            [
                ({"task": " "}, CODES.INVALID_TASK),
                ({"task": "pick " * 1000}, CODES.INVALID_TASK),
                ({"num_samples": 999}, CODES.INVALID_REQUEST),
                ({"mesh": mesh_message(nan, OBJECTS["box"].faces)}, CODES.INVALID_MESH),
                ({"grasps": [HandGrasp(side="middle")]}, CODES.INVALID_GRASP),
            ]
        )


def resident(process) -> float:
    """Megabytes of memory that a process has."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> int:
    """0, or 1 for lost or wrong replies, a node that died or grew."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--robot", default="", help="robot hands that do every second motion, too")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--steps", type=int, default=0, help="sampling steps; 0: the default")
    parser.add_argument("--candidates", type=int, default=0, help="0: the default")
    arguments = parser.parse_args()
    keep_apart()
    process = start_node(
        {
            "device": arguments.device,
            "queue_size": arguments.clients,
            "num_sampling_steps": arguments.steps,
            "num_candidates": arguments.candidates,
            "robot_right": arguments.robot,
            "robot_left": arguments.robot,
        }
    )
    tally = Tally()
    try:
        grown = _soak(process, arguments, tally)
        alive = process.poll() is None
    finally:
        process.terminate()
        code = process.wait(60)
    p50, p99 = np.percentile(tally.seconds, (50, 99)) if tally.seconds else (np.nan, np.nan)
    print(f"\nanswered in {p50:.1f} s (p50), {p99:.1f} s (p99), waiting for the others included")
    for (kind, number), count in sorted(tally.codes.items()):
        print(f"{kind:9} {ErrorCode(number).name:16} {count}")
    replies = sum(tally.codes.values())
    print(f"{replies} of {arguments.requests} requests had their reply")
    print(f"memory grew by {100 * grown:.1f} % after warm-up; the node ended with {code}")
    for fault in tally.faults[:20]:
        print(f"FAULT {fault}")
    good = alive and code == 0 and replies == arguments.requests and grown <= GROWTH
    return 0 if good and not tally.faults else 1


def _soak(process, arguments: argparse.Namespace, tally: Tally) -> float:
    """Sends everything; by how much the node grew after warm-up, as a ratio."""
    with SynthesisClient(process=process) as client:
        client.wait_for_node()
        if not (client.configure() and client.activate()):
            raise RuntimeError("the node did not start: its log says why")
    left = iter(range(arguments.requests))
    sizes: list[float] = []
    lock = threading.Lock()
    bar = tqdm(total=arguments.requests, unit="request")

    def work(number: int) -> None:
        client = Client(number, process, tally)
        while process.poll() is None:
            with lock:
                if next(left, None) is None:
                    break
            client.send()
            with lock:
                bar.update()
                if process.poll() is None:
                    sizes.append(resident(process))
        client.close()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(arguments.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bar.close()
    # A request may need more for a moment: medians of the fifth after warm-up and of the last one.
    span = max(1, len(sizes) // 5)
    first = int(WARM_UP * len(sizes))
    before, after = np.median(sizes[first : first + span]), np.median(sizes[-span:])
    course = ", ".join(f"{np.median(part):.0f}" for part in np.array_split(sizes, 10) if len(part))
    print(f"\nmemory by tenths of the requests: {course} MB")
    return float(after / before - 1)


if __name__ == "__main__":
    sys.exit(main())
