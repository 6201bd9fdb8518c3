import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.nearest import SurfaceTree

BODIES = {
    "ball": trimesh.creation.icosphere(4, 0.04),
    "box of twelve faces": trimesh.creation.box((0.1, 0.06, 0.03)),
    "fans": trimesh.creation.cylinder(0.03, 0.1, sections=200),
    "shell": trimesh.creation.annulus(0.04, 0.041, 0.08),
}


def as_mesh(body):
    return Mesh(body.vertices, body.faces)


def near(mesh, count, reach, seed=0):
    """Points up to `reach` meters from the surface."""
    body = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    points, _ = trimesh.sample.sample_surface(body, count, seed=seed)
    return points + np.random.default_rng(seed).uniform(-reach, reach, points.shape)


@pytest.mark.parametrize("body", BODIES)
def test_distances_near_the_surface_are_nearly_exact(body):
    mesh = as_mesh(BODIES[body])
    points = near(mesh, 5000, 0.004)
    exact, _ = closest_points(mesh, points)
    error = SurfaceTree.of(mesh).closest(points, 4)[0] - exact
    assert error.min() > -1e-12  # what is found lies on the surface, so it is never too near
    assert np.percentile(error, 98) < 1e-6 and error.max() < 2e-4


@pytest.mark.parametrize("body", BODIES)
def test_vectors_end_on_the_surface_at_that_distance(body):
    mesh = as_mesh(BODIES[body])
    points = near(mesh, 5000, 0.05)
    distance, vectors = SurfaceTree.of(mesh).closest(points, 4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), distance, atol=1e-12)
    assert closest_points(mesh, points + vectors)[0].max() < 1e-9


def test_enough_candidates_are_exact():
    mesh = as_mesh(trimesh.creation.icosphere(3, 0.04))
    points = near(mesh, 300, 0.02)
    exact, closest = closest_points(mesh, points)
    distance, vectors = SurfaceTree.of(mesh).closest(points, len(mesh.faces))
    np.testing.assert_allclose(distance, exact, atol=1e-12)
    np.testing.assert_allclose(points + vectors, closest, atol=1e-9)


def test_small_triangles_beside_large_ones_do_not_hide_them():
    sheet = trimesh.creation.box((0.1, 0.1, 0.02))
    for _ in range(4):
        sheet = sheet.subdivide()
    for _ in range(5):  # one patch of the top 32 times as fine
        middle = sheet.triangles_center
        patch = np.flatnonzero((middle[:, 2] > 0.009) & (np.abs(middle[:, :2]) < 0.01).all(axis=1))
        sheet = sheet.subdivide(patch)
    mesh = as_mesh(sheet)
    rng = np.random.default_rng(0)
    points = rng.uniform([-0.03, -0.03, 0.006], [0.03, 0.03, 0.014], (5000, 3))
    error = SurfaceTree.of(mesh).closest(points, 4)[0] - closest_points(mesh, points)[0]
    assert np.percentile(error, 99) < 1e-6 and error.max() < 3e-4


def test_from_afar_a_thinned_surface_is_as_good():
    mesh = as_mesh(trimesh.creation.icosphere(5, 0.04))
    points = near(mesh, 2000, 0.06)
    exact, _ = closest_points(mesh, points)
    far = exact > 0.01
    error = SurfaceTree.of(mesh).thinned(0.002).closest(points[far], 1)[0] - exact[far]
    assert -1e-12 < error.min() and error.max() < 1e-3


def test_faces_without_area_and_single_triangles():
    points = np.array([[0.0, 0.0, 0.02], [0.05, 0.001, 0.0], [-0.01, 0.0, 0.0]])
    needle = Mesh(np.array([[0, 0, 0], [0.05, 0, 0], [0.02, 0, 0]]), np.array([[0, 1, 2]]))
    distance, _ = SurfaceTree.of(needle).closest(points, 4)
    np.testing.assert_allclose(distance, [0.02, 0.001, 0.01], atol=1e-9)
    assert SurfaceTree.of(needle).closest(np.zeros((0, 3)), 4)[1].shape == (0, 3)
