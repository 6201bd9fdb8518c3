import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.bps import basis, basis_point_set
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh

BASIS_RADIUS = 0.15  # meters


def test_the_committed_basis_fills_a_ball_uniformly():
    points = basis()
    assert points.shape == (1024, 3) and points.dtype == np.float32
    radius = np.linalg.norm(points, axis=1) / BASIS_RADIUS
    assert radius.max() <= 1
    # Uniform in volume: the cube of the radius is uniform in [0, 1].
    steps = np.sort(radius**3) - (np.arange(1024) + 0.5) / 1024
    assert np.abs(steps).max() < 1.63 / np.sqrt(1024)  # Kolmogorov-Smirnov, 1 %
    assert np.abs(points.mean(axis=0)).max() < 0.01


def test_the_committed_basis_can_be_made_again():
    rng = np.random.default_rng(0)
    direction = rng.normal(size=(1024, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    radius = BASIS_RADIUS * rng.uniform(size=(1024, 1)) ** (1 / 3)
    np.testing.assert_allclose(basis(), radius * direction, atol=1e-6)


def test_vectors_to_a_ball_in_closed_form():
    center = np.array([0.4, -0.3, 1.2])
    ball = trimesh.creation.icosphere(5, 0.05).apply_translation(center)
    deltas = basis_point_set(ball.vertices, ball.faces, center).numpy()
    assert deltas.shape == (1024, 3) and deltas.dtype == np.float32
    radius = np.linalg.norm(basis(), axis=1, keepdims=True)
    np.testing.assert_allclose(deltas, basis() * (0.05 / radius - 1), atol=1e-3)


def test_moving_object_and_center_together_changes_nothing():
    box = trimesh.creation.box((0.1, 0.06, 0.04))
    here = basis_point_set(box.vertices, box.faces, np.zeros(3))
    there = basis_point_set(box.vertices + 0.5, box.faces, np.full(3, 0.5))
    np.testing.assert_allclose(here, there, atol=1e-6)


@pytest.mark.parametrize("subdivisions", [5, 6])
def test_vectors_are_the_exact_ones_for_few_faces_and_for_many(subdivisions):
    ball = trimesh.creation.icosphere(subdivisions, 0.05)
    ball.vertices += 0.005 * np.sin(60 * ball.vertices)
    mesh = Mesh(ball.vertices, ball.faces)
    assert (len(mesh.faces) > 30_000) == (subdivisions == 6)
    points = basis() + mesh.center
    _, closest = closest_points(mesh, points)
    deltas = basis_point_set(mesh.vertices, mesh.faces, mesh.center).numpy()
    np.testing.assert_allclose(deltas, closest - points, atol=1e-6)
