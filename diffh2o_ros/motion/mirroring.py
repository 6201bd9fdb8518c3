"""Motions in the mirror that swaps left and right."""

from __future__ import annotations

from diffh2o_ros.hands.mirror import mirror, mirror_pose, mirror_rotation, mirror_wrist
from diffh2o_ros.motion.features import Motion


def mirrored(motion: Motion) -> Motion:
    """The same motion in the mirror y -> -y: hands change roles."""
    return Motion(
        wrist=mirror(motion.wrist).flip(-2),
        rotation=mirror_wrist(motion.rotation).flip(-3),
        hand_pose=mirror_pose(motion.hand_pose).flip(-2),
        object_position=mirror(motion.object_position),
        object_rotation=mirror_rotation(motion.object_rotation),
    )
