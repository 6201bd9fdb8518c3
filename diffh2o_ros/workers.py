"""Processes that work for this one: they leave Ctrl-C to it, and go when it ends them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, TypeVar

from diffh2o_ros.atomic import remove_unfinished

Job = TypeVar("Job")
Result = TypeVar("Result")
Runner = Callable[[Any], Callable[[Job], Result]]
"""Given what all jobs share, gives what does one."""

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Spawned, not forked: torch's threads and a running ROS context do not survive a fork.
SPAWN = multiprocessing.get_context("spawn")


def in_processes(
    work: Callable[[Job], Result],
    jobs: Iterable[Job],
    workers: int | None = None,
    in_order: bool = True,
) -> Iterator[Result]:
    """What `work` gives for each job, in processes of their own, of one torch thread each.

    They end with the last job, with the first that fails, and when nobody asks for more. (Those of
    multiprocessing.Pool are started anew when they are ended from outside, and complain when this
    process goes meanwhile.)

    Args:
        workers: how many processes; default as many as there are cores.
        in_order: results come in the order of the jobs, else as they are ready.
    """
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers or os.cpu_count(), SPAWN, _begin)
    try:
        with _signals_held():  # each job starts a process, until there are all
            runs = deque(pool.submit(work, job) for job in jobs)
        if in_order:
            while runs:
                yield runs.popleft().result()
        else:
            ready = as_completed(runs)
            del runs  # so that no result is kept once it was given
            for run in ready:
                yield run.result()
    finally:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)


def run_jobs(
    runner: Runner, setup: Hashable, jobs: Iterable[Job], workers: int
) -> Iterator[Result]:
    """What `runner(setup)` gives for each job, as it is ready.

    Args:
        runner: loads what all jobs need: called once in this process or, if `workers` is above 1,
            once in each of so many others.
    """
    if workers == 1:
        yield from map(runner(setup), jobs)
    else:
        yield from in_processes(partial(_run, runner, setup), jobs, workers, in_order=False)


def _run(runner: Runner, setup: Hashable, job: Job) -> Result:
    return _loaded(runner, setup)(job)


@cache
def _loaded(runner: Runner, setup: Hashable) -> Callable[[Job], Result]:
    return runner(setup)


@contextmanager
def _signals_held() -> Iterator[None]:
    """No process that is started inside is cut off from what it is given to begin with, and none
    gets the Ctrl-C that a terminal sends to all: each would print where it was. This one gets its
    signals when the block ends."""
    came: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in _ENDING:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, lambda number, _: came.append(number))
    # What is blocked stays so in what is started. For this process it is not enough: any of its
    # threads may take a signal.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in came:
        signal.raise_signal(number)


def _begin() -> None:
    """The first thing that a process does that was started here."""
    signal.signal(signal.SIGTERM, _end)
    import torch  # a second in which this process can be told to end

    torch.set_num_threads(1)  # the processes are as many as there are cores


def _end(number: int, _frame: object) -> None:
    remove_unfinished()
    os._exit(128 + number)
