"""The MANO skeleton: rest joints, kinematic tree, keypoint order and forward kinematics.

The rest joints are the published joints of the mean right hand. Fingers point to -x, the palm
faces -y and the thumb lies to +z; the left hand is the mirror image in x.
"""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import rotvec_to_rotmat
from diffh2o_ros.hands.mirror import REST, mirror
from diffh2o_ros.hands.sides import check_side

NUM_JOINTS = 16
POSE_DIM = 45

#: Parent of each joint in MANO order: 0 wrist, 1-3 index, 4-6 middle, 7-9 little, 10-12 ring,
#: 13-15 thumb.
PARENTS = (-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 0, 10, 11, 0, 13, 14)

#: First joint of each finger chain.
FINGERS = {"thumb": 13, "index": 1, "middle": 4, "ring": 10, "little": 7}

_REST = (
    (0.09566994, 0.00638343, 0.0061863),
    (0.00757268, 0.00118307, 0.0268723),
    (-0.02510622, 0.00519243, 0.02908936),
    (-0.04726213, 0.003894, 0.02897524),
    (0.00100949, 0.00490447, 0.00282876),
    (-0.03017318, 0.00676579, -0.00276574),
    (-0.05307782, 0.00551369, -0.00671026),
    (0.02688296, -0.0035569, -0.03702303),
    (0.00986855, -0.00349507, -0.04952181),
    (-0.00599835, -0.00418623, -0.05985371),
    (0.01393437, 0.00242601, -0.02048689),
    (-0.0143799, 0.00449301, -0.02558542),
    (-0.03790042, 0.0028049, -0.03321924),
    (0.07158022, -0.00913891, 0.03199915),
    (0.05194698, -0.00824762, 0.0556987),
    (0.02972924, -0.01368059, 0.07022282),
)

#: Offset of each fingertip from the last joint of its chain, right hand at rest (meters): the end
#: of the finger, a distal phalanx's length further along it.
_TIPS = {
    "thumb": (-0.0214, -0.0052, 0.0140),
    "index": (-0.0225, -0.0030, -0.0010),
    "middle": (-0.0235, -0.0030, -0.0030),
    "ring": (-0.0225, -0.0035, -0.0050),
    "little": (-0.0185, -0.0025, -0.0070),
}

#: Keypoint order of every consumer-facing array: wrist; thumb CMC, MCP, IP, tip; index MCP, PIP,
#: DIP, tip; middle; ring; little. Entries below 16 are MANO joints, the others tips
#: (16 thumb, 17 index, 18 middle, 19 ring, 20 little).
KEYPOINT_FROM = (0, 13, 14, 15, 16, 1, 2, 3, 17, 4, 5, 6, 18, 10, 11, 12, 19, 7, 8, 9, 20)

#: The fingertips among the keypoints: thumb, index, middle, ring, little.
TIP_KEYPOINTS = (4, 8, 12, 16, 20)

#: Joint that carries each tip, in the order of the tips above.
TIP_JOINTS = (15, 3, 6, 12, 9)


def rest_joints(side: str) -> Tensor:
    """Rest joints (16, 3) float32 of the mean hand, meters, MANO order."""
    joints = torch.tensor(_REST, dtype=torch.float32)
    return joints if check_side(side) == "right" else mirror(joints, REST)


def tip_offsets(side: str) -> Tensor:
    """Fingertips (5, 3) relative to `TIP_JOINTS` at rest: thumb, index, middle, ring, little."""
    tips = [_TIPS[finger] for finger in ("thumb", "index", "middle", "ring", "little")]
    offsets = torch.tensor(tips, dtype=torch.float32)
    return offsets if check_side(side) == "right" else mirror(offsets, REST)


