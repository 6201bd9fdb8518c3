"""How torch and numpy are to compute, whatever the caller has set for computations of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext

import numpy as np
import torch


@contextmanager
def undisturbed(device: torch.device) -> Iterator[None]:
    """Inside, this thread computes as where nobody set anything: with gradients, outside inference
    mode (guidance asks for gradients, and what is kept for later calls must allow them), without
    autocast, on the CPU where no device is named, and without floating point errors for numbers
    that are too small. The default number type is the one thing that is not undone: it is every
    thread's, so that tensors of ours name theirs."""
    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(np.errstate(all="warn", under="ignore"))
        stack.enter_context(_on_cpu())
        if torch.is_autocast_enabled(device.type):
            stack.enter_context(torch.autocast(device.type, enabled=False))
        yield


@contextmanager
def _on_cpu() -> Iterator[None]:
    """Inside, tensors of this thread are made on the CPU where no device is named."""
    device = torch.get_default_device()
    if device.type == "cpu":
        yield
        return
    torch.set_default_device(None)  # of this thread
    was_default = torch.get_default_device().type == "cpu"
    try:
        # What is left is a `with` block of the caller's, which can only be covered by another.
        with nullcontext() if was_default else torch.device("cpu"):
            yield
    finally:
        if was_default:
            torch.set_default_device(device)
