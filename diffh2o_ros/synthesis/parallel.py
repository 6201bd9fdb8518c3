"""Sharing a batch among CPU threads: each does a part of it from end to end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from itertools import filterfalse, pairwise
from typing import TypeVar

import torch

Result = TypeVar("Result")

#: Seconds that a fork waits for threads that are ending, at most: milliseconds are the rule.
LONGEST_END = 10.0


class ForkError(RuntimeError):
    """This process is a fork of one that was in the midst of a synthesis."""


class _Calls:
    """The calls that are inside `one_thread_each` now, in all threads."""

    def __init__(self, torn: bool = False) -> None:
        self.lock = threading.Lock()
        self.running = 0
        self.found = 1  #: the number of torch's threads before the first of them
        self.here = threading.local()  #: `threads`, as given to the call of this thread
        self.callers: set[int | None] = set()  #: `native_id` of threads that have been inside
        self.torn = torn  #: whether a call was cut off in another thread, which a fork left behind


_calls = _Calls()


@contextmanager
def one_thread_each(device: torch.device) -> Iterator[int]:
    """Inside, torch runs every operation on the thread that asks for it; gives how many threads
    it had, for `in_parts`. Afterwards it has as many again, whoever else is still inside.

    torch shares each operation among its threads, which then wait for one another hundreds of times
    in one request. Where another process wants one of their cores, as on every robot, every wait
    lasts until the scheduler comes round: a second becomes ten. Threads that do a part of the
    batch each wait once.

    Raises ForkError in a process that was forked while another thread was inside.
    """
    if device.type != "cpu":
        yield 1
        return
    calls = _calls
    if calls.torn:
        raise ForkError(
            "this process was forked while another thread was synthesizing: fork when none is, or "
            "start processes with multiprocessing's 'spawn'"
        )
    if hasattr(calls.here, "threads"):  # a call inside a call
        yield calls.here.threads
        return
    calls.here.threads = threads = _enter(calls)
    try:
        yield threads
    finally:
        del calls.here.threads
        _leave(calls, threads)


# torch.set_num_threads sets two numbers: the calling thread's (OpenMP keeps one for each), and what
# threads start from that torch has not met yet, and MKL with it. The latter is shared, and belongs
# to who comes first and goes last.


def _enter(calls: _Calls) -> int:
    with calls.lock:
        own = torch.get_num_threads()
        if not calls.running:
            calls.found = _elsewhere(torch.get_num_threads)
        elif own == 1:  # what a thread starts from that torch meets only now
            own = calls.found
        calls.running += 1
        calls.callers.difference_update([*filterfalse(_is_there, calls.callers)])
        # Not get_native_id(): in a fork, the thread's own is what it was before.
        calls.callers.add(threading.current_thread().native_id)
        torch.set_num_threads(1)
        return own


def _leave(calls: _Calls, own: int) -> None:
    with calls.lock:
        calls.running -= 1
        shared = 1 if calls.running else calls.found
        torch.set_num_threads(own)
        if own != shared:
            _elsewhere(lambda: torch.set_num_threads(shared))


def _elsewhere(ask: Callable[[], Result]) -> Result:
    """What a thread gets that torch has not met yet."""
    found: list[Result] = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    thread.join()
    return found[0]


def in_parts(work: Callable[[slice], Result], count: int, threads: int) -> list[Result]:
    """`work` on contiguous parts of range(count), as even as can be, each in a thread of its own;
    its results in their order. What one raises is raised when all are done. `work` must
    not ask for parts itself."""
    parts = max(1, min(threads, count))
    edges = [round(count * i / parts) for i in range(parts + 1)]
    slices = [slice(*edge) for edge in pairwise(edges)]
    if parts == 1:
        return [work(slices[0])]
    with _calls.lock:  # else two that come first make one each, and the threads of one soon end
        pool = _pool(threads - 1)
    others = [pool.submit(work, part) for part in slices[1:]]
    try:
        first = work(slices[0])
    finally:
        wait(others)
    return [first, *(other.result() for other in others)]


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads that are kept: new ones for every request would each leave memory behind, of the
    allocator's arenas and of the libraries' scratch space."""
    return ThreadPoolExecutor(threads, "part")


def _before_fork() -> None:
    """Waits for threads that have ended for Python but not for the system: up to Python 3.12 one
    can be joined before native libraries have taken back what they keep for it. MKL, in torch on
    x86, holds locks meanwhile. In a fork of that moment nobody releases them, and the first product
    of matrices spins forever."""
    alive = {thread.native_id for thread in threading.enumerate()}
    ending = _calls.callers - alive
    last = time.monotonic() + LONGEST_END
    while any(map(_is_there, ending)) and time.monotonic() < last:
        time.sleep(0.001)


def _is_there(native_id: int | None) -> bool:
    """Whether the system has this thread of the process; False where that is not known."""
    return os.path.exists(f"/proc/self/task/{native_id}")


def _in_forked_child() -> None:
    """Of all threads only the one that forked lives on here, and no lock that another one held is
    ever released."""
    global _calls
    inside = hasattr(_calls.here, "threads")
    _calls = _Calls(torn=_calls.torn or _calls.running > inside)
    _pool.cache_clear()


os.register_at_fork(before=_before_fork, after_in_child=_in_forked_child)
