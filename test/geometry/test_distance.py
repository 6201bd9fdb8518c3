import igl
import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.distance import closest_points, exact_signed_distance, inside
from diffh2o_ros.geometry.mesh import Mesh


def as_mesh(body):
    return Mesh(body.vertices, body.faces)


def box_distance(points, half):
    """Signed distance to a box about the origin, in closed form."""
    beyond = np.abs(points) - half
    outside = np.linalg.norm(np.maximum(beyond, 0), axis=1)
    return outside + np.minimum(beyond.max(axis=1), 0)


@pytest.fixture
def points():
    return np.random.default_rng(0).uniform(-0.08, 0.08, (3000, 3))


def test_box_agrees_with_the_closed_form(points):
    half = np.array([0.02, 0.03, 0.05])
    distance = exact_signed_distance(as_mesh(trimesh.creation.box(2 * half)), points)
    np.testing.assert_allclose(distance, box_distance(points, half), atol=1e-12)


def test_closest_points_lie_on_the_surface_at_that_distance(points):
    mesh = as_mesh(trimesh.creation.icosphere(3, 0.04))
    distance, closest = closest_points(mesh, points)
    np.testing.assert_allclose(np.linalg.norm(points - closest, axis=1), distance, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(closest, axis=1), 0.04, atol=4e-4)


def test_overlapping_parts_count_as_one_solid(points):
    left, right = (trimesh.creation.icosphere(3, 0.04) for _ in range(2))
    left.apply_translation((-0.02, 0, 0))
    right.apply_translation((0.02, 0, 0))
    both = inside(as_mesh(trimesh.util.concatenate([left, right])), points)
    expected = inside(as_mesh(left), points) | inside(as_mesh(right), points)
    np.testing.assert_array_equal(both, expected)
    assert inside(as_mesh(left), np.zeros((1, 3)))[0]


def test_a_scan_with_a_hole_still_has_an_inside():
    ball = trimesh.creation.icosphere(4, 0.04)
    torn = Mesh(ball.vertices, ball.faces[ball.triangles_center[:, 2] > -0.036])
    assert not trimesh.Trimesh(torn.vertices, torn.faces).is_watertight
    points = np.array([[0, 0, 0], [0.02, 0.01, 0.02], [0, 0, 0.05], [0, 0, -0.06], [0.05, 0, 0]])
    np.testing.assert_array_equal(inside(torn, points), [True, True, False, False, False])


@pytest.mark.parametrize("sections", [32, 200])
def test_fans_of_slivers_agree_with_both_winding_numbers(sections, points):
    mesh = as_mesh(trimesh.creation.cylinder(0.03, 0.1, sections=sections))
    assert mesh.has_long_faces
    for winding in (igl.winding_number, igl.fast_winding_number):
        reference = winding(mesh.vertices, mesh.faces, points) > 0.5
        np.testing.assert_array_equal(inside(mesh, points), reference)


def test_evenly_cut_surfaces_are_not_taken_for_fans():
    assert not as_mesh(trimesh.creation.icosphere(3, 0.04)).has_long_faces


def test_no_points():
    mesh = as_mesh(trimesh.creation.box((0.1, 0.1, 0.1)))
    assert exact_signed_distance(mesh, np.zeros((0, 3))).shape == (0,)
