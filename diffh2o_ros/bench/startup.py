"""Start-up: from the start of a process to its first answer, and to the help of the command."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.timing import Timing, measure

#: Longer than any start takes, seconds.
TIMEOUT = 600


class StartFailed(RuntimeError):
    """A process that was to be timed ended in an error; the message is its last line."""


def help_time(repeats: int) -> Timing:
    """Seconds of `diffh2o --help`, Python's own start included."""
    command = [sys.executable, "-m", "diffh2o_ros", "--help"]

    def run(_: object) -> None:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=TIMEOUT)

    return measure(run, repeats)


def first_answer(
    device: str, mesh: Path, grasp: Path, task: str, effort: Effort
) -> dict[str, object]:
    """Seconds from process start to the first answer of the library, and their parts; and bytes
    that the process held at most, a guided request included. {"unmeasured": why} if it fails. For
    JSON.

    Args:
        mesh: a file; grasp: one of a target that fits it.
    """
    command = [
        sys.executable,
        "-m",
        "diffh2o_ros.bench.first_answer",
        "--mesh",
        str(mesh),
        "--grasp",
        str(grasp),
        "--task",
        task,
        "--device",
        device,
    ]
    if effort.candidates is not None:
        command += ["--candidates", str(effort.candidates)]
    if effort.steps_of_request is not None:
        command += ["--steps", str(effort.steps_of_request)]
    try:
        runs = [_answer(command) for _ in range(effort.starts)]
    except StartFailed as error:
        return {"unmeasured": f"the process failed: {error}"}
    times = {name: Timing.of([t[name] for t, _ in runs]).as_dict() for name in runs[0][0]}
    return {"seconds": times, "memory": runs[-1][1]}


def _answer(command: list[str]) -> tuple[dict[str, float], dict]:
    """Durations, `total` since the process was started, and memory."""
    begin = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        first = process.stdout.readline()
        total = time.perf_counter() - begin
        rest, errors = process.communicate(timeout=TIMEOUT)
    if process.returncode != 0:
        lines = errors.strip().splitlines() or [f"exit code {process.returncode}"]
        raise StartFailed(lines[-1])
    times = json.loads(first)
    times["interpreter"] = total - sum(times.values())
    return times | {"total": total}, json.loads(rest.strip().splitlines()[-1])
