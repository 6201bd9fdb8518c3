"""The representation the networks see: 117 numbers a frame for two hands and an object.

Per frame, as in DiffH2O (Christen et al., 2024, section 3.1): wrist positions 2x3, MANO pose
coefficients 2x24, wrist orientations 2x6, signed joint-to-object distances 2x21, object position 3
and orientation 6. The grasp stage has the 108 without the object, which does not move there.
Hands come in the order left, right. Everything is in the canonical frame: the request's axes,
origin at the center of the object's bounding box at the grasp frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import matrix_from_6d, rotation_6d
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.carried import CarriedPoints
from diffh2o_ros.hands.mirror import mirror, mirror_pose, mirror_rotation, mirror_wrist
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import keypoint_carriers
from diffh2o_ros.motion.pose_basis import NUM_COEFFICIENTS, PoseBasis

#: Distances are told apart only where they matter for contact (meters).
DISTANCE_RANGE = (-0.02, 0.10)

GROUPS = {
    "wrist_position": slice(0, 6),
    "hand_pose": slice(6, 6 + 2 * NUM_COEFFICIENTS),
    "wrist_orientation": slice(54, 66),
    "distance": slice(66, 108),
    "object_position": slice(108, 111),
    "object_orientation": slice(111, 117),
}
GRASP_DIM = 108
INTERACTION_DIM = 117
FEATURE_DIM = {"grasp": GRASP_DIM, "interaction": INTERACTION_DIM}


@dataclass
class Motion:
    """Two hands and an object in the canonical frame; leading shape (...) is usually (B, T).

    Hand axis 0 is the left hand, 1 the right.
    """

    wrist: Tensor  #: (..., 2, 3) meters
    rotation: Tensor  #: (..., 2, 3, 3) of the wrist, MANO's global orientation
    hand_pose: Tensor  #: (..., 2, 45) axis-angle, each hand's own
    object_position: Tensor  #: (..., 3) of the bounding-box center, meters
    object_rotation: Tensor  #: (..., 3, 3) relative to the pose at the grasp frame

    def __getitem__(self, which) -> Motion:
        """Some of the leading axes, as tensors are indexed."""
        return Motion(*(getattr(self, field.name)[which] for field in fields(self)))

    @staticmethod
    def cat(motions: Sequence[Motion]) -> Motion:
        """The motions (B, ...) of all batches in one."""
        return Motion(
            *(torch.cat([getattr(m, field.name) for m in motions]) for field in fields(Motion))
        )

    def to(self, device: torch.device | str) -> Motion:
        """The same motion on another device."""
        return Motion(*(getattr(self, field.name).to(device) for field in fields(self)))

    def mirrored(self) -> Motion:
        """The same motion in the mirror y -> -y: hands change roles."""
        return Motion(
            wrist=mirror(self.wrist).flip(-2),
            rotation=mirror_wrist(self.rotation).flip(-3),
            hand_pose=mirror_pose(self.hand_pose).flip(-2),
            object_position=mirror(self.object_position),
            object_rotation=mirror_rotation(self.object_rotation),
        )


def skeleton_keypoints(motion: Motion) -> Tensor:
    """Keypoints (..., 2, 21, 3) of both hands in the canonical frame."""
    points = []
    for i, side in enumerate(SIDES):
        wrist, pose = motion.wrist[..., i, :], motion.hand_pose[..., i, :]
        carried = _carried_keypoints(side, wrist.device, wrist.dtype)
        found, _ = carried(wrist, motion.rotation[..., i, :, :], torch.zeros_like(wrist), pose)
        points.append(found)
    return torch.stack(points, -3)


@cache
def _carried_keypoints(side: str, device: torch.device, dtype: torch.dtype) -> CarriedPoints:
    none = torch.zeros(0, dtype=torch.int64), torch.zeros(0, 3, dtype=torch.float32)
    return CarriedPoints(side, *keypoint_carriers(side), *none, device, dtype)


def keypoint_distances(motion: Motion, sdf: SignedDistanceGrid) -> Tensor:
    """Signed distances (..., 2, 21) of the keypoints to the object, unclipped, meters.

    Args:
        sdf: of the object about its center.
    """
    relative = skeleton_keypoints(motion) - motion.object_position[..., None, None, :]
    # Into the object's frame: R^T (x - p), as a row vector times R.
    return sdf.query(relative @ motion.object_rotation.unsqueeze(-3))


def to_features(motion: Motion, distances: Tensor, basis: PoseBasis, stage: str) -> Tensor:
    """Features (..., 108 or 117) of a motion; distances as `keypoint_distances` gives them."""
    left, right = motion.hand_pose.unbind(-2)
    coefficients = torch.stack([basis.encode(mirror_pose(left)), basis.encode(right)], -2)
    parts = [
        motion.wrist.flatten(-2),
        coefficients.flatten(-2),
        rotation_6d(motion.rotation).flatten(-2),
        distances.clamp(*DISTANCE_RANGE).flatten(-2),
    ]
    if stage == "interaction":
        parts += [motion.object_position, rotation_6d(motion.object_rotation)]
    return torch.cat(parts, -1)


def from_features(features: Tensor, basis: PoseBasis) -> Motion:
    """The motion that features (..., 108 or 117) describe; without object it rests in place.

    6D orientations are orthonormalized, so any network output gives a valid motion.
    """
    lead = features.shape[:-1]
    coefficients = features[..., GROUPS["hand_pose"]].unflatten(-1, (2, NUM_COEFFICIENTS))
    pose = basis.decode(coefficients)
    pose = torch.stack([mirror_pose(pose[..., 0, :]), pose[..., 1, :]], -2)
    if features.shape[-1] == INTERACTION_DIM:
        position = features[..., GROUPS["object_position"]]
        rotation = matrix_from_6d(features[..., GROUPS["object_orientation"]])
    else:
        position = features.new_zeros(*lead, 3)
        rotation = torch.eye(3).to(features).expand(*lead, 3, 3)
    return Motion(
        wrist=features[..., GROUPS["wrist_position"]].unflatten(-1, (2, 3)),
        rotation=matrix_from_6d(features[..., GROUPS["wrist_orientation"]].unflatten(-1, (2, 6))),
        hand_pose=pose,
        object_position=position,
        object_rotation=rotation,
    )


def predicted_distances(features: Tensor) -> Tensor:
    """The clipped keypoint distances (..., 2, 21) that features hold, meters."""
    return features[..., GROUPS["distance"]].unflatten(-1, (2, 21))