def keypoint_carriers(side: str) -> tuple[Tensor, Tensor]:
    """The joints (21,) int64 that carry the keypoints, and where these are at rest (21, 3)."""
    rest = rest_joints(side)
    joints = torch.tensor([*range(NUM_JOINTS), *TIP_JOINTS])
    points = torch.cat([rest, rest[list(TIP_JOINTS)] + tip_offsets(side)])
    order = list(KEYPOINT_FROM)
    return joints[order], points[order]


def forward_kinematics(
    joints_at_rest: Tensor, global_orient: Tensor, transl: Tensor, hand_pose: Tensor
) -> tuple[Tensor, Tensor]:
    """World rotations and positions of the 16 joints (smplx's convention).

    Args:
        joints_at_rest: (16, 3) or (..., 16, 3) meters.
        global_orient: (..., 3) axis-angle about rest joint 0.
        transl: (..., 3) added to every joint, so the wrist lies at rest joint 0 + transl.
        hand_pose: (..., 45) axis-angle of the 15 finger joints relative to their parents.

    Returns:
        rotations (..., 16, 3, 3) and joints (..., 16, 3).
    """
    local = rotvec_to_rotmat(hand_pose.unflatten(-1, (15, 3)))
    root = rotvec_to_rotmat(global_orient)
    wrist = joints_at_rest[..., 0, :] + transl
    # The five fingers are chains of three joints numbered in a row: go out along all at once.
    parent_rotation = root.unsqueeze(-3)
    parent_position = wrist.unsqueeze(-2)
    parent_rest = joints_at_rest[..., :1, :]
    rotations, positions = [], []
    for level in range(3):
        rest = joints_at_rest[..., 1 + level :: 3, :]
        offset = (rest - parent_rest).unsqueeze(-1)
        parent_position = parent_position + (parent_rotation @ offset).squeeze(-1)
        parent_rotation = parent_rotation @ local[..., level::3, :, :]
        parent_rest = rest
        positions.append(parent_position)
        rotations.append(parent_rotation)
    fingers = torch.stack(positions, -2).flatten(-3, -2)
    turns = torch.stack(rotations, -3).flatten(-4, -3)
    return (
        torch.cat([root.unsqueeze(-3), turns], -3),
        torch.cat([wrist.unsqueeze(-2), fingers], -2),
    )


def wrist_kinematics(
    wrist: Tensor, rotation: Tensor, hand_pose: Tensor, side: str
) -> tuple[Tensor, Tensor]:
    """`forward_kinematics` of the mean hand from the pose of its wrist.

    Args:
        wrist: (..., 3) position of joint 0; rotation: (..., 3, 3); hand_pose: (..., 45).

    Returns:
        rotations (..., 16, 3, 3) and joints (..., 16, 3).
    """
    rest = rest_joints(side).to(wrist)
    zero = torch.zeros_like(wrist)
    rotations, joints = forward_kinematics(rest, zero, zero, hand_pose)
    turned = (rotation.unsqueeze(-3) @ (joints - rest[0]).unsqueeze(-1)).squeeze(-1)
    return rotation.unsqueeze(-3) @ rotations, turned + wrist.unsqueeze(-2)


def keypoints_from_joints(joints: Tensor, tips: Tensor) -> Tensor:
    """Reorders joints (..., 16, 3) and tips (..., 5, 3) into the 21 keypoints."""
    return torch.cat([joints, tips], -2)[..., list(KEYPOINT_FROM), :]


def keypoints(joints: Tensor, rotations: Tensor, offsets: Tensor) -> Tensor:
    """The 21 keypoints (..., 21, 3) of a posed skeleton.

    Args:
        joints: (..., 16, 3) and rotations (..., 16, 3, 3) from `forward_kinematics`.
        offsets: tips relative to their joints at rest, (5, 3) or (..., 5, 3).
    """
    carrier = list(TIP_JOINTS)
    tips = joints[..., carrier, :] + (
        rotations[..., carrier, :, :] @ offsets.unsqueeze(-1)
    ).squeeze(-1)
    return keypoints_from_joints(joints, tips)
