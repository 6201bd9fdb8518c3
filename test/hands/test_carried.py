"""Points on a posed hand: where forward kinematics has them, with the gradient that it has."""

import pytest
import roma
import torch

from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.hands.carried import CarriedPoints
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import (
    keypoint_carriers,
    keypoints,
    rest_joints,
    tip_offsets,
    wrist_kinematics,
)


def pose(count=3, seed=0, turn=0.3, bend=0.4):
    """Wrists (B, 3), rotations (B, 3, 3), turns (B, 3), hand poses (B, 45), float64."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, dtype=torch.float64, generator=generator)

    rotation = roma.rotvec_to_rotmat(normal(count, 3))
    return normal(count, 3), rotation, turn * normal(count, 3), bend * normal(count, 45)


def carried(side):
    """A pad and its normal for each of the model's, and the keypoints."""
    model = ContactModel(side)
    joints, points = keypoint_carriers(side)
    pads = model.pad_offset + rest_joints(side)[model.pad_joint]
    return model, CarriedPoints(
        side,
        torch.cat([model.pad_joint, joints]),
        torch.cat([pads, points]),
        model.pad_joint,
        model.pad_normal,
        dtype=torch.float64,
    )


@pytest.mark.parametrize("side", SIDES)
def test_points_are_where_forward_kinematics_has_them(side):
    model, points = carried(side)
    wrist, rotation, turn, hand_pose = pose()
    found, directions = points(wrist, rotation, turn, hand_pose)
    rotations, joints = wrist_kinematics(
        wrist, roma.rotvec_to_rotmat(turn) @ rotation, hand_pose, side
    )
    _, pads, normals = model.place(rotations.float(), joints.float())
    expected = keypoints(joints, rotations, tip_offsets(side).to(joints))
    count = len(model.pad_joint)
    torch.testing.assert_close(found[:, :count].float(), pads, atol=1e-6, rtol=0)
    torch.testing.assert_close(directions.float(), normals, atol=1e-6, rtol=0)
    torch.testing.assert_close(found[:, count:], expected, atol=1e-7, rtol=0)


@pytest.mark.parametrize("turn, bend", [(0.3, 0.4), (0.0, 0.0), (1e-3, 1e-2), (2.0, 1.5)])
def test_the_gradient_is_that_of_the_points(turn, bend):
    _, points = carried("right")
    wrist, rotation, turn, hand_pose = pose(2, 1, turn, bend)
    given = [x.requires_grad_() for x in (wrist, turn, hand_pose)]
    assert torch.autograd.gradcheck(lambda w, t, p: points(w, rotation, t, p), given)


def test_the_gradient_in_the_rotation_is_that_of_rotating():
    _, points = carried("left")
    wrist, rotation, turn, hand_pose = pose(2, 2)

    def rotated(vector):
        return points(wrist, roma.rotvec_to_rotmat(vector) @ rotation, turn, hand_pose)

    by = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(rotated, by)
