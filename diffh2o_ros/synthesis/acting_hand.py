"""The hand that acts, whichever side it is, seen as a right hand.

A batch of candidates may hold left and right hands. Mirroring the left ones in y (and with them,
when it is asked for distances, the object) turns all of them into right hands, so that one contact
model serves the whole batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import roma
import torch
from torch import Tensor

from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import mirror_pose, wrist_kinematics
from diffh2o_ros.motion.features import Motion

LEFT, RIGHT = 0, 1


@dataclass(frozen=True)
class ActingHand:
    """B right hands, each perhaps the mirror image of a left one; leading shape (B, ...)."""

    side: Tensor  #: (B,) LEFT or RIGHT: which hand it stands for
    wrist: Tensor  #: (B, ..., 3) metres, canonical frame, mirrored for left hands
    rotation: Tensor  #: (B, ..., 3, 3)
    hand_pose: Tensor  #: (B, ..., 45) axis-angle

    def kinematics(self) -> tuple[Tensor, Tensor]:
        """Joint rotations (B, ..., 16, 3, 3) and positions (B, ..., 16, 3)."""
        return wrist_kinematics(self.wrist, self.rotation, self.hand_pose, "right")

    def moved(self, shift: Tensor, turn: Tensor, bend: Tensor) -> ActingHand:
        """The hand shifted (B, ..., 3), turned about its wrist by axis-angle (B, ..., 3) and bent
        by joint angles (B, ..., D) along its anatomical degrees of freedom."""
        rotation = roma.rotvec_to_rotmat(turn) @ self.rotation
        pose = self.hand_pose + bend @ pose_directions(self.hand_pose)
        return ActingHand(self.side, self.wrist + shift, rotation, pose)

    def __getitem__(self, keep) -> ActingHand:
        return ActingHand(
            self.side[keep], self.wrist[keep], self.rotation[keep], self.hand_pose[keep]
        )


def pose_directions(like: Tensor) -> Tensor:
    """(D, 45): the anatomical degrees of freedom of the right hand, on the device of `like`."""
    return torch.as_tensor(anatomy.degrees_of_freedom()[1]).to(like)


def acting_hand(motion: Motion, side: Tensor) -> ActingHand:
    """The acting hand of motions (B, ...), side (B,) LEFT or RIGHT."""
    rows = torch.arange(len(side), device=side.device)
    left = (side == LEFT).reshape(-1, *[1] * (motion.wrist.ndim - 3))
    wrist = _take(motion.wrist, rows, side, -2)
    rotation = _take(motion.rotation, rows, side, -3)
    pose = _take(motion.hand_pose, rows, side, -2)
    flip = wrist.new_tensor([1.0, -1.0, 1.0])
    hand = wrist.new_tensor([-1.0, 1.0, 1.0])
    return ActingHand(
        side,
        torch.where(left[..., None], wrist * flip, wrist),
        torch.where(left[..., None, None], flip[:, None] * rotation * hand, rotation),
        torch.where(left[..., None], mirror_pose(pose), pose),
    )


def with_acting_hand(motion: Motion, hand: ActingHand) -> Motion:
    """The motion with its acting hand replaced; the inverse of `acting_hand`."""
    left = (hand.side == LEFT).reshape(-1, *[1] * (hand.wrist.ndim - 2))
    flip = hand.wrist.new_tensor([1.0, -1.0, 1.0])
    mirror = hand.wrist.new_tensor([-1.0, 1.0, 1.0])
    wrist = torch.where(left[..., None], hand.wrist * flip, hand.wrist)
    rotation = torch.where(
        left[..., None, None], flip[:, None] * hand.rotation * mirror, hand.rotation
    )
    pose = torch.where(left[..., None], mirror_pose(hand.hand_pose), hand.hand_pose)
    # One-hot over the hand axis keeps the other hand as it is.
    acts = torch.nn.functional.one_hot(hand.side, 2).to(hand.wrist)
    acts = acts.reshape(len(hand.side), *[1] * (hand.wrist.ndim - 2), 2, 1)
    return Motion(
        wrist=torch.where(acts > 0, wrist.unsqueeze(-2), motion.wrist),
        rotation=torch.where(acts.unsqueeze(-1) > 0, rotation.unsqueeze(-3), motion.rotation),
        hand_pose=torch.where(acts > 0, pose.unsqueeze(-2), motion.hand_pose),
        object_position=motion.object_position,
        object_rotation=motion.object_rotation,
    )


def _take(values: Tensor, rows: Tensor, side: Tensor, axis: int) -> Tensor:
    return values.movedim(axis, 1)[rows, side]


class ObjectField:
    """Distances from hands in an acting hand's frame to an object resting at the origin.

    Args:
        sdf: of the object in its own frame; center: (3,) its bounding-box centre there.
        side: (B,) of the hands that will ask; points then have leading shape (B, ...).
    """

    def __init__(self, sdf: SignedDistanceGrid, center: Tensor, side: Tensor) -> None:
        self._sdf, self._center = sdf, center
        self._flip = torch.ones(len(side), 3, device=side.device)
        self._flip[side == LEFT, 1] = -1.0

    def query(self, points: Tensor) -> Tensor:
        flip = self._flip.reshape(-1, *[1] * (points.ndim - 2), 3)
        return self._sdf.query(points * flip + self._center)
