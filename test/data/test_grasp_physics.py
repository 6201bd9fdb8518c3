"""The MuJoCo test of a hold: a firm grasp holds, one that misses does not."""

import sys

import numpy as np
import pytest
import trimesh

from diffh2o_ros.data.grasps import GraspSet, find_grasps
from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.physics import PhysicsError, holds, squeeze
from diffh2o_ros.data.grasps.trial import HoldTrial
from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.mass import DENSITY, mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.mirror import mirror_wrist, signs_of


def block(x: float, y: float, z: float) -> ProceduralObject:
    shape = trimesh.creation.box((x, y, z))
    for _ in range(4):
        shape = shape.subdivide()
    shape.apply_translation([0, 0, z / 2])
    mesh = Mesh(np.asarray(shape.vertices), np.asarray(shape.faces))
    return ProceduralObject("block", {}, "block", (), mesh, frozenset(), (0.0, 0.0, 1.0))


def grasped(thing: ProceduralObject):
    sdf = SignedDistanceGrid.from_mesh(thing.mesh, resolution=48)
    return find_grasps(thing, sdf, np.random.default_rng(0))


@pytest.fixture(scope="module")
def small():
    thing = block(0.045, 0.05, 0.09)
    return thing, grasped(thing)


def test_most_firm_grasps_hold(small):
    thing, grasps = small
    results = [holds(thing, grasps, i) for i in range(0, len(grasps), 3)]
    assert np.mean([r.held for r in results]) >= 0.7
    assert max(r.drift for r in results if r.held) < 0.03
    assert all(r.grip < 60 for r in results)


def test_a_hand_that_misses_drops_it(small):
    thing, grasps = small
    moved = GraspSet.concatenate([grasps])
    moved.wrist = moved.wrist + 0.03 * np.sign(moved.wrist)
    assert not any(holds(thing, moved, i).held for i in range(0, len(moved), 5))


def test_two_hands_hold_what_one_cannot():
    thing = block(0.24, 0.2, 0.16)
    grasps = grasped(thing)
    assert len(grasps.pairs) and not grasps.alone.any()
    assert np.mean([holds(thing, grasps, tuple(p)).held for p in grasps.pairs[:4]]) >= 0.5


def test_a_squeeze_bears_the_load_and_stays_in_the_cones():
    points = np.array([[0.02, 0, 0], [-0.02, 0, 0.0], [-0.02, 0.01, 0.0]])
    normals = np.array([[1.0, 0, 0], [-1, 0, 0], [-1, 0, 0]])
    load = np.array([0.0, 0.0, 2.0])
    forces = squeeze(points, normals, 20.0, load, np.zeros(3))
    np.testing.assert_allclose(forces.sum(0), load, atol=0.15)
    assert (-(forces * normals).sum(1) >= -1e-9).all()


def test_the_mass_of_a_box_is_that_of_its_volume():
    mesh = block(0.1, 0.06, 0.04).mesh
    mass, center, inertia = mass_of(mesh)
    assert mass == pytest.approx(DENSITY * 0.1 * 0.06 * 0.04)
    np.testing.assert_allclose(center, [0, 0, 0.02], atol=1e-9)
    np.testing.assert_allclose(np.diag(inertia)[0], mass * (0.06**2 + 0.04**2) / 12)


def test_without_mujoco_one_line_says_what_to_install(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "mujoco", None)
    with pytest.raises(PhysicsError, match=r"pip install -r requirements/data\.txt"):
        holds(*small, 0)


def as_hands(grasps: GraspSet) -> Hands:
    left = grasps.side == 0
    rotation = grasps.rotation.astype(float)
    return Hands(
        grasps.wrist.astype(float) * signs_of(left),
        np.where(left[:, None, None], mirror_wrist(rotation), rotation),
        grasps.angles.astype(float),
        grasps.kind,
        left,
    )


def test_quick_trials_agree_with_the_thorough_one(small):
    thing, grasps = small
    mesh = Mesh(thing.mesh.vertices - thing.mesh.center, thing.mesh.faces)
    trial = HoldTrial(mesh, SignedDistanceGrid.from_mesh(mesh, resolution=48))
    moved = GraspSet.concatenate([grasps, grasps])
    moved.wrist[len(grasps) :] += 0.03 * np.sign(moved.wrist[len(grasps) :])
    rows = [*range(0, len(grasps), 5), *range(len(grasps), 2 * len(grasps), 5)]
    quick = [trial(as_hands(moved), row).held for row in rows]
    thorough = [holds(thing, moved, row).held for row in rows]
    assert np.mean(np.equal(quick, thorough)) >= 0.8
    assert any(quick) and not all(quick)


def test_the_order_of_trials_does_not_matter(small):
    thing, grasps = small
    mesh = Mesh(thing.mesh.vertices - thing.mesh.center, thing.mesh.faces)
    sdf = SignedDistanceGrid.from_mesh(mesh, resolution=48)
    hands, first, second = as_hands(grasps), HoldTrial(mesh, sdf), HoldTrial(mesh, sdf)
    left, right = (int(np.flatnonzero(grasps.side == side)[0]) for side in (0, 1))
    one = [first(hands, row).drift for row in (left, right)]
    other = [second(hands, row).drift for row in (right, left)]
    assert one == pytest.approx(other[::-1], rel=0.05)
