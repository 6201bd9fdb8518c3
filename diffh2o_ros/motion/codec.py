"""From features to what the network is trained on, and back: normalization and emphasis."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.motion.features import GROUPS
from diffh2o_ros.motion.pose_basis import PoseBasis

#: Rows that decide where things are: errors there move the whole hand or the object.
EMPHASIZED = ("wrist_position", "wrist_orientation", "object_position", "object_orientation")
_TENSORS = ("mean", "scale", "projection", "inverse")


@dataclass(frozen=True)
class FeatureCodec:
    """Per-dimension mean, standard deviation pooled per feature group, emphasis projection.

    The emphasis projection (GMD, Karunratanakul et al., ICCV 2023, section 3.3) mixes the
    normalized features by a random square matrix whose wrist and object rows are scaled up. Ours is
    a random rotation after the scaling, so its inverse is as well conditioned as the scaling.
    """

    mean: Tensor  #: (D,)
    scale: Tensor  #: (D,)
    projection: Tensor  #: (D, D), x = ((features - mean) / scale) @ projection
    inverse: Tensor  #: (D, D)
    basis: PoseBasis

    @staticmethod
    def fit(
        features: Tensor, basis: PoseBasis, emphasis: float = 10.0, seed: int = 0
    ) -> FeatureCodec:
        """Fits mean and scale to features (..., D), D 108 or 117; `seed` draws the rotation."""
        flat = features.reshape(-1, features.shape[-1]).double()
        dim = flat.shape[1]
        mean = flat.mean(0)
        deviation = flat - mean
        scale = torch.ones(dim, dtype=torch.float64)
        weight = torch.ones(dim, dtype=torch.float64)
        for name, group in GROUPS.items():
            if group.stop <= dim:
                scale[group] = deviation[:, group].square().mean().sqrt().clamp_min(1e-4)
                if name in EMPHASIZED:
                    weight[group] = emphasis
        generator = torch.Generator().manual_seed(seed)
        rotation, _ = torch.linalg.qr(
            torch.randn(dim, dim, dtype=torch.float64, generator=generator)
        )
        weight = weight / weight.square().mean().sqrt()  # encoded features keep unit variance
        return FeatureCodec(
            mean=mean.float(),
            scale=scale.float(),
            projection=(weight[:, None] * rotation).float(),
            inverse=(rotation.T / weight).float(),
            basis=basis,
        )

    @property
    def dim(self) -> int:
        return len(self.mean)

    def encode(self, features: Tensor) -> Tensor:
        """Network space (..., D) of features (..., D)."""
        return ((features - self.mean) / self.scale) @ self.projection

    def decode(self, encoded: Tensor) -> Tensor:
        """Features (..., D) of network space (..., D)."""
        return (encoded @ self.inverse) * self.scale + self.mean

    def to(self, device: torch.device | str) -> FeatureCodec:
        return FeatureCodec.from_state({k: v.to(device) for k, v in self.state().items()})

    def state(self) -> dict[str, Tensor]:
        """Everything a checkpoint must hold to rebuild this codec."""
        own = {name: getattr(self, name) for name in _TENSORS}
        return own | {"pose_mean": self.basis.mean, "pose_components": self.basis.components}

    @staticmethod
    def from_state(state: dict[str, Tensor]) -> FeatureCodec:
        """The codec whose `state` this is. Raises KeyError, and ValueError for wrong shapes."""
        dim, joints = len(state["mean"]), len(state["pose_mean"])
        shapes = {
            "scale": (dim,),
            "projection": (dim, dim),
            "inverse": (dim, dim),
            "pose_components": (len(state["pose_components"]), joints),
        }
        for name, shape in shapes.items():
            if state[name].shape != shape:
                raise ValueError(
                    f"{name} has shape {tuple(state[name].shape)}, not {shape}: it is damaged or "
                    "was made by other code"
                )
        basis = PoseBasis(state["pose_mean"], state["pose_components"])
        return FeatureCodec(*(state[name] for name in _TENSORS), basis)
