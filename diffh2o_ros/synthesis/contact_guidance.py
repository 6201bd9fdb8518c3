"""Contact guidance inside the denoising loop: predictions are held to the object's true surface.

A network guesses the surface; the distance field knows it. After each prediction of the clean
reach, its last frame is settled onto the surface, the correction is blended into the frames before
it and the distances are measured anew. The next denoising step starts from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import roma
import torch
from torch import Tensor

from diffh2o_ros.geometry.object import ObjectGeometry
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import (
    Motion,
    from_features,
    keypoint_distances,
    predicted_distances,
    to_features,
)
from diffh2o_ros.synthesis.acting_hand import ActingHand, acting_hand, with_acting_hand
from diffh2o_ros.synthesis.settling import Settler, Settling

RAMP_FRAMES = 12


def choose_side(features: Tensor) -> Tensor:
    """Which hand (B,) grasps, LEFT or RIGHT: the one predicted nearer at the last frame.

    Args:
        features: (B, T, 108) of the grasp stage.
    """
    return predicted_distances(features[:, -1]).mean(-1).argmin(-1)


def ramp(num_frames: int, length: int, like: Tensor) -> Tensor:
    """(T,) rising smoothly from 0 to 1 over the last `length` frames."""
    tau = (torch.arange(num_frames).to(like) - (num_frames - 1 - length)) / length
    tau = tau.clamp(0, 1)
    return tau**2 * (3 - 2 * tau)


def carry_correction(path: ActingHand, before: ActingHand, after: ActingHand,
                     length: int = RAMP_FRAMES) -> ActingHand:
    """Blends the change of a path's last frame into the frames before it.

    Args:
        path: (B, T, ...); before, after: (B, ...) its last frame as it was and as it should be.
    """
    share = ramp(path.wrist.shape[1], length, path.wrist)
    turn = roma.rotmat_to_rotvec(after.rotation @ before.rotation.transpose(-1, -2))
    spread = share[:, None] * turn[:, None]
    return ActingHand(
        path.side,
        path.wrist + share[:, None] * (after.wrist - before.wrist)[:, None],
        roma.rotvec_to_rotmat(spread) @ path.rotation,
        path.hand_pose + share[:, None] * (after.hand_pose - before.hand_pose)[:, None],
    )


def last_frame(path: ActingHand) -> ActingHand:
    """The grasp (B, ...) at the end of a reach (B, T, ...)."""
    return ActingHand(
        path.side, path.wrist[:, -1], path.rotation[:, -1], path.hand_pose[:, -1]
    )


@dataclass(frozen=True)
class ContactGuidance:
    """An `edit_x0` of the grasp stage's sampler.

    start: progress in [0, 1] from which it acts; before, predictions are too blurred to touch.
    side: (B,) the hand that must grasp, or None to follow the prediction.
    """

    codec: FeatureCodec
    geometry: ObjectGeometry
    settler: Settler
    settling: Settling
    start: float = 0.1
    side: Tensor | None = None

    def __call__(self, x0: Tensor, progress: float, step: int) -> Tensor:
        if progress < self.start:
            return x0
        features = self.codec.decode(x0)
        motion = from_features(features, self.codec.basis)
        side = choose_side(features) if self.side is None else self.side
        path = acting_hand(motion, side)
        grasp = last_frame(path)
        settled = self.settler.settle(grasp, self.settling)
        path = carry_correction(path, grasp, settled)
        return self.codec.encode(self.measured(with_acting_hand(motion, path)))

    def measured(self, motion: Motion) -> Tensor:
        """Features (B, T, 108) of a motion with its distances measured on the true field."""
        distances = keypoint_distances(motion, self.geometry.sdf, self.geometry.center)
        return to_features(motion, distances, self.codec.basis, "grasp")
