import dataclasses

import numpy as np
import roma
import torch

from diffh2o_ros.geometry.rotations import rotation_6d
from diffh2o_ros.motion.gross_motion import GrossMotion, mirrored_channels, start_center


def some_motion(frames=6):
    generator = torch.Generator().manual_seed(0)
    turns = torch.randn(frames, 3, generator=generator)
    return GrossMotion(
        object_position=torch.randn(frames, 3, generator=generator),
        object_rotation=roma.rotvec_to_rotmat(turns),
        wrist=torch.randn(frames, 2, 3, generator=generator),
        acts=torch.tensor([False, True]),
    )


def test_channels_hide_the_hand_that_does_not_act():
    motion = some_motion()
    position, rotation, left, right, acts = motion.channels().split((3, 6, 3, 3, 2), -1)
    assert torch.equal(position, motion.object_position)
    assert torch.equal(rotation, rotation_6d(motion.object_rotation))
    assert not left.any() and torch.equal(right, motion.wrist[:, 1])
    assert torch.equal(acts, torch.tensor([0.0, 1.0]).expand(6, 2))


def test_the_mirror_swaps_hands_and_turns_rotations():
    motion, flip = some_motion(), torch.diag(torch.tensor([1.0, -1.0, 1.0]))
    mirror = GrossMotion(
        object_position=motion.object_position @ flip,
        object_rotation=flip @ motion.object_rotation @ flip,
        wrist=(motion.wrist @ flip).flip(-2),
        acts=motion.acts.flip(-1),
    )
    channels = motion.channels()
    torch.testing.assert_close(mirrored_channels(channels), mirror.channels())
    torch.testing.assert_close(mirrored_channels(mirrored_channels(channels)), channels)


def test_of_an_interaction(simple_interaction):
    path = np.zeros((4, 3))
    path[:, 0] = [0.2, 0.2, 0.3, 0.4]
    built = simple_interaction(path, [(0.2, 0.05, 0.04)] * 4, sides=("left",))
    np.testing.assert_allclose(start_center(built), (0.2, 0, 0.04), atol=1e-6)
    motion = GrossMotion.from_interaction(built)
    assert motion.acts.tolist() == [True, False]
    expected = np.array([[0, 0, 0], [0, 0, 0], [0.1, 0, 0], [0.2, 0, 0]], np.float32)
    torch.testing.assert_close(motion.object_position, torch.from_numpy(expected))
    torch.testing.assert_close(motion.wrist[0, 0], torch.tensor([0, 0.05, 0]))
    torch.testing.assert_close(motion.object_rotation, torch.eye(3).expand(4, 3, 3))


def test_it_makes_no_difference_how_the_mesh_file_holds_the_object(simple_interaction):
    """A mesh that is turned and shifted in its file, and posed to lie where it lay."""
    rng = np.random.default_rng(0)
    built = simple_interaction(rng.normal(size=(5, 3)), rng.normal(size=(5, 3)))
    turn = roma.rotvec_to_rotmat(torch.tensor([0.0, 0.0, np.pi / 2])).numpy()
    change = np.eye(4, dtype=np.float32)
    change[:3, :3], change[:3, 3] = turn, (0.3, -0.2, 0.1)
    other = dataclasses.replace(
        built,
        object_vertices=built.object_vertices @ turn.T + change[:3, 3],
        object_pose=built.object_pose @ np.linalg.inv(change),
    )
    one, two = (GrossMotion.from_interaction(i).channels() for i in (built, other))
    torch.testing.assert_close(one, two, atol=1e-5, rtol=0)
