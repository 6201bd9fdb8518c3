"""The grasp search: finds grasps on a can, the same for the same seed, and refuses bad ones."""

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.data.grasps import GraspLimits, check, search
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.contact import ContactModel


@pytest.fixture(scope="module")
def can():
    shape = trimesh.creation.cylinder(radius=0.033, height=0.1, sections=48).subdivide()
    shape.apply_translation([0, 0, 0.05])
    return Mesh(np.asarray(shape.vertices, float), np.asarray(shape.faces, np.int64))


@pytest.fixture(scope="module")
def sdf(can):
    return SignedDistanceGrid.from_mesh(can, resolution=48)


@pytest.fixture(scope="module")
def grasps(can, sdf):
    return search(can, sdf, np.random.default_rng(0), starts=64, steps=120)


def test_grasps_are_found_and_valid(can, sdf, grasps):
    assert len(grasps) >= 2
    assert check(grasps, can, sdf, ContactModel("right"), GraspLimits()).all()


def test_the_same_seed_gives_the_same_grasps(can, sdf, grasps):
    again = search(can, sdf, np.random.default_rng(0), starts=64, steps=120)
    np.testing.assert_array_equal(again.wrist, grasps.wrist)


@pytest.mark.parametrize("shift", [(0.0, 0.0, -0.06), (0.03, 0.0, 0.0), (0.0, 0.2, 0.0)])
def test_moved_grasps_are_refused(can, sdf, grasps, shift):
    moved = grasps[np.arange(len(grasps))]
    moved.wrist = moved.wrist + shift
    valid = check(moved, can, sdf, ContactModel("right"), GraspLimits())
    assert valid.mean() < 0.5


def test_keeps_a_spread(can, sdf):
    few = search(can, sdf, np.random.default_rng(0), starts=64, steps=120, keep=2)
    gap = np.linalg.norm(few.wrist[0] - few.wrist[1])
    turn = torch.as_tensor(few.rotation[0].T @ few.rotation[1]).trace()
    assert len(few) == 2 and (gap > 0.03 or turn < 2.5)
