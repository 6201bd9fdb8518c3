"""Training in several processes, one a device, as torchrun starts them.

Each process works on its part of every batch, and gradients are averaged over all of them
(`DistributedDataParallel`): with N processes a step computes what one process would, up to
rounding. Without torchrun there is one process, and nothing here does anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from diffh2o_ros.models.denoiser import Denoiser
from diffh2o_ros.synthesis.device import DeviceError, choose_device

# torchrun ends all processes when one fails; waiting for a slow one is no failure.
_PATIENCE = timedelta(hours=2)


def is_first_process() -> bool:
    """Whether this process speaks for all: it is the only one, or torchrun's number 0."""
    return int(os.environ.get("RANK", 0)) == 0


def device_of_process(name: str | torch.device = "auto") -> torch.device:
    """The device of this process: `name` as for `choose_device`.

    Of several processes on a machine each has the GPU of its number. Raises DeviceError where
    there is no such GPU, or where `name` would give all of them the same one.
    """
    device = choose_device(str(name))
    if device.type == "cpu" or int(os.environ.get("WORLD_SIZE", 1)) == 1:
        return device
    if device.index is not None:
        raise DeviceError(
            f"under torchrun every process has a GPU of its own: give --device cuda, not {device}"
        )
    return choose_device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}")


@dataclass(frozen=True)
class Processes:
    """The processes that train together, seen from one of them; by default it is alone."""

    rank: int = 0
    count: int = 1

    def rows(self, batch_size: int) -> slice:
        """The rows of a batch that this process works on.

        Raises DeviceError where the batch cannot be cut into equal parts: averages over parts
        would not be those over the batch.
        """
        rows, rest = divmod(batch_size, self.count)
        if rest:
            raise DeviceError(
                f"a batch of {batch_size} cannot be shared by {self.count} processes: start a "
                f"number of them that divides {batch_size}"
            )
        return slice(self.rank * rows, (self.rank + 1) * rows)

    def synchronized(self, model: Denoiser) -> nn.Module:
        """`model` with gradients averaged over the processes; its first weights are rank 0's."""
        if self.count == 1:
            return model
        device = next(model.parameters()).device
        network = DistributedDataParallel(
            model, device_ids=[device.index] if device.type == "cuda" else None
        )
        network.config = model.config
        return network

    def mean(self, values: Mapping[str, Tensor]) -> dict[str, float]:
        """Scalars averaged over the processes."""
        found = {name: float(value) for name, value in values.items()}
        if self.count == 1:
            return found
        total = torch.tensor(list(found.values()), dtype=torch.float64)
        dist.all_reduce(total)
        return dict(zip(found, (total / self.count).tolist(), strict=True))

    def of_first(self, value: float) -> float:
        """What `value` is in process 0: clocks differ, and all have to stop together."""
        if self.count == 1:
            return value
        shared = torch.tensor(value, dtype=torch.float64)
        dist.broadcast(shared, 0)
        return float(shared)


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """Joins the processes that torchrun started, for the time of the block."""
    count = int(os.environ.get("WORLD_SIZE", 1))
    if count == 1:
        yield Processes()
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    # Gradients travel between GPUs over NCCL; what the CPU decides goes over gloo, so that
    # asking for it does not wait for the GPU.
    dist.init_process_group(
        "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo", timeout=_PATIENCE
    )
    try:
        yield Processes(dist.get_rank(), count)
    finally:
        dist.destroy_process_group()
