"""Threads of our own, in which a synthesis runs.

What callers set of torch and numpy for their own computations (gradients, inference mode, autocast,
default devices, floating point errors) holds in their thread and does not reach these.

In each of them torch runs every operation on that thread alone. It would share each operation among
its own threads, which then wait for one another hundreds of times in one request. Where another
process wants one of their cores, as on every robot, every wait lasts until the scheduler comes
round: a second becomes ten. Threads that do a part of the batch each wait once. The limits are
OpenMP's and MKL's for one thread: the number of threads that torch has elsewhere is not touched.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import torch
from threadpoolctl import ThreadpoolController

Value = TypeVar("Value")
OnProgress = Callable[[str, int, int], None]
"""(stage, step, total); what it raises ends the synthesis."""

#: Syntheses that run at once; more wait for one of them.
MOST_AT_ONCE = 64


class ForkError(RuntimeError):
    """This process is a fork of one that was in the midst of a synthesis."""


class Stopped(Exception):
    """Nobody waits any more for what is worked on."""


class Report:
    """How far a synthesis is, from the threads that work to the one that waits."""

    def __init__(self) -> None:
        self.events: SimpleQueue[tuple[str, int, int] | None] = SimpleQueue()
        self.stopped = threading.Event()

    def __call__(self, stage: str, step: int, total: int) -> None:
        """Says that `step` of `total` of a stage is done. Raises Stopped."""
        self.check()
        self.events.put((stage, step, total))

    def check(self) -> None:
        """Raises Stopped where the work is no longer wanted."""
        if self.stopped.is_set():
            raise Stopped


def apart(work: Callable[[Report], Value], on_progress: OnProgress | None = None) -> Value:
    """What `work` gives in a thread of our own.

    Args:
        work: called with the `Report` that it tells its progress.
        on_progress: called in this thread; what it raises, and Ctrl-C, ends the work within a step.

    Raises:
        ForkError: this process was forked while another thread was in here.
    """
    if _calls.torn:
        raise ForkError(
            "this process was forked while another thread was synthesizing: fork when none is, or "
            "start processes with multiprocessing's 'spawn'"
        )
    report = Report()
    with _counted():
        future = _calls.pool("synthesis", MOST_AT_ONCE).submit(work, report)
        future.add_done_callback(lambda _: report.events.put(None))
        try:
            while (event := report.events.get()) is not None:
                if on_progress is not None:
                    on_progress(*event)
        except BaseException:
            report.stopped.set()
            wait([future])
            raise
    try:
        return future.result()
    finally:
        del future  # or what it raised would hold this frame, which holds it


def in_parts(work: Callable[[slice], Value], count: int, threads: int) -> list[Value]:
    """`work` on contiguous parts of range(count), as even as can be, each in a thread of its own;
    its results in their order. What one raises is raised when all are done. `work` must
    not ask for parts itself."""
    parts = max(1, min(threads, count))
    edges = [round(count * i / parts) for i in range(parts + 1)]
    slices = [slice(*edge) for edge in pairwise(edges)]
    if parts == 1:
        return [work(slices[0])]
    others = [_calls.pool("part", threads - 1).submit(work, part) for part in slices[1:]]
    try:
        first = work(slices[0])
    finally:
        wait(others)
    return [first, *(other.result() for other in others)]


def alongside(work: Callable[[], Value], other: Callable[[], object]) -> Value:
    """What `work` gives; `other` is done meanwhile, in a thread of its own."""
    done = _calls.pool("part", 1).submit(other)
    try:
        return work()
    finally:
        wait([done])


# Threads are kept. New ones for every request would each leave memory behind, of the allocator's
# arenas and of the libraries' scratch space. And a thread that ends, which Python's join does not
# wait for to its last, gives MKL's memory back under spin locks: a fork in that moment leaves them
# locked in the child for good.


def _compute_alone() -> None:
    """Has torch compute on the calling thread alone, whatever it does on others."""
    torch.get_num_threads()  # sets what it finds at its first call in a thread: before us
    _openmp().limit(limits=1, user_api="openmp")
    _mkl_set_num_threads_local()(1)


@cache
def _openmp() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def _mkl_set_num_threads_local() -> Callable[[int], object]:
    """MKL's function of this name, which is linked into torch; one that does nothing without MKL.

    MKL goes by OpenMP's number unless somebody has called torch.set_num_threads, which tells it one
    of its own.
    """
    try:
        torch_cpu = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))
        return torch_cpu.MKL_Set_Num_Threads_Local
    except (OSError, AttributeError):
        return lambda count: None


class _Calls:
    """The calls that are inside `apart` now, in all threads, and the threads that work for them."""

    def __init__(self, torn: bool = False) -> None:
        self.lock = threading.Lock()
        self.running = 0
        self.torn = torn  #: whether a fork left one behind in another thread
        self._pools: dict[tuple[str, int], ThreadPoolExecutor] = {}

    def pool(self, name: str, threads: int) -> ThreadPoolExecutor:
        """As many kept threads as are asked for, made once."""
        with self.lock:
            if (name, threads) not in self._pools:
                self._pools[name, threads] = ThreadPoolExecutor(threads, name, _compute_alone)
            return self._pools[name, threads]


_calls = _Calls()


@contextmanager
def _counted() -> Iterator[None]:
    calls = _calls
    with calls.lock:
        calls.running += 1
    try:
        yield
    finally:
        with calls.lock:
            calls.running -= 1


def _in_forked_child() -> None:
    """Of all threads only the one that forked lives on here, and no lock that another one held is
    ever released."""
    global _calls
    _calls = _Calls(torn=_calls.torn or _calls.running > 0)


os.register_at_fork(after_in_child=_in_forked_child)
