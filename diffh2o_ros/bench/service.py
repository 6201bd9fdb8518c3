"""The part that needs ROS 2: a program of its own in `nodes`; nothing here imports rclpy."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

from diffh2o_ros.atomic import scratch_folder

if TYPE_CHECKING:
    from diffh2o_ros.bench.effort import Effort

PROGRAM = "diffh2o_ros.nodes.service_timing"
NO_ROS = "ROS 2 is not on the path; `make bench` has it"
#: Longer than it takes on any machine, seconds.
TIMEOUT = 1800


def why_not() -> str | None:
    """Why the service cannot be timed here; None if it can."""
    there = util.find_spec("rclpy") is not None and util.find_spec("diffh2o_ros.srv") is not None
    return None if there else NO_ROS


def service_figures(device: str, grasp: Path, task: str, effort: Effort) -> dict[str, object]:
    """What the program found, or {"unmeasured": why}. For JSON.

    Args:
        grasp: a file of a target that fits the objects of `bench.objects`.
    """
    reason = why_not()
    if reason is not None:
        return {"unmeasured": reason}
    with scratch_folder() as folder:
        out = folder / "service.json"
        words = {
            "grasp": grasp,
            "out": out,
            "task": task,
            "device": device,
            "repeats": effort.repeats,
            "warm-up": effort.warm_up,
            "starts": effort.starts,
            "candidates": effort.candidates or 0,
            "steps": effort.steps_of_request or 0,
        }
        command = [sys.executable, "-m", PROGRAM]
        for name, word in words.items():
            command += [f"--{name}", str(word)]
        try:
            done = subprocess.run(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                timeout=TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            return {"unmeasured": f"the service gave no figures within {TIMEOUT} s"}
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            return {"unmeasured": f"the service could not be timed: {lines[-1]}"}
        return json.loads(out.read_text("utf-8"))
