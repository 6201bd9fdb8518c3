"""Features as the network sees them, and back: normalization, pre-emphasis, emphasis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from diffh2o_ros.motion.features import GROUPS
from diffh2o_ros.motion.pose_basis import PoseBasis

#: Rows that decide where things are: errors there move the whole hand or the object.
EMPHASIZED = ("wrist_position", "wrist_orientation", "object_position", "object_orientation")
_TENSORS = ("mean", "scale", "projection", "inverse", "innovation")


@dataclass(frozen=True)
class FeatureCodec:
    """Per-dimension mean, deviation pooled per feature group, pre-emphasis, emphasis projection.

    The emphasis projection (GMD, Karunratanakul et al., ICCV 2023, section 3.3) mixes the
    normalized features by a random square matrix whose wrist and object rows are scaled up. Ours is
    a random rotation after the scaling, so its inverse is as well conditioned as the scaling.

    Pre-emphasis, as of speech before it is coded (Atal & Hanauer, 1971): of the normalized features
    z_t the network sees z_0 and then the innovations (z_t - pre_emphasis z_(t-1)) / innovation, of
    unit variance. Motion is slow, so most of its variance is in few low frequencies, while the
    noise of diffusion is white: a shake of some centimeters drowns in it until the last steps and
    is gone from every estimate of x0. Of innovations the spectrum is nearly flat. Decoding is the
    recursive filter, which is causal: imputed frames stay as they are, and what follows goes on
    from them without a jump. `backward` it runs from the last frame to the first: for a reach,
    which is exact at its end and starts anywhere.
    """

    mean: Tensor  #: (D,)
    scale: Tensor  #: (D,)
    projection: Tensor  #: (D, D), x = innovations @ projection
    inverse: Tensor  #: (D, D)
    basis: PoseBasis
    innovation: Tensor  #: (D,) deviation of z_t - pre_emphasis z_(t-1); 1 without pre-emphasis
    pre_emphasis: float = 0.0  #: in [0, 1); 0: frames are coded one by one
    backward: bool = False  #: whether pre-emphasis runs from the last frame to the first

    @staticmethod
    def fit(
        features: Tensor,
        basis: PoseBasis,
        emphasis: float = 10.0,
        seed: int = 0,
        pre_emphasis: float = 0.0,
        backward: bool = False,
    ) -> FeatureCodec:
        """Fits mean, scale and innovations to features (..., T, D), D 108 or 117; `seed` draws the
        rotation."""
        dim = features.shape[-1]
        flat = features.reshape(-1, dim).double()
        mean = flat.mean(0)
        scale = _pooled(flat - mean).clamp_min(1e-4)
        weight = torch.ones(dim, dtype=torch.float64)
        for name in EMPHASIZED:
            if GROUPS[name].stop <= dim:
                weight[GROUPS[name]] = emphasis
        innovation = torch.ones(dim, dtype=torch.float64)
        if pre_emphasis:
            normalized = _ordered((features.double() - mean) / scale, backward)
            change = normalized[..., 1:, :] - pre_emphasis * normalized[..., :-1, :]
            innovation = _pooled(change.reshape(-1, dim)).clamp_min(1e-4)
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
            innovation=innovation.float(),
            pre_emphasis=pre_emphasis,
            backward=backward,
        )

    @property
    def dim(self) -> int:
        return len(self.mean)

    def encode(self, features: Tensor) -> Tensor:
        """Network space (..., T, D) of features (..., T, D)."""
        z = (features - self.mean) / self.scale
        if self.pre_emphasis:
            z = _ordered(z, self.backward)
            change = (z[..., 1:, :] - self.pre_emphasis * z[..., :-1, :]) / self.innovation
            z = _ordered(torch.cat([z[..., :1, :], change], -2), self.backward)
        return z @ self.projection

    def decode(self, encoded: Tensor) -> Tensor:
        """Features (..., T, D) of network space (..., T, D)."""
        return self._integrated(encoded) * self.scale + self.mean

    def integrated(self, encoded: Tensor) -> Tensor:
        """Network space (..., T, D) without its pre-emphasis, linear in `encoded`: of a difference,
        how far the features themselves are apart."""
        return self._integrated(encoded) @ self.projection

    def _integrated(self, encoded: Tensor) -> Tensor:
        """Normalized features (..., T, D)."""
        z = encoded @ self.inverse
        if not self.pre_emphasis:
            return z
        z = _ordered(z, self.backward)
        change = torch.cat([z[..., :1, :], z[..., 1:, :] * self.innovation], -2)
        z = _response(z.shape[-2], self.pre_emphasis).to(z) @ change
        return _ordered(z, self.backward)

    def to(self, device: torch.device | str) -> FeatureCodec:
        return FeatureCodec.from_state({k: v.to(device) for k, v in self.state().items()})

    def state(self) -> dict[str, Tensor]:
        """Everything a checkpoint must hold to rebuild this codec."""
        own = {name: getattr(self, name) for name in _TENSORS}
        return own | {
            "pre_emphasis": torch.tensor(self.pre_emphasis, dtype=torch.float64),
            "backward": torch.tensor(float(self.backward), dtype=torch.float64),
            "pose_mean": self.basis.mean,
            "pose_components": self.basis.components,
        }

    @staticmethod
    def from_state(state: dict[str, Tensor]) -> FeatureCodec:
        """The codec whose `state` this is; where it says nothing of pre-emphasis there is none.

        Raises KeyError, and ValueError for wrong shapes or values.
        """
        dim, joints = len(state["mean"]), len(state["pose_mean"])
        state = {
            "innovation": torch.ones_like(state["mean"]),
            "pre_emphasis": torch.zeros(()),
            "backward": torch.zeros(()),
        } | state
        shapes = {
            "scale": (dim,),
            "projection": (dim, dim),
            "inverse": (dim, dim),
            "innovation": (dim,),
            "pre_emphasis": (),
            "backward": (),
            "pose_components": (len(state["pose_components"]), joints),
        }
        for name, shape in shapes.items():
            if state[name].shape != shape:
                raise ValueError(
                    f"{name} has shape {tuple(state[name].shape)}, not {shape}: it is damaged or "
                    "was made by other code"
                )
        pre_emphasis = float(state["pre_emphasis"])
        if not 0 <= pre_emphasis < 1:
            raise ValueError(f"pre_emphasis must be in [0, 1), is {pre_emphasis}")
        return FeatureCodec(
            **{name: state[name] for name in _TENSORS},
            basis=PoseBasis(state["pose_mean"], state["pose_components"]),
            pre_emphasis=pre_emphasis,
            backward=bool(state["backward"]),
        )


def _ordered(frames: Tensor, backward: bool) -> Tensor:
    """Frames (..., T, D) in the order in which pre-emphasis goes through them."""
    return frames.flip(-2) if backward else frames


def _pooled(deviation: Tensor) -> Tensor:
    """Root mean square (D,) of deviations (N, D), the same for all dimensions of a group."""
    found = torch.ones(deviation.shape[1], dtype=deviation.dtype)
    for group in GROUPS.values():
        if group.stop <= len(found):
            found[group] = deviation[:, group].square().mean().sqrt()
    return found


@cache
def _response(num_frames: int, pre_emphasis: float) -> Tensor:
    """(T, T) by which innovations (T, D) become what they are of: pre_emphasis^(t - s), s <= t."""
    frames = torch.arange(num_frames)
    past = (frames[:, None] - frames).clamp_min(0)
    return torch.tril(pre_emphasis ** past.double()).float()
