import numpy as np
import pytest
import roma
import torch
import trimesh

from diffh2o_ros.evaluation.agreement import joint_disagreement_mm
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.motion.features import Motion, skeleton_keypoints
from diffh2o_ros.motion.posing import interaction_from_motion

FRAMES = 6


@pytest.fixture
def motion():
    generator = torch.Generator().manual_seed(2)

    def turns(*shape):
        return roma.rotvec_to_rotmat(torch.randn(*shape, 3, generator=generator))

    still = torch.eye(3).repeat(FRAMES, 1, 1)
    still[3:] = turns(FRAMES - 3)
    moved = torch.zeros(FRAMES, 3)
    moved[3:] = 0.1 * torch.randn(FRAMES - 3, 3, generator=generator)
    return Motion(
        wrist=0.1 * torch.randn(FRAMES, 2, 3, generator=generator),
        rotation=turns(FRAMES, 2),
        hand_pose=0.3 * torch.randn(FRAMES, 2, 45, generator=generator),
        object_position=moved,
        object_rotation=still,
    )


def test_interaction_is_the_motion_moved_to_where_the_mesh_lies(motion):
    box = trimesh.creation.box((0.1, 0.06, 0.04)).apply_translation((0.3, -0.2, 0.5))
    mesh = Mesh(box.vertices, box.faces)
    hands = {side: OpenHand(side) for side in ("left", "right")}
    interaction = interaction_from_motion(
        motion, mesh, hands, text="lift the box", grasp_frame=3, fps=30.0
    )
    assert joint_disagreement_mm(interaction) < 1e-3
    expected = skeleton_keypoints(motion).numpy() + mesh.center
    for i, side in enumerate(("left", "right")):
        np.testing.assert_allclose(interaction.hands[side].joints, expected[:, i], atol=1e-5)
        assert interaction.hands[side].vertices.shape[0] == FRAMES
    np.testing.assert_allclose(interaction.object_pose[0], np.eye(4), atol=1e-7)
    pose = interaction.object_pose
    center = pose[:, :3, :3] @ mesh.center.astype(np.float32) + pose[:, :3, 3]
    np.testing.assert_allclose(center - mesh.center, motion.object_position, atol=1e-6)
    np.testing.assert_allclose(pose[:, :3, :3], motion.object_rotation, atol=1e-7)


def test_only_active_hands_are_posed(motion):
    box = trimesh.creation.box((0.1, 0.06, 0.04))
    interaction = interaction_from_motion(
        motion,
        Mesh(box.vertices, box.faces),
        {"left": OpenHand("left")},
        text="lift the box",
        grasp_frame=3,
        fps=30.0,
    )
    assert list(interaction.hands) == ["left"]
