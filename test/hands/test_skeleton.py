"""The skeleton's kinematics against an independent chain of scipy rotations, and its symmetry."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands import skeleton
from diffh2o_ros.hands.mirror import REST, REST_AXIAL, mirror, mirror_pose
from diffh2o_ros.hands.sides import SIDES


def random_parameters(seed: int, *shape: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    draw = lambda n: torch.randn(*shape, n, generator=generator, dtype=torch.float64)  # noqa: E731
    return draw(3), draw(3), 0.8 * draw(45)


def chain(rest: np.ndarray, orient: np.ndarray, transl: np.ndarray, pose: np.ndarray):
    """MANO's forward kinematics with 4 x 4 transforms, one joint after the other."""
    world = []
    for joint, parent in enumerate(skeleton.PARENTS):
        local = np.eye(4)
        turn = orient if joint == 0 else pose[3 * joint - 3 : 3 * joint]
        local[:3, :3] = Rotation.from_rotvec(turn).as_matrix()
        local[:3, 3] = rest[joint] + transl if joint == 0 else rest[joint] - rest[parent]
        world.append(local if joint == 0 else world[parent] @ local)
    return np.array(world)


@pytest.mark.parametrize("side", SIDES)
def test_kinematics_agree_with_a_chain_of_transforms(side):
    rest = skeleton.rest_joints(side).double()
    parameters = random_parameters(0, 5)
    rotations, joints = skeleton.forward_kinematics(rest, *parameters)
    for i in range(5):
        world = chain(rest.numpy(), *(p[i].numpy() for p in parameters))
        np.testing.assert_allclose(joints[i], world[:, :3, 3], atol=1e-12)
        np.testing.assert_allclose(rotations[i], world[:, :3, :3], atol=1e-12)


@pytest.mark.parametrize("side", SIDES)
def test_zero_pose_is_the_rest_pose(side):
    rest = skeleton.rest_joints(side)
    rotations, joints = skeleton.forward_kinematics(
        rest, torch.zeros(3), torch.zeros(3), torch.zeros(45)
    )
    assert (joints - rest).abs().max() < 1e-7
    assert (rotations - torch.eye(3)).abs().max() < 1e-7


def test_wrist_lies_at_rest_joint_zero_plus_translation():
    orient, transl, pose = random_parameters(1, 4)
    rest = skeleton.rest_joints("right").double()
    _, joints = skeleton.forward_kinematics(rest, orient, transl, pose)
    torch.testing.assert_close(joints[:, 0], rest[0] + transl)


def test_wrist_kinematics_is_forward_kinematics_from_the_wrists_pose():
    orient, transl, pose = random_parameters(2, 3, 2)
    rest = skeleton.rest_joints("left").double()
    rotations, joints = skeleton.forward_kinematics(rest, orient, transl, pose)
    again, moved = skeleton.wrist_kinematics(
        joints[..., 0, :], rotations[..., 0, :, :], pose, "left"
    )
    torch.testing.assert_close(again, rotations)
    torch.testing.assert_close(moved, joints)


def test_mirrored_parameters_give_the_mirrored_hand():
    orient, transl, pose = random_parameters(3, 6)
    right = skeleton.rest_joints("right").double()
    left = skeleton.rest_joints("left").double()
    _, joints = skeleton.forward_kinematics(right, orient, transl, pose)
    _, mirrored = skeleton.forward_kinematics(
        left, mirror(orient, REST_AXIAL), mirror(transl, REST), mirror_pose(pose)
    )
    torch.testing.assert_close(mirrored, mirror(joints, REST))
    torch.testing.assert_close(mirror_pose(mirror_pose(pose)), pose)


def test_keypoints_run_from_the_base_to_the_tip_of_each_finger():
    rest = skeleton.rest_joints("right")
    rotations, joints = skeleton.forward_kinematics(
        rest, torch.zeros(3), torch.zeros(3), torch.zeros(45)
    )
    points = skeleton.keypoints(joints, rotations, skeleton.tip_offsets("right"))
    assert points.shape == (21, 3)
    torch.testing.assert_close(points[0], rest[0])
    for i, finger in enumerate(("thumb", "index", "middle", "ring", "little")):
        first = skeleton.FINGERS[finger]
        row = points[1 + 4 * i : 5 + 4 * i]
        torch.testing.assert_close(row[:3], rest[first : first + 3])
        # The tip goes on from the last joint, within 35 degrees of the bone before it.
        bone, tip = row[2] - row[1], row[3] - row[2]
        assert torch.cosine_similarity(bone, tip, dim=0) > np.cos(np.deg2rad(35))
        assert 0.015 < tip.norm() < 0.030


def test_tips_turn_with_their_last_joint():
    pose = torch.zeros(45)
    pose[3 * 3 - 1] = np.pi / 2  # index DIP, about z
    rest = skeleton.rest_joints("right")
    rotations, joints = skeleton.forward_kinematics(rest, torch.zeros(3), torch.zeros(3), pose)
    offsets = skeleton.tip_offsets("right")
    tip = skeleton.keypoints(joints, rotations, offsets)[8]
    x, y, z = offsets[1]
    torch.testing.assert_close(tip - rest[3], torch.stack([-y, x, z]))


def test_unknown_side_is_named():
    with pytest.raises(ValueError, match="'left' or 'right', not 'both'"):
        skeleton.rest_joints("both")
