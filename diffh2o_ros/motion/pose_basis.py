"""A linear basis of hand poses, fitted to our own data: what MANO's PCA is to MANO."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

NUM_COEFFICIENTS = 24


@dataclass(frozen=True)
class PoseBasis:
    """Mean (45,) and orthonormal components (24, 45) of right-hand poses."""

    mean: Tensor
    components: Tensor

    @staticmethod
    def fit(poses: Tensor) -> PoseBasis:
        """Principal components of right-hand poses (N, 45) axis-angle, N >= 45."""
        if poses.ndim != 2 or poses.shape[1] != 45 or len(poses) < 45:
            raise ValueError(
                f"a pose basis needs at least 45 poses of 45 values, got {tuple(poses.shape)}"
            )
        poses = poses.double()
        mean = poses.mean(0)
        _, _, components = torch.linalg.svd(poses - mean, full_matrices=False)
        components = components[:NUM_COEFFICIENTS]
        # The sign of a component is arbitrary: fix it, so that the same data give the same basis.
        peak = components.abs().argmax(1, keepdim=True)
        components = components * components.gather(1, peak).sign()
        return PoseBasis(mean.float(), components.float())

    def encode(self, poses: Tensor) -> Tensor:
        """Coefficients (..., 24) of right-hand poses (..., 45)."""
        return (poses - self.mean.to(poses)) @ self.components.to(poses).T

    def decode(self, coefficients: Tensor) -> Tensor:
        """Right-hand poses (..., 45) of coefficients (..., 24)."""
        return self.mean.to(coefficients) + coefficients @ self.components.to(coefficients)
