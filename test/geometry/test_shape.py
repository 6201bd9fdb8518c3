import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry import shape
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.shape import DESCRIPTORS, outside, shape_descriptors, upright_box


def mesh_of(body, turn=0.0):
    matrix = trimesh.transformations.rotation_matrix(turn, [0, 0, 1])
    body.apply_transform(matrix)
    return check_mesh(body.vertices, body.faces)


@pytest.mark.parametrize("turn", [0.0, 0.3, 1.2])
def test_a_box_is_measured_however_it_is_turned(turn):
    found = shape_descriptors(mesh_of(trimesh.creation.box((0.06, 0.2, 0.1)), turn))
    expected = {"longest": 0.2, "middle": 0.1, "shortest": 0.06, "aspect": 0.2 / 0.06, "fill": 1.0}
    assert found == pytest.approx(expected, rel=1e-6) and found.keys() == DESCRIPTORS.keys()


def test_fill_is_the_share_of_the_box():
    ball = mesh_of(trimesh.creation.icosphere(radius=0.05))
    assert shape_descriptors(ball)["fill"] == pytest.approx(np.pi / 6, abs=0.02)
    tube = mesh_of(trimesh.creation.annulus(0.04, 0.05, 0.1))
    assert shape_descriptors(tube)["fill"] == pytest.approx(np.pi / 4 * (1 - 0.64), abs=0.03)


def test_they_are_measured_once_and_nobody_can_spoil_them(monkeypatch):
    mesh = mesh_of(trimesh.creation.box((0.06, 0.2, 0.1)))
    first = shape_descriptors(mesh)
    monkeypatch.setattr(shape, "upright_box", lambda _: pytest.fail("measured again"))
    shape_descriptors(mesh)["fill"] = 7.0
    assert shape_descriptors(mesh) == first


def test_a_hole_in_a_scan_changes_little():
    ball = mesh_of(trimesh.creation.icosphere(subdivisions=3, radius=0.05))
    low = ball.vertices[ball.faces][:, :, 2].mean(1) < -0.04
    whole, open_below = (
        shape_descriptors(ball),
        shape_descriptors(Mesh(ball.vertices, ball.faces[~low])),
    )
    assert open_below["fill"] == pytest.approx(whole["fill"], abs=0.06)
    assert open_below["longest"] == pytest.approx(whole["longest"], rel=0.01)


@pytest.mark.parametrize("axes", [[0, 1, 2], [0, 2, 1], [2, 0, 1]])
def test_a_sheet_has_numbers_too(axes):
    grid = np.stack(np.meshgrid(np.linspace(0, 0.2, 5), np.linspace(0, 0.1, 5)), -1).reshape(-1, 2)
    vertices = np.pad(grid, ((0, 0), (0, 1)))[:, axes]
    faces = [[i, i + 1, i + 5] for i in range(19) if i % 5 < 4]
    found = shape_descriptors(Mesh(vertices, np.array(faces)))
    assert found["longest"] == pytest.approx(0.2, rel=1e-6)
    assert found["shortest"] == pytest.approx(1e-4)
    assert all(np.isfinite(value) for value in found.values())


def test_the_box_encloses_the_object_tightly():
    body = mesh_of(trimesh.creation.capsule(0.1, 0.02), 0.7)
    axes, low, high = upright_box(body)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    local = body.vertices @ axes.T
    np.testing.assert_allclose([local.min(0), local.max(0)], [low, high])


def test_what_lies_outside_is_said_with_its_range():
    ranges = {
        "longest": {"min": 0.013, "p01": 0.02, "p99": 0.3, "max": 0.334},
        "fill": {"min": 0.05, "p01": 0.1, "p99": 0.9, "max": 1.0},
    }
    found = shape_descriptors(mesh_of(trimesh.creation.box((0.62, 0.05, 0.05))))
    assert outside(found, ranges) == [
        "the object's longest side is 0.62 m; training saw 0.013 to 0.334 m: expect worse grasps"
    ]
    assert outside({**found, "longest": 0.3, "fill": 0.01}, ranges) == [
        "the fraction of its box that the object fills is 0.01; training saw 0.05 to 1: expect "
        "worse grasps"
    ]
    assert outside({**found, "longest": 0.335}, ranges) == []
    assert outside(found, {}) == []
