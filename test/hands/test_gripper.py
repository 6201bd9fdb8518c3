"""Hands that hold what a gripper would."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.gripper import gripper_axes, pinch_pose, wrist_of_gripper
from diffh2o_ros.hands.skeleton import keypoints, tip_offsets, wrist_kinematics

FROM_ABOVE = np.eye(4)
FROM_ABOVE[:3, :3] = np.array([[1, 0, 0], [0, -1, 0], [0, 0, -1]]).T
FROM_ABOVE[:3, 3] = 0.3, 0.1, 0.2


def tips(wrist, side):
    """Thumb, index and middle fingertip of the pinch at a wrist."""
    rotations, joints = wrist_kinematics(
        torch.tensor(wrist[:3, 3], dtype=torch.float32),
        torch.tensor(wrist[:3, :3], dtype=torch.float32),
        torch.tensor(pinch_pose(side)),
        side,
    )
    return keypoints(joints, rotations, tip_offsets(side)).numpy()[[4, 8, 12]]


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_pinch_closes_where_and_as_the_gripper_does(side):
    wrist = wrist_of_gripper(FROM_ABOVE, side, "z", "y", tip=0.1)
    thumb, index, middle = tips(wrist, side)
    fingers = (index + middle) / 2
    np.testing.assert_allclose((thumb + fingers) / 2, [0.3, 0.1, 0.1], atol=1e-5)
    closing = (fingers - thumb) / np.linalg.norm(fingers - thumb)
    assert abs(abs(closing[1]) - 1) < 1e-5, "along the gripper's y"
    assert 0.02 < np.linalg.norm(fingers - thumb) < 0.08
    assert wrist[2, 3] > 0.15, "the hand comes from above"


@pytest.mark.parametrize(("approach", "closing"), [("x", "y"), ("-z", "x"), ("y", "-z")])
def test_other_conventions_name_the_same_grasp(approach, closing):
    """The frame of another maker, on the same gripper."""
    ours = FROM_ABOVE[:3, :3] @ gripper_axes("z", "y")
    other = FROM_ABOVE.copy()
    other[:3, :3] = ours @ gripper_axes(approach, closing).T
    assert abs(np.linalg.det(other[:3, :3]) - 1) < 1e-9
    np.testing.assert_allclose(
        wrist_of_gripper(other, "right", approach, closing, 0.05),
        wrist_of_gripper(FROM_ABOVE, "right", "z", "y", 0.05),
        atol=1e-9,
    )


def test_half_a_turn_about_the_approach_axis_changes_nothing():
    half = FROM_ABOVE.copy()
    half[:3, :3] = FROM_ABOVE[:3, :3] @ Rotation.from_rotvec([0, 0, np.pi]).as_matrix()
    np.testing.assert_allclose(
        wrist_of_gripper(half, "right"), wrist_of_gripper(FROM_ABOVE, "right"), atol=1e-9
    )


def test_axes_must_be_square():
    with pytest.raises(ValueError, match="cannot approach along z and close along -z"):
        gripper_axes("z", "-z")
