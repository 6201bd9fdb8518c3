"""Trilinear samples of a distance grid, with their gradient in few operations."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

_BILINEAR, _ZEROS = 0, 0  # modes of grid_sample, as its backward wants them


@dataclass(frozen=True, eq=False)
class TrilinearVolume:
    """A grid laid out for `grid_sample`, which wants its axes reversed and the box as [-1, 1]."""

    values: Tensor  #: (1, 1, Z, Y, X) meters
    scale: Tensor  #: (3,) points * scale + shift is where they are in [-1, 1]
    shift: Tensor  #: (3,)
    half: Tensor  #: (3,) half the size of the box, meters

    @staticmethod
    def of(values: Tensor, origin: Tensor, spacing: float) -> TrilinearVolume:
        """Of values (X, Y, Z) on nodes `spacing` apart, the first of them at `origin` (3,)."""
        shape = torch.tensor(values.shape, dtype=values.dtype, device=values.device)
        half = (shape - 1) * spacing / 2
        reversed_axes = values.permute(2, 1, 0).contiguous()[None, None]
        return TrilinearVolume(reversed_axes, 1 / half, -origin / half - 1, half)

    def query(self, points: Tensor) -> Tensor:
        """Signed distances (...) at points (..., 3), meters; see `SignedDistanceGrid.query`."""
        return _Query.apply(points, self)


class _Query(torch.autograd.Function):
    @staticmethod
    def forward(ctx, points: Tensor, volume: TrilinearVolume) -> Tensor:
        where = torch.addcmul(volume.shift, points.contiguous(), volume.scale)
        clamped = where.clamp(-1, 1)
        rows = clamped.view(1, -1, 1, 1, 3)
        inner = functional.grid_sample(volume.values, rows, align_corners=True)
        offset = (where - clamped) * volume.half
        # A product with ones is several times quicker than a norm over three numbers.
        beyond = (offset.square() @ torch.ones_like(volume.half)).sqrt_()
        ctx.volume = volume
        ctx.save_for_backward(rows, offset, beyond)
        return inner.view(points.shape[:-1]) + beyond

    @staticmethod
    def backward(ctx, slope: Tensor):
        volume = ctx.volume
        rows, offset, beyond = ctx.saved_tensors
        _, inner = torch.ops.aten.grid_sampler_3d_backward(
            slope.reshape(1, 1, -1, 1, 1),
            volume.values,
            rows,
            _BILINEAR,
            _ZEROS,
            True,
            (False, True),
        )
        # Outside the box only the motion along its faces still moves the nearest point of it.
        inner = (inner.view(offset.shape) * volume.scale).masked_fill_(offset != 0, 0.0)
        outward = (slope / beyond.clamp_min(1e-12)).unsqueeze(-1)
        return torch.addcmul(inner, offset, outward), None
