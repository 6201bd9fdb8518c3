"""Whether the joints of an interaction are those of the published MANO skeleton."""

from __future__ import annotations

import torch

from diffh2o_ros.hands.skeleton import KEYPOINT_FROM, NUM_JOINTS, forward_kinematics, rest_joints
from diffh2o_ros.motion.interaction import Interaction


def joint_disagreement_mm(interaction: Interaction) -> float | None:
    """Largest distance, over hands, frames and joints, between the joints that are written and
    those of the published skeleton under the written pose, in millimeters.

    The 16 joints are compared, not the tips, which MANO does not publish. Hands whose betas are
    not zero have joints of their own and are left out; None if none is left.
    """
    keypoint_of = [KEYPOINT_FROM.index(joint) for joint in range(NUM_JOINTS)]
    worst = []
    for side, hand in interaction.hands.items():
        if hand.betas.any():
            continue
        pose = [torch.from_numpy(p) for p in (hand.global_orient, hand.transl, hand.hand_pose)]
        _, joints = forward_kinematics(rest_joints(side), *pose)
        written = torch.from_numpy(hand.joints)[:, keypoint_of]
        worst.append(1e3 * (written - joints).norm(dim=-1).max().item())
    return max(worst, default=None)
