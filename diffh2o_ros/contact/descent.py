"""Adam with steps whose lengths follow a schedule: the one descent of arrays.

`kernels.adam` has the same for machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

OnStep = Callable[[int, int], None]
"""(steps done, total); what it raises ends the work."""


def decaying(steps: int, decay: float) -> np.ndarray:
    """(steps,) lengths that fall evenly from 1 to nearly 1 - `decay`."""
    return 1 - decay * np.arange(steps) / steps


def cosine(steps: int) -> np.ndarray:
    """(steps,) lengths that fall along half a cosine from 1 to 0."""
    return 0.5 * (1 + np.cos(np.pi * np.arange(steps) / steps))


def descend(
    energy: Callable[[int], Tensor],
    moved: Sequence[tuple[Tensor, float]],
    lengths: Sequence[float],
    confine: Callable[[], None] | None = None,
    on_step: OnStep | None = None,
) -> None:
    """Moves tensors down an energy, in place.

    Args:
        energy: of the tensors as they are, by the number of the step; of any shape, summed.
        moved: tensors that ask for gradients, and the size of a step of each.
        lengths: what these sizes are scaled by in each step.
        confine: called after each step, without gradients, to bring tensors within their bounds.
        on_step: called after each step.
    """
    optimizer = torch.optim.Adam([{"params": [t], "lr": r} for t, r in moved], fused=True)
    with torch.enable_grad():
        for step, length in enumerate(lengths):
            for group, (_, rate) in zip(optimizer.param_groups, moved, strict=True):
                group["lr"] = rate * float(length)
            optimizer.zero_grad()
            energy(step).sum().backward()
            optimizer.step()
            if confine is not None:
                with torch.no_grad():
                    confine()
            if on_step is not None:
                on_step(step + 1, len(lengths))
