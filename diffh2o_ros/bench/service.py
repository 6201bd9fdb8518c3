"""The part that needs ROS 2: a program of its own, which is handed all it needs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from importlib import util
from pathlib import Path

import numpy as np

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.objects import FAMILIAR, SCAN_FACES, lumpy_object
from diffh2o_ros.bench.startup import flags, last_line
from diffh2o_ros.bench.timing import Timing, timing_of

NO_ROS = "ROS 2 is not on the path; `make bench` has it"
#: Longer than it takes on any machine, seconds.
TIMEOUT = 1800
#: New objects beyond those that are needed: a target may be refused.
SPARE = 10


def why_not() -> str | None:
    """Why the service cannot be timed here; None if it can."""
    there = util.find_spec("rclpy") is not None and util.find_spec("diffh2o_ros.srv") is not None
    return None if there else NO_ROS


def service_figures(
    program: Sequence[str], device: str, grasp: Path, task: str, effort: Effort
) -> dict[str, object]:
    """What the program found, or {"unmeasured": why}. For JSON.

    Args:
        program: the command that times the service.
        grasp: a file of a target that fits the objects of `bench.objects`.
    """
    reason = why_not()
    if reason is not None:
        return {"unmeasured": reason}
    with scratch_folder() as folder:
        objects, out = folder / "objects", folder / "service.json"
        _write_objects(objects, 2 * (effort.warm_up + effort.repeats) + SPARE)
        words = {"objects": objects, "grasp": grasp, "out": out, "task": task, "device": device}
        counts = {
            "repeats": effort.repeats,
            "warm-up": effort.warm_up,
            "starts": effort.starts,
            "candidates": effort.candidates or 0,
            "steps": effort.steps_of_request or 0,
        }
        command = [*program, *flags({**words, **counts})]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return {"unmeasured": f"the service gave no figures within {TIMEOUT} s"}
        if done.returncode != 0:
            reason = last_line(done.stderr, done.returncode)
            return {"unmeasured": f"the service could not be timed: {reason}"}
        found = json.loads(out.read_text("utf-8"))
    return {
        "ready": _timings(found["ready"]),
        "requests": {name: _timings(seconds) for name, seconds in found["requests"].items()},
        "messages": _timings(found["messages"]),
        "memory": found["memory"],
    }


def _write_objects(folder: Path, number: int) -> None:
    """The familiar object, and others that no cache has seen."""
    folder.mkdir()
    for seed in range(FAMILIAR, FAMILIAR + 1 + number):
        vertices, faces = lumpy_object(SCAN_FACES, seed)
        name = "seen" if seed == FAMILIAR else f"new_{seed:04d}"
        np.savez(folder / f"{name}.npz", vertices=vertices, faces=faces)


def _timings(seconds: dict[str, list[float]]) -> dict[str, Timing]:
    return {name: timing_of(values) for name, values in seconds.items()}
