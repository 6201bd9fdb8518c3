"""Other ways to write a motion down, behind the interface of `motion.codec.FeatureCodec`.

Outside, features stay what `motion.features` says they are; what differs is what the network sees
of them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import matrix_from_6d, rotation_6d
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import GROUPS
from diffh2o_ros.motion.pose_basis import PoseBasis


class ChangedCodec(FeatureCodec):
    """A codec of changed features."""

    @staticmethod
    def change(features: Tensor) -> Tensor:
        """What the network is to see of features (..., D)."""
        raise NotImplementedError

    @staticmethod
    def restore(changed: Tensor) -> Tensor:
        """The features (..., D) that were changed."""
        raise NotImplementedError

    @classmethod
    def of(cls, codec: FeatureCodec) -> ChangedCodec:
        """The codec with these numbers, which were fitted to changed features."""
        return cls(**vars(codec))

    @classmethod
    def fit(
        cls,
        features: Tensor,
        basis: PoseBasis,
        emphasis: float = 10.0,
        seed: int = 0,
        pre_emphasis: float = 0.0,
        backward: bool = False,
    ) -> ChangedCodec:
        changed = cls.change(features)
        return cls.of(FeatureCodec.fit(changed, basis, emphasis, seed, pre_emphasis, backward))

    def encode(self, features: Tensor) -> Tensor:
        return super().encode(self.change(features))

    def decode(self, encoded: Tensor) -> Tensor:
        return self.restore(super().decode(encoded))

    def to(self, device: torch.device | str) -> ChangedCodec:
        return self.of(super().to(device))


class WithoutDistances(ChangedCodec):
    """The distances from joints to object are 0 for the network, and come out as 0."""

    @staticmethod
    def change(features: Tensor) -> Tensor:
        features = features.clone()
        features[..., GROUPS["distance"]] = 0
        return features

    restore = change


class ObjectRelative(ChangedCodec):
    """Wrists are seen from the object as it lies in every single frame: R^T (w - p) and R^T W.

    For the 117 features of whole motions. The object itself stays in the canonical frame.
    """

    @staticmethod
    def change(features: Tensor) -> Tensor:
        position, rotation, wrist, wrist_rotation = _parts(features)
        back = rotation.mT
        seen = (back @ (wrist - position).unsqueeze(-1)).squeeze(-1)
        return _with_wrists(features, seen, back @ wrist_rotation)

    @staticmethod
    def restore(changed: Tensor) -> Tensor:
        position, rotation, wrist, wrist_rotation = _parts(changed)
        seen = (rotation @ wrist.unsqueeze(-1)).squeeze(-1) + position
        return _with_wrists(changed, seen, rotation @ wrist_rotation)


def _parts(features: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Object (..., 1, 3) and (..., 1, 3, 3), wrists (..., 2, 3) and (..., 2, 3, 3)."""
    return (
        features[..., None, GROUPS["object_position"]],
        matrix_from_6d(features[..., None, GROUPS["object_orientation"]]),
        features[..., GROUPS["wrist_position"]].unflatten(-1, (2, 3)),
        matrix_from_6d(features[..., GROUPS["wrist_orientation"]].unflatten(-1, (2, 6))),
    )


def _with_wrists(features: Tensor, position: Tensor, rotation: Tensor) -> Tensor:
    features = features.clone()
    features[..., GROUPS["wrist_position"]] = position.flatten(-2)
    features[..., GROUPS["wrist_orientation"]] = rotation_6d(rotation).flatten(-2)
    return features
