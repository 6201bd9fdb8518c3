"""Motions in the mirror that swaps left and right."""

from __future__ import annotations

import torch

from diffh2o_ros.hands.skeleton import mirror_pose
from diffh2o_ros.motion.features import Motion


def mirrored(motion: Motion) -> Motion:
    """The same motion in the mirror y -> -y: hands change roles."""
    flip = torch.diag(torch.tensor([1.0, -1.0, 1.0], dtype=torch.float32))
    hand = torch.diag(torch.tensor([-1.0, 1.0, 1.0], dtype=torch.float32))
    return Motion(
        wrist=(motion.wrist @ flip).flip(-2),
        rotation=(flip @ motion.rotation @ hand).flip(-3),
        hand_pose=mirror_pose(motion.hand_pose).flip(-2),
        object_position=motion.object_position @ flip,
        object_rotation=flip @ motion.object_rotation @ flip,
    )
