"""The randomness of training: which sequences, which steps, which noise.

Everything drawn for training step n depends on (seed, n) alone, and not on what was drawn before:
a resumed run goes on exactly as if it had never stopped, without any generator state on disk. Of
several processes each draws for the whole batch and takes its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# Keeps the order of the data apart from the draws of a step.
_ORDER, _DRAWS = 0, 1


def batch_rows(rows: np.ndarray, step: int, batch_size: int, seed: int) -> np.ndarray:
    """The members (batch_size,) of `rows` (N,) that step `step` trains on.

    Passes over the data follow one another, each in its own random order.
    """
    positions = np.arange(step * batch_size, (step + 1) * batch_size)
    passes, within = np.divmod(positions, len(rows))
    batch = np.empty(batch_size, dtype=rows.dtype)
    for number in np.unique(passes):
        order = np.random.default_rng([seed, _ORDER, int(number)]).permutation(rows)
        batch[passes == number] = order[within[passes == number]]
    return batch


@dataclass(frozen=True)
class Draws:
    """What chance decides in one training step."""

    t: Tensor  #: (B,) int64 diffusion steps
    noise: Tensor  #: (B, T, D) unit normal
    drop_text: Tensor  #: (B,) bool
    drop_bps: Tensor  #: (B,) bool
    rng: np.random.Generator  #: for the choice of sentences

    def of(self, rows: slice) -> Draws:
        """The draws of some rows of the batch."""
        return self._changed(lambda value: value[rows])

    def to(self, device: torch.device) -> Draws:
        """The same draws on another device."""
        return self._changed(lambda value: value.to(device))

    def _changed(self, change: Callable[[Tensor], Tensor]) -> Draws:
        tensors = {name: change(value) for name, value in vars(self).items() if name != "rng"}
        return Draws(rng=self.rng, **tensors)


def draw(
    shape: tuple[int, int, int],
    num_diffusion_steps: int,
    drop_text: float,
    drop_bps: float,
    seed: int,
    step: int,
    timestep_spacing: float = 1.0,
) -> Draws:
    """The draws of step `step` for a batch of `shape` (B, T, D); on the CPU.

    A `timestep_spacing` of 1 draws all diffusion steps alike; above, the noisy ones more often, as
    densely as `diffusion.sampler.sampling_steps` takes them.

    Diffusion steps are stratified: one in each of B equal ranges, with a common random offset,
    which makes the loss less noisy at no cost (Kingma et al., "Variational diffusion models",
    2021, appendix I.1).
    """
    rng = np.random.default_rng([seed, _DRAWS, step])
    batch = shape[0]
    generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
    offsets = (torch.arange(batch, dtype=torch.float64) + rng.random()) / batch
    time = 1 - (1 - offsets) ** timestep_spacing
    return Draws(
        t=(time * num_diffusion_steps).long().clamp_max(num_diffusion_steps - 1),
        noise=torch.randn(shape, generator=generator),
        drop_text=torch.rand(batch, generator=generator) < drop_text,
        drop_bps=torch.rand(batch, generator=generator) < drop_bps,
        rng=rng,
    )
