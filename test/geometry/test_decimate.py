"""Meshes of too many faces, or of slivers, are simplified on their way in."""

import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry import intake
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh


@pytest.fixture(autouse=True)
def nothing_known():
    intake._known.clear()


def body(mesh):
    return trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)


def bumpy(subdivisions):
    ball = trimesh.creation.icosphere(subdivisions, 0.05)
    ball.vertices += 0.003 * np.sin(80 * ball.vertices)
    return ball


def apart(mesh, vertices, faces):
    """Largest distance from either surface's vertices to the other."""
    there, _ = closest_points(mesh, vertices)
    back, _ = closest_points(Mesh(vertices, faces), mesh.vertices)
    return max(there.max(), back.max())


@pytest.fixture
def many_faces(monkeypatch):
    monkeypatch.setattr(intake, "_MANY_FACES", 50_000)  # 200,000 in truth; tests are in a hurry


def test_huge_closed_meshes_are_simplified(many_faces):
    ball = bumpy(6)
    mesh = check_mesh(ball.vertices, ball.faces)
    assert len(ball.faces) > 80_000 and len(mesh.faces) < 30_000
    assert body(mesh).is_watertight
    assert apart(mesh, ball.vertices, ball.faces) < 6e-5


def test_huge_open_meshes_are_simplified(many_faces):
    ball = bumpy(6)
    faces = ball.faces[ball.triangles_center[:, 2] < 0.045]
    mesh = check_mesh(ball.vertices, faces)
    assert 10_000 < len(mesh.faces) < len(faces) / 2
    used = np.unique(faces)
    there, _ = closest_points(mesh, ball.vertices[used])
    assert there.max() < 6e-5


def test_noise_is_simplified_no_further_than_it_may(many_faces):
    ball = bumpy(6)
    ball.vertices += np.random.default_rng(0).normal(scale=2e-5, size=ball.vertices.shape)
    mesh = check_mesh(ball.vertices, ball.faces)
    assert len(mesh.faces) < len(ball.faces) and body(mesh).is_watertight
    assert apart(mesh, ball.vertices, ball.faces) < 5e-5


def test_fans_of_slivers_are_simplified():
    cylinder = trimesh.creation.cylinder(0.05, 0.1, sections=2000)
    mesh = check_mesh(cylinder.vertices, cylinder.faces)
    assert len(mesh.faces) < 1000
    assert body(mesh).is_watertight
    assert apart(mesh, cylinder.vertices, cylinder.faces) < 6e-5


def test_ordinary_scans_are_left_alone():
    ball = bumpy(5)
    assert len(check_mesh(ball.vertices, ball.faces).faces) == len(ball.faces)
