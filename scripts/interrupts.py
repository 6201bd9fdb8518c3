#!/usr/bin/env python3
"""Ctrl-C, or SIGTERM, at random moments of a node's life: exit code 0 and no traceback.

Part of `make soak`. Prints each moment; exit code 1 if one of them ended otherwise.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import trimesh

from diffh2o_ros.nodes.client import SynthesisClient, keep_apart, start_node
from diffh2o_ros.nodes.mesh_messages import mesh_message
from diffh2o_ros.srv import Synthesize

LONGEST = 60.0  #: seconds that ending may take
BOX = trimesh.creation.box((0.06, 0.06, 0.10))


def main() -> int:
    """0, or 1 if a node did not end as it should."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--within", type=float, default=15.0, help="seconds from the start")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    keep_apart()
    rng = random.Random(arguments.seed)
    faults = 0
    for _ in range(arguments.moments):
        after = rng.uniform(0.0, arguments.within)
        number = rng.choice((signal.SIGINT, signal.SIGINT, signal.SIGTERM))
        stage, code, seconds, log = interrupted(after, number)
        # A process that has not set up its handlers yet dies of SIGTERM as any other does.
        clean = (0, -signal.SIGTERM) if stage == "starting" and number == signal.SIGTERM else (0,)
        good = code in clean and "Traceback" not in log
        faults += not good
        line = f"{after:5.1f} s, {stage:12} {number.name}"
        print(f"{line}: exit {code} after {seconds:.1f} s", flush=True)
        if not good:
            print(log)
    print(f"{arguments.moments - faults} of {arguments.moments} ended cleanly")
    return 1 if faults else 0


def interrupted(after: float, number: signal.Signals) -> tuple[str, int | None, float, str]:
    """What a node was doing when it got a signal, its exit code, how long ending took, its log."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "node.log")
        with path.open("w") as log:
            process = start_node({"device": "cpu"}, stdout=log, stderr=subprocess.STDOUT)
        stage = ["starting"]
        user = threading.Thread(target=_use, args=(process, stage))
        started = time.monotonic()
        user.start()
        time.sleep(max(0.0, after - (time.monotonic() - started)))
        doing = stage[0]
        process.send_signal(number)
        sent, code = time.monotonic(), None
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(LONGEST)
        seconds = time.monotonic() - sent
        process.kill()
        user.join()
        return doing, code, seconds, path.read_text()


def _use(process: subprocess.Popen, stage: list[str]) -> None:
    """Takes a node through its life, and says in `stage` where it is, until the node ends."""
    request = Synthesize.Request(mesh=mesh_message(BOX.vertices, BOX.faces), task="lift the box")
    with suppress(RuntimeError, TimeoutError), SynthesisClient(process=process) as client:
        client.wait_for_node()
        stage[0] = "configuring"
        client.configure()
        stage[0] = "activating"
        client.activate()
        while True:
            stage[0] = "busy"
            client.synthesize(request, LONGEST)
            stage[0] = "idle"
            client.spin(1.0)


if __name__ == "__main__":
    sys.exit(main())
