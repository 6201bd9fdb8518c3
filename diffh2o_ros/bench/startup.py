"""Start-up: from the start of a process to its first answer, and to the help of the command."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.timing import Timing, measure, timing_of

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
    words = {"mesh": mesh, "grasp": grasp, "task": task, "device": device}
    counts = {"candidates": effort.candidates or 0, "steps": effort.steps_of_request or 0}
    command = [sys.executable, "-m", "diffh2o_ros.bench.first_answer", *flags({**words, **counts})]
    try:
        runs = [_answer(command) for _ in range(effort.starts)]
    except StartFailed as error:
        return {"unmeasured": f"the process failed: {error}"}
    times = {name: timing_of([t[name] for t, _ in runs]) for name in runs[0][0]}
    return {"seconds": times, "memory": runs[-1][1]}


def flags(values: Mapping[str, object]) -> list[str]:
    """A program's arguments: --name value for each."""
    return [word for name, value in values.items() for word in (f"--{name}", str(value))]


def last_line(errors: str, code: int) -> str:
    """What a program that failed wrote last to its standard error, or else its exit code."""
    return (errors.strip().splitlines() or [f"exit code {code}"])[-1]


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
        raise StartFailed(last_line(errors, process.returncode))
    times = json.loads(first)
    times["interpreter"] = total - sum(times.values())
    return times | {"total": total}, json.loads(rest.strip().splitlines()[-1])
