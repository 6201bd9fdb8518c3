"""Where a hand would hold what a two-finger gripper would: grasps of a gripper as wrist poses.

A gripper's frame has its origin between the tips of its fingers once they are closed (the tool
center point), an approach axis along which it comes, and a closing axis along which its fingers
move. The hand's own such frame is taken from a pinch: thumb against index and middle finger.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from diffh2o_ros.errors import OptionError
from diffh2o_ros.hands.anatomy import degrees_of_freedom
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.hands.sides import check_side
from diffh2o_ros.hands.skeleton import (
    TIP_KEYPOINTS,
    forward_kinematics,
    keypoints,
    rest_joints,
    tip_offsets,
)

AXES = {
    f"{sign}{name}": value * np.eye(3)[i]
    for i, name in enumerate("xyz")
    for sign, value in (("", 1.0), ("-", -1.0))
}
#: The pinch that hand and gripper are compared in, degrees of each degree of freedom.
_PINCH = {
    "thumb_cmc_flexion": 10,
    "thumb_cmc_abduction": -10,
    "thumb_mcp_flexion": 10,
    "thumb_ip_flexion": 15,
    "index_mcp_flexion": 45,
    "index_pip_flexion": 45,
    "index_dip_flexion": 20,
    "middle_mcp_flexion": 48,
    "middle_pip_flexion": 45,
    "middle_dip_flexion": 20,
    "ring_mcp_flexion": 52,
    "ring_pip_flexion": 48,
    "ring_dip_flexion": 20,
    "little_mcp_flexion": 55,
    "little_pip_flexion": 50,
    "little_dip_flexion": 20,
}


def gripper_axes(approach: str, closing: str) -> np.ndarray:
    """Rotation (3, 3) from (closing, side, approach) axes to the gripper's own frame.

    Args:
        approach, closing: x, y, z, -x, -y or -z. Raises OptionError unless they are square.
    """
    if approach[-1] == closing[-1]:
        raise OptionError(
            f"a gripper cannot approach along {approach} and close along {closing}: the two axes "
            "must be square to one another"
        )
    along, across = AXES[approach], AXES[closing]
    return np.stack([across, np.cross(along, across), along], axis=1)


@cache
def pinch_pose(side: str) -> np.ndarray:
    """Hand pose (45,) of the pinch, axis-angle."""
    names, basis, _, _ = degrees_of_freedom()
    pose = np.deg2rad([_PINCH.get(name, 0) for name in names]) @ basis
    right = torch.tensor(pose, dtype=torch.float32)
    return (right if check_side(side) == "right" else mirror_pose(right)).numpy()


@cache
def pinch_frame(side: str) -> np.ndarray:
    """The pinch as a gripper sees it, (4, 4) in the wrist's frame: columns closing (from the thumb
    to the fingers), side, approach, and the point between thumb and fingertips."""
    rest = rest_joints(side)
    rotations, joints = forward_kinematics(
        rest, torch.zeros_like(rest[0]), -rest[0], torch.tensor(pinch_pose(side))
    )
    tips = keypoints(joints, rotations, tip_offsets(side))[list(TIP_KEYPOINTS)].double().numpy()
    fingers = tips[1:3].mean(0)
    middle = (tips[0] + fingers) / 2
    closing = _unit(fingers - tips[0])
    approach = _unit(middle - closing * (middle @ closing))  # the wrist is the origin
    frame = np.eye(4)
    frame[:3, :3] = np.stack([closing, np.cross(approach, closing), approach], axis=1)
    frame[:3, 3] = middle
    return frame


def wrist_of_gripper(
    gripper: np.ndarray, side: str, approach: str = "z", closing: str = "y", tip: float = 0.0
) -> np.ndarray:
    """The wrist's pose (4, 4) of a hand that holds what a gripper at `gripper` (4, 4) would.

    A gripper that is turned by half a turn about its approach axis holds the same; of the two
    hands, the one with fingers forward (+x) and thumb up (+z) rather is returned.

    Args:
        tip: meters from the gripper's origin along its approach axis to its tool center point.
    """
    turn = np.eye(4)
    turn[:3, :3] = gripper_axes(approach, closing)
    turn[:3, 3] = tip * AXES[approach]
    pinch = gripper @ turn
    half = np.diag([-1.0, -1.0, 1.0, 1.0])  # about the approach axis, now z
    wrist_of_pinch = np.linalg.inv(pinch_frame(side))
    candidates = [pinch @ wrist_of_pinch, pinch @ half @ wrist_of_pinch]
    fingers = np.array([-1.0 if side == "right" else 1.0, 0.0, 0.0])
    return max(
        candidates, key=lambda wrist: (wrist[:3, :3] @ fingers)[0] + (wrist[:3, :3] @ AXES["z"])[2]
    )


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
