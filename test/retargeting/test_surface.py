"""The surface that robot hands meet, against a sphere's formulas."""

import numpy as np
import pytest
import torch
import trimesh

pytest.importorskip("mujoco")

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.retargeting.human_grasp import surface_of
from diffh2o_ros.retargeting.surface import ObjectSurface

RADIUS, CENTER, PADDING = 0.05, np.array([0.3, -0.2, 0.1]), 0.03


@pytest.fixture(scope="module")
def grid():
    ball = trimesh.creation.icosphere(5, RADIUS)
    return SignedDistanceGrid.from_mesh(Mesh(ball.vertices + CENTER, ball.faces), padding=PADDING)


@pytest.fixture(scope="module")
def surface(grid):
    return ObjectSurface(grid)


def shell(inner, outer, count=300):
    """Points (P, 3) so far from the center, their directions (P, 3) and distances (P,) from it."""
    rng = np.random.default_rng(0)
    away = rng.normal(size=(count, 3))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    length = rng.uniform(inner, outer, count)
    return CENTER + length[:, None] * away, away, length


@pytest.mark.parametrize("span", [(0.01, 0.045), (0.045, 0.055), (0.055, 0.078)])
def test_distances_and_normals_within_the_grid(surface, span):
    points, away, length = shell(*span)
    distance, normal = surface.query(points)
    assert distance == pytest.approx(length - RADIUS, abs=2e-4)
    assert np.linalg.norm(normal, axis=1) == pytest.approx(np.ones(len(points)))
    assert (np.einsum("pi,pi->p", normal, away) > 0.9995).all()


def test_distances_and_normals_beyond_the_grid(surface):
    """Exact straight ahead of a face of the box; elsewhere never too small, and not far off."""
    ahead = np.concatenate([np.eye(3), -np.eye(3)])
    distance, normal = surface.query(CENTER + 0.4 * ahead)
    assert distance == pytest.approx(np.full(6, 0.4 - RADIUS), abs=3e-4)
    assert normal == pytest.approx(ahead, abs=5e-3)
    points, away, length = shell(0.15, 0.6)
    distance, normal = surface.query(points)
    assert (distance > length - RADIUS - 3e-4).all()
    assert (distance < 1.25 * (length - RADIUS)).all()
    assert np.linalg.norm(normal, axis=1) == pytest.approx(np.ones(len(points)))
    assert (np.einsum("pi,pi->p", normal, away) > 0.95).all()


def test_it_is_the_field_that_torch_sees(grid, surface):
    points = np.concatenate([shell(0, 0.3)[0], CENTER + [[0, 0, 0], [PADDING + RADIUS, 0, 0]]])
    wanted = grid.query(torch.from_numpy(points)).numpy()
    assert surface.query(points)[0] == pytest.approx(wanted, abs=2e-6)


def test_normals_turn_as_those_of_a_sphere(surface):
    """By (1 - n n^T) / r a meter."""
    points, away, length = shell(0.04, 0.065)
    normal, change = surface.normals(points)
    assert normal == pytest.approx(surface.query(points)[1])
    wanted = (np.eye(3) - away[:, :, None] * away[:, None, :]) / length[:, None, None]
    wrong = np.linalg.norm(change - wanted, axis=(1, 2)) / np.linalg.norm(wanted, axis=(1, 2))
    assert wrong.max() < 0.08


def test_the_surface_of_an_interaction_is_in_the_mesh_s_frame(simple_interaction):
    """Wherever the object is carried and wherever in its frame the mesh lies."""
    path = np.tile([0.5, 0.2, 0.3], (2, 1))
    surface = surface_of(simple_interaction(path, path))
    points = np.array([[0, 0, 0], [0, 0, 0.08], [0, 0, 0.04], [0.06, 0, 0.04]])
    distance, normal = surface.query(points)
    assert distance == pytest.approx([0, 0, -0.04, 0.02], abs=5e-4)
    assert normal[[0, 1, 3]] == pytest.approx(
        np.array([[0, 0, -1], [0, 0, 1], [1, 0, 0]]), abs=1e-2
    )


def test_machine_code_and_arrays_agree(surface):
    pytest.importorskip("numba")
    points = np.concatenate([shell(*span)[0] for span in ((0.0, 0.06), (0.06, 0.6))])
    for one, other in zip(surface.query(points), surface._by_arrays(points), strict=True):
        assert one == pytest.approx(other, abs=1e-12)
