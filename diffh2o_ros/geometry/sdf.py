"""Signed distance sampled on a regular grid: thousands of differentiable queries a millisecond."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as functional

from diffh2o_ros.geometry.field import LEVELS, sample_field
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.nearest import SurfaceTree


@dataclass(frozen=True, eq=False)
class SignedDistanceGrid:
    """A signed distance field on cubic cells.

    Attributes:
        origin: (3,) float32, position of node (0, 0, 0), meters.
        spacing: edge of a cell, meters.
        values: (X, Y, Z) float32, meters, negative inside.
    """

    origin: torch.Tensor
    spacing: float
    values: torch.Tensor

    @classmethod
    def from_mesh(
        cls,
        mesh: Mesh,
        resolution: int = 96,
        padding: float = 0.03,
        tree: SurfaceTree | None = None,
    ) -> SignedDistanceGrid:
        """Sample a mesh's field.

        Args:
            mesh: the surface; it may have holes.
            resolution: cells along the longest side of the padded bounding box, a multiple of 4.
            padding: meters added on each side of the bounding box.
            tree: of the mesh, if there is one already.
        """
        step = 2**LEVELS
        if resolution < step or resolution % step:
            raise ValueError(f"resolution must be a positive multiple of {step}, not {resolution}")
        low, high = mesh.bounds
        size = high - low + 2 * padding
        spacing = float(size.max() / resolution)
        blocks = np.maximum(np.ceil(size / (spacing * step) - 1e-9).astype(int), 1)
        origin = (low + high) / 2 - blocks * spacing * step / 2
        tree = tree or SurfaceTree.of(mesh)
        values = sample_field(mesh, tree, origin, spacing, blocks * step + 1)
        return cls(
            torch.from_numpy(origin.astype(np.float32)),
            spacing,
            torch.from_numpy(np.ascontiguousarray(values)),
        )

    def to(self, device: torch.device | str) -> SignedDistanceGrid:
        """The same grid on another device."""
        return replace(self, origin=self.origin.to(device), values=self.values.to(device))

    def moved(self, by: np.ndarray) -> SignedDistanceGrid:
        """The field of the same surface elsewhere, (3,) meters from here."""
        offset = torch.as_tensor(by, dtype=torch.float64, device=self.origin.device)
        return replace(self, origin=(self.origin.double() + offset).to(self.origin.dtype))

    def query(self, points: torch.Tensor) -> torch.Tensor:
        """Signed distance by trilinear interpolation, differentiable in the points.

        Outside the box: the value at the nearest point of the box plus the distance to it.

        Args:
            points: (..., 3) meters.

        Returns:
            (...) meters, float32, negative inside.
        """
        half = self._half  # the box is [-1, 1] to grid_sample
        within = torch.addcmul(-self.origin / half - 1, points.to(self.values.dtype), 1 / half)
        nearest = within.clamp(-1, 1)
        rows = nearest.reshape(1, -1, 1, 1, 3)
        inner = functional.grid_sample(self._volume, rows, align_corners=True)
        # A product with ones is several times quicker than a norm over three numbers.
        squared = ((within - nearest) * half).square() @ torch.ones_like(half)
        beyond = squared.clamp_min(torch.finfo(squared.dtype).tiny).sqrt()  # no gradient at 0
        return inner.view(beyond.shape) + beyond

    @cached_property
    def _half(self) -> torch.Tensor:
        """(3,) half the size of the box, meters."""
        shape = torch.tensor(self.values.shape, device=self.values.device)
        return (shape - 1).to(self.values.dtype) * (self.spacing / 2)

    @cached_property
    def _volume(self) -> torch.Tensor:
        """(1, 1, Z, Y, X) values as `grid_sample` takes them: its last axis is x."""
        return self.values.permute(2, 1, 0).contiguous()[None, None]
