"""Sharing a batch among CPU threads: each does a part of it from end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import TypeVar

import torch

Result = TypeVar("Result")


@contextmanager
def one_thread_each(device: torch.device) -> Iterator[int]:
    """Inside, torch runs every operation on the thread that asks for it; gives how many threads
    it had, for `in_parts`.

    torch shares each operation among its threads, which then wait for one another hundreds of times
    in one request. Where another process wants one of their cores, as on every robot, every wait
    lasts until the scheduler comes round: a second becomes ten. Threads that do a part of the
    batch each wait once.
    """
    if device.type != "cpu":
        yield 1
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)


def in_parts(work: Callable[[slice], Result], count: int, threads: int) -> list[Result]:
    """`work` on contiguous parts of range(count), as even as can be, each in a thread of its own;
    its results in their order. What one raises is raised when all are done. `work` must
    not ask for parts itself."""
    parts = max(1, min(threads, count))
    edges = [round(count * i / parts) for i in range(parts + 1)]
    slices = [slice(*edge) for edge in pairwise(edges)]
    if parts == 1:
        return [work(slices[0])]
    others = [_pool(threads - 1).submit(work, part) for part in slices[1:]]
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
