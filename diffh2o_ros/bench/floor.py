"""The floor: what a request's arithmetic and bytes would take if the machine did nothing else.

Counted are the matrix operations (convolutions, matrix products) of one real request: two floating
point operations for every multiply and add, and the bytes that each must read and write once,
weights and activations alike. Measured are a large matrix product and a large copy. The floor is
the longer of the two times that follow; nothing that computes the same can be faster here. The gap
to it is what better code could gain at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from diffh2o_ros.bench.timing import measure


@dataclass(frozen=True)
class Work:
    """What is computed and moved."""

    operations: int  #: floating point, a multiply and an add are two
    bytes: int  #: read and written by matrix operations, each operand once


class _Traffic(TorchDispatchMode):
    """Adds up the bytes of what the operations that FlopCounterMode counts take and give."""

    def __init__(self, counted: set) -> None:
        super().__init__()
        self._counted, self.bytes = counted, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func._overloadpacket in self._counted:
            for leaf in tree_leaves((args, kwargs, result)):
                if isinstance(leaf, torch.Tensor):
                    self.bytes += leaf.numel() * leaf.element_size()
        return result


def count_work(run: Callable[[], object]) -> Work:
    """The work of what `run` does with torch, on the CPU and in this thread: no other is seen."""
    counter = FlopCounterMode(display=False)
    with _Traffic(set(counter.flop_registry)) as traffic, counter:
        run()
    return Work(counter.get_total_flops(), traffic.bytes)


def matrix_speed(device: torch.device, size: int, repeats: int) -> float:
    """Floating point operations a second of a product of two (size, size) matrices, of the fastest
    number type that networks run in: single precision on the CPU, on a GPU half precision too."""
    types = [torch.float32]
    if device.type == "cuda":
        types += [torch.bfloat16, torch.float16]
        size *= 4
    speeds = []
    for dtype in types:
        a, b = (torch.ones(size, size, dtype=dtype, device=device) for _ in range(2))
        timing = measure(lambda _, a=a, b=b: a @ b, repeats, warm_up=2, device=str(device))
        speeds.append(2 * size**3 / timing["low"])
    return max(speeds)


def memory_speed(device: torch.device, size: int, repeats: int) -> float:
    """Bytes a second, read and written, of a copy of `size` bytes."""
    source = torch.ones(size // 4, device=device)
    target = torch.empty_like(source)
    timing = measure(lambda _: target.copy_(source), repeats, warm_up=2, device=str(device))
    return 2 * source.numel() * 4 / timing["low"]


def floor_figures(
    work: Work,
    operations_per_second: float,
    bytes_per_second: float,
    stages: dict[str, float],
    total: float,
) -> dict[str, float]:
    """The floor and the gaps to it, for JSON.

    Args:
        stages: seconds of the two network stages of the request that was counted; total: of all.
    """
    arithmetic = work.operations / operations_per_second
    traffic = work.bytes / bytes_per_second
    floor = max(arithmetic, traffic)
    return {
        "operations": work.operations,
        "bytes": work.bytes,
        "operations_per_second": round(operations_per_second),
        "bytes_per_second": round(bytes_per_second),
        "arithmetic": round(arithmetic, 6),
        "traffic": round(traffic, 6),
        "floor": round(floor, 6),
        "network_stages": round(sum(stages.values()), 6),
        "request": round(total, 6),
        "network_gap": round(sum(stages.values()) / floor, 2),
        "request_gap": round(total / floor, 2),
    }
