"""A duration, measured: repeated after a warm-up, its median and its spread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Timing = dict[str, float]
"""Seconds of something that was done `count` times: `median`, `low` and `high` (the 10th and the
90th percentile). For JSON."""


def timing_of(seconds: Sequence[float]) -> Timing:
    """The timing of one or more runs, to the nanosecond."""
    low, median, high = np.percentile(seconds, (10, 50, 90)).round(9).tolist()
    return {"median": median, "low": low, "high": high, "count": len(seconds)}


def measure(
    run: Callable[[Any], object],
    repeats: int,
    *,
    prepare: Callable[[int], Any] = lambda number: number,
    warm_up: int = 1,
    limit: float = float("inf"),
    device: str = "cpu",
) -> Timing:
    """Seconds that `run` takes.

    Args:
        run: what is timed, called with what `prepare` gave.
        repeats: how often, after the warm-up.
        prepare: called with 0, 1, 2 ... before each run, outside the time: for inputs that must
            be new each time.
        warm_up: runs that are not counted, if there are others.
        limit: seconds; once as much has been spent, what there is must do.
        device: a CUDA device is waited for before and after.
    """
    spent: list[float] = []
    for number in range(warm_up + repeats):
        given = prepare(number)
        wait_for(device)
        begin = time.perf_counter()
        run(given)
        wait_for(device)
        spent.append(time.perf_counter() - begin)
        if sum(spent) > limit:
            break
    return timing_of(spent[warm_up:] or spent)


def wait_for(device: str) -> None:
    """Returns when a CUDA device has done all it was told; at once for the CPU."""
    if str(device).startswith("cuda"):
        import torch

        torch.cuda.synchronize(device)
