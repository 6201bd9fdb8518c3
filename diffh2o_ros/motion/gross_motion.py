"""Gross motion: where an object and the wrists go, without fingers and distances to surfaces.

What is done with an object shows in this alone, and it is the same for every hand model and for
objects of every shape. It can be had from the features of a training sequence and from a finished
interaction, and both agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import matrix_from_6d, rotation_6d
from diffh2o_ros.hands.mirror import mirror
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS
from diffh2o_ros.motion.features import GROUPS, predicted_distances
from diffh2o_ros.motion.interaction import Interaction

CHANNELS = 17
#: A hand whose three nearest fingertips come this near on average (meters) acts. In the data set
#: hands that hold come to 5 mm (the 99.9th percentile: 21 mm), hands that do not stay 25 mm away.
ACTING_DISTANCE = 0.025


@dataclass(frozen=True)
class GrossMotion:
    """Motions of T frames in the request's axes, with the center of the object's bounding box at
    the origin in frame 0. Hands come in the order left, right. The leading shape (...) is free."""

    object_position: Tensor  #: (..., T, 3) of the point that was the center in frame 0, meters
    object_rotation: Tensor  #: (..., T, 3, 3) relative to frame 0
    wrist: Tensor  #: (..., T, 2, 3) meters; of no meaning for a hand that does not act
    acts: Tensor  #: (..., 2) bool: which hands hold the object at some time

    @classmethod
    def from_features(cls, features: Tensor) -> GrossMotion:
        """Of features (..., T, 117) in the order of `motion.features`."""
        start = features[..., :1, GROUPS["object_position"]]
        rotation = matrix_from_6d(features[..., GROUPS["object_orientation"]])
        return cls(
            object_position=features[..., GROUPS["object_position"]] - start,
            object_rotation=rotation @ rotation[..., :1, :, :].mT,
            wrist=(
                features[..., GROUPS["wrist_position"]].unflatten(-1, (2, 3)) - start.unsqueeze(-2)
            ),
            acts=acting_hands(predicted_distances(features)),
        )

    @classmethod
    def from_interaction(cls, interaction: Interaction) -> GrossMotion:
        """Of an interaction of T frames; the hands it holds are those that act."""
        pose = torch.from_numpy(interaction.object_pose)
        rotation, position = pose[:, :3, :3], pose[:, :3, 3]
        start = torch.from_numpy(start_center(interaction))
        center = rotation[0].mT @ (start - position[0])  # in the mesh's own frame
        wrist = torch.zeros(len(pose), 2, 3)
        for side, hand in interaction.hands.items():
            wrist[:, SIDES.index(side)] = torch.from_numpy(hand.joints[:, 0]) - start
        return cls(
            object_position=rotation @ center + position - start,
            object_rotation=rotation @ rotation[0].mT,
            wrist=wrist,
            acts=torch.tensor([side in interaction.hands for side in SIDES]),
        )

    def channels(self) -> Tensor:
        """(..., T, 17): object position 3 and 6-D rotation, wrists 2x3, acting hands 2.

        A hand that does not act is all zeros.
        """
        acts = self.acts.to(self.wrist)[..., None, :].expand(self.wrist.shape[:-1])
        return torch.cat(
            [
                self.object_position,
                rotation_6d(self.object_rotation),
                (self.wrist * acts.unsqueeze(-1)).flatten(-2),
                acts,
            ],
            -1,
        )


def mirrored_channels(channels: Tensor) -> Tensor:
    """Channels (..., 17) of the same motion in the mirror y -> -y: hands change roles."""
    position, first, second, left, right, acts = channels.split((3, 3, 3, 3, 3, 2), -1)
    # F R F with F = diag(flip): the second column of R also changes its sign.
    return torch.cat([*map(mirror, (position, first, -second, right, left)), acts.flip(-1)], -1)


def acting_hands(distances: Tensor) -> Tensor:
    """(..., 2) bool: which hands hold the object, by keypoint distances (..., T, 2, 21) meters."""
    tips = distances[..., list(TIP_KEYPOINTS)].sort(-1).values
    return tips[..., :3].mean(-1).amin(-2) < ACTING_DISTANCE


def start_center(interaction: Interaction) -> np.ndarray:
    """Center (3,) of the object's bounding box in frame 0, request frame, meters."""
    pose = interaction.object_pose[0]
    vertices = interaction.object_vertices @ pose[:3, :3].T + pose[:3, 3]
    return 0.5 * (vertices.min(0) + vertices.max(0))
