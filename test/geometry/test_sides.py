import igl
import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sides import GridSides


def checked(body):
    return check_mesh(np.array(body.vertices), np.array(body.faces))


def grid_of(mesh, cells=40, turn=None):
    """A grid over a mesh: sides, all node indices, and where they are."""
    low, high = mesh.bounds
    spacing = float((high - low).max()) / cells
    axes = spacing * (np.eye(3) if turn is None else turn)
    shape = (cells + 7,) * 3
    origin = (low + high) / 2 - np.array(shape) @ axes / 2
    nodes = np.argwhere(np.ones(shape, bool))
    return GridSides(mesh, origin, axes, shape), nodes, origin + nodes @ axes


def winding(mesh, points):
    return igl.fast_winding_number(mesh.vertices, mesh.faces, points)


def mug():
    cup = trimesh.creation.annulus(0.035, 0.04, 0.09)
    handle = trimesh.creation.torus(0.025, 0.005).apply_translation((0.05, 0, 0))
    return trimesh.util.concatenate([cup, handle])


def shells():
    return trimesh.util.concatenate([trimesh.creation.icosphere(3, r) for r in (0.02, 0.03, 0.04)])


@pytest.mark.parametrize(
    "body",
    [
        trimesh.creation.icosphere(4, 0.04),
        trimesh.creation.torus(0.05, 0.015),
        trimesh.creation.cylinder(0.03, 0.1, sections=200),
        mug(),
        shells(),
    ],
    ids=["ball", "torus", "fans", "overlapping parts", "shells in each other"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_closed_meshes_agree_with_winding_numbers(body, turned):
    mesh = checked(body)
    assert mesh.is_closed
    turn = trimesh.transformations.random_rotation_matrix(np.array([0.3, 0.6, 0.8]))[:3, :3]
    sides, nodes, points = grid_of(mesh, turn=turn if turned else None)
    expected = winding(mesh, points) > 0.5
    assert 0.01 < expected.mean() < 0.9
    wrong = np.flatnonzero(sides.inside(nodes) != expected)
    # The grid's lines are moved a ten-thousandth of a cell: a node may lie just between.
    assert len(wrong) <= 2 and (closest_points(mesh, points[wrong])[0] < 1e-6).all()


def test_edges_and_corners_just_where_nodes_are():
    body = trimesh.creation.box((0.08, 0.08, 0.08)).subdivide().subdivide()
    mesh = checked(body)
    spacing, shape = 0.005, (25, 25, 25)  # every second edge of the box runs through nodes
    origin = np.full(3, -0.06)
    nodes = np.argwhere(np.ones(shape, bool))
    beyond = np.abs(origin + spacing * nodes).max(axis=1) - 0.04
    inside = GridSides(mesh, origin, spacing * np.eye(3), shape).inside(nodes)
    clear = np.abs(beyond) > 1e-9
    np.testing.assert_array_equal(inside[clear], beyond[clear] < 0)


def ball_without(chosen):
    ball = trimesh.creation.icosphere(4, 0.04)
    return Mesh(ball.vertices, ball.faces[~chosen(ball.triangles_center)])


@pytest.mark.parametrize(
    ("chosen", "most_wrong"),
    [
        (lambda c: c[:, 2] > 0.038, 0.0005),
        (lambda c: c[:, 2] > 0.0, 0.0005),
        (lambda c: (c[:, 0] > 0) & (c[:, 1] > 0), 0.0005),
        (lambda c: np.random.default_rng(0).uniform(size=len(c)) < 0.1, 0.0005),
        (lambda c: np.random.default_rng(0).uniform(size=len(c)) < 0.4, 0.02),
    ],
    ids=["a hole", "half of it", "a quarter missing", "a tenth of the faces", "torn to rags"],
)
def test_open_meshes_agree_with_winding_numbers(chosen, most_wrong):
    mesh = ball_without(chosen)
    assert not mesh.is_closed
    sides, nodes, points = grid_of(mesh)
    w = winding(mesh, points)
    wrong = sides.inside(nodes) != (w > 0.5)
    assert wrong[np.abs(w - 0.5) > 0.02].mean() <= most_wrong
    assert wrong[np.abs(w - 0.5) > 0.25].mean() < 1e-4


def test_a_stray_triangle_changes_nothing():
    ball = trimesh.creation.icosphere(4, 0.04)
    stray = np.array([[0.01, 0.01, 0.035], [0.02, 0.01, 0.036], [0.01, 0.02, 0.037]])
    mesh = Mesh(
        np.vstack([ball.vertices, stray]),
        np.vstack([ball.faces, len(ball.vertices) + np.arange(3)]),
    )
    whole = Mesh(ball.vertices, ball.faces)
    assert whole.is_closed and not mesh.is_closed
    sides, nodes, points = grid_of(mesh)
    clear = np.abs(np.linalg.norm(points, axis=1) - 0.04) > 1e-4
    np.testing.assert_array_equal(sides.inside(nodes)[clear], winding(whole, points)[clear] > 0.5)


def test_closed_is_told_from_open():
    ball = trimesh.creation.icosphere(3, 0.04)
    faces = np.array(ball.faces)
    assert Mesh(ball.vertices, faces).is_closed
    assert not Mesh(ball.vertices, faces[1:]).is_closed
    faces[0] = faces[0, ::-1]
    assert not Mesh(ball.vertices, faces).is_closed
    twice = np.vstack([ball.faces, ball.faces[:, ::-1]])
    assert Mesh(ball.vertices, twice).is_closed
