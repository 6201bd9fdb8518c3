"""Processes that work for this one: they leave Ctrl-C to it, and go when it ends them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import Pool

from diffh2o_ros.atomic import remove_unfinished

#: Spawned, not forked: torch's threads and a running ROS context do not survive a fork.
SPAWN = multiprocessing.get_context("spawn")


@contextmanager
def worker_pool(workers: int | None) -> Iterator[Pool]:
    """A pool of `workers` processes (default: as many as there are cores) that ends with the
    block."""
    with interrupts_held():
        pool = SPAWN.Pool(workers, begin_worker)
    with pool:
        yield pool


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Processes that are started inside never get the Ctrl-C that a terminal sends to all: each
    would print where it was. This one gets it when the block ends."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker() -> None:
    """The first thing that a process does that was started here."""
    signal.signal(signal.SIGTERM, _end)


def _end(number: int, _frame: object) -> None:
    remove_unfinished()
    os._exit(128 + number)
