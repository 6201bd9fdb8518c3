"""The hands that act, whichever side they are, seen as right hands.

A batch of motions may be done by left hands, right hands or both. One row stands for each hand that
acts; mirroring the left ones in y (and with them, when it is asked for distances, the object) turns
all of them into right hands, so that one contact model serves the whole batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import rotvec_to_rotmat
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import WORLD, mirror, mirror_pose, mirror_wrist
from diffh2o_ros.hands.sides import LEFT
from diffh2o_ros.hands.skeleton import wrist_kinematics
from diffh2o_ros.motion.features import Motion

ObjectPose = tuple[Tensor, Tensor]
"""Position (R, ..., 3) and rotation (R, ..., 3, 3) of an object as R hands meet it, canonical."""


@dataclass(frozen=True)
class ActingHand:
    """R right hands, each perhaps the mirror image of a left one; leading shape (R, ...)."""

    side: Tensor  #: (R,) LEFT or RIGHT: which hand it stands for
    wrist: Tensor  #: (R, ..., 3) meters, canonical frame, mirrored for left hands
    rotation: Tensor  #: (R, ..., 3, 3)
    hand_pose: Tensor  #: (R, ..., 45) axis-angle

    def kinematics(self) -> tuple[Tensor, Tensor]:
        """Joint rotations (R, ..., 16, 3, 3) and positions (R, ..., 16, 3)."""
        return wrist_kinematics(self.wrist, self.rotation, self.hand_pose, "right")

    def moved(self, translation: Tensor, rotation: Tensor, flexion: Tensor) -> ActingHand:
        """The hand translated (R, ..., 3), rotated about its wrist by axis-angle (R, ..., 3) and
        bent by joint angles (R, ..., D) along its anatomical degrees of freedom."""
        turned = rotvec_to_rotmat(rotation) @ self.rotation
        pose = self.hand_pose + flexion @ pose_directions(flexion.device)
        return ActingHand(self.side, self.wrist + translation, turned, pose)

    def seen_from(self, pose: ObjectPose) -> ActingHand:
        """The hand relative to an object at `pose`; a grasp that is carried stays the same."""
        position, rotation = self._seen(pose)
        back = rotation.transpose(-1, -2)
        wrist = (back @ (self.wrist - position).unsqueeze(-1)).squeeze(-1)
        return replace(self, wrist=wrist, rotation=back @ self.rotation)

    def carried_by(self, pose: ObjectPose) -> ActingHand:
        """The inverse of `seen_from`; shapes broadcast."""
        position, rotation = self._seen(pose)
        wrist = (rotation @ self.wrist.unsqueeze(-1)).squeeze(-1) + position
        turned = rotation @ self.rotation
        lead = (*wrist.shape[:-1], 45)
        return ActingHand(self.side, wrist, turned, self.hand_pose.expand(lead))

    def _seen(self, pose: ObjectPose) -> ObjectPose:
        """An object's pose in the mirror in which this hand is a right one."""
        position, rotation = pose
        flip = flips(self.side, position.ndim - 2)
        return position * flip, flip.unsqueeze(-1) * rotation * flip.unsqueeze(-2)

    def at(self, frame) -> ActingHand:
        """Frames `frame` of a path (R, T, ...)."""
        return ActingHand(
            self.side, self.wrist[:, frame], self.rotation[:, frame], self.hand_pose[:, frame]
        )

    def __getitem__(self, keep) -> ActingHand:
        return ActingHand(
            self.side[keep], self.wrist[keep], self.rotation[keep], self.hand_pose[keep]
        )


@dataclass(frozen=True)
class HandRows:
    """Which hands of a batch of motions act: row r is hand `side[r]` of motion `sample[r]`."""

    sample: Tensor  #: (R,) int64, ascending
    side: Tensor  #: (R,) LEFT or RIGHT

    @staticmethod
    def of(acting: Tensor) -> HandRows:
        """The rows of a mask (B, 2)."""
        sample, side = acting.nonzero().unbind(1)
        return HandRows(sample, side)

    def take(self, motion: Motion) -> ActingHand:
        """The rows (R, ...) of motions (B, ...)."""
        left = (self.side == LEFT).reshape(-1, *[1] * (motion.wrist.ndim - 3))
        wrist = self._pick(motion.wrist, -2)
        rotation = self._pick(motion.rotation, -3)
        pose = self._pick(motion.hand_pose, -2)
        return ActingHand(
            self.side,
            torch.where(left[..., None], mirror(wrist), wrist),
            torch.where(left[..., None, None], mirror_wrist(rotation), rotation),
            torch.where(left[..., None], mirror_pose(pose), pose),
        )

    def put(self, motion: Motion, hand: ActingHand) -> Motion:
        """The motions with these rows replaced; the inverse of `take`."""
        left = (self.side == LEFT).reshape(-1, *[1] * (hand.wrist.ndim - 2))
        wrist = torch.where(left[..., None], mirror(hand.wrist), hand.wrist)
        rotation = torch.where(left[..., None, None], mirror_wrist(hand.rotation), hand.rotation)
        pose = torch.where(left[..., None], mirror_pose(hand.hand_pose), hand.hand_pose)
        return replace(
            motion,
            wrist=self._placed(motion.wrist, wrist, -2),
            rotation=self._placed(motion.rotation, rotation, -3),
            hand_pose=self._placed(motion.hand_pose, pose, -2),
        )

    @property
    def partner(self) -> Tensor:
        """(R,) the row of the other hand of the same motion, -1 where one hand acts alone."""
        rows = torch.arange(len(self.sample), device=self.sample.device)
        same = self.sample[:, None] == self.sample
        same = same & (rows[:, None] != rows)
        return torch.where(same.any(1), same.int().argmax(1), -1)

    def summed(self, values: Tensor, samples: int) -> Tensor:
        """Sums (B,) of per-row values (R,)."""
        return values.new_zeros(samples).index_add(0, self.sample, values)

    def _pick(self, values: Tensor, axis: int) -> Tensor:
        return values.movedim(axis, 1)[self.sample, self.side]

    def _placed(self, values: Tensor, rows: Tensor, axis: int) -> Tensor:
        values = values.clone()
        values.movedim(axis, 1)[self.sample, self.side] = rows
        return values


@cache
def pose_directions(device: torch.device) -> Tensor:
    """(D, 45): the anatomical degrees of freedom of the right hand."""
    return torch.as_tensor(anatomy.degrees_of_freedom()[1]).float().to(device)


def flips(side: Tensor, axes: int = 0) -> Tensor:
    """(R, ..., 3), `axes` axes between: what turns rows of right hands into points of their own
    side, and back."""
    flip = torch.ones(len(side), 3, dtype=torch.float32, device=side.device)
    flip[side == LEFT] = flip.new_tensor(WORLD)
    return flip.reshape(-1, *[1] * axes, 3)
