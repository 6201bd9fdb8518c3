import time

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.geometry import intake
from diffh2o_ros.geometry import object as room
from diffh2o_ros.geometry.bps import basis
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.object import object_geometry


@pytest.fixture
def mesh():
    body = trimesh.creation.box((0.04, 0.06, 0.08)).apply_translation((0.1, 0.2, 0.3))
    return check_mesh(body.vertices, body.faces)


@pytest.fixture(autouse=True)
def empty_memory():
    room._geometry.cache_clear()


def test_what_it_holds(mesh):
    geometry = object_geometry(mesh)
    np.testing.assert_allclose(geometry.mesh.vertices, mesh.vertices - [0.1, 0.2, 0.3], atol=1e-9)
    assert geometry.bps.shape == (1024, 3)
    assert geometry.sdf.query(torch.zeros(3)) == pytest.approx(-0.02, abs=1e-3)
    # The basis is placed about the center: its points move onto the surface by their vectors.
    assert geometry.sdf.query(torch.tensor(basis()) + geometry.bps).abs().max() < 1e-3


def test_equal_content_is_computed_once(mesh):
    first = object_geometry(mesh)
    again = object_geometry(check_mesh(mesh.vertices.copy(), mesh.faces.copy()))
    assert again is first
    assert object_geometry(check_mesh(mesh.vertices + 0.01, mesh.faces)) is first  # elsewhere
    assert object_geometry(check_mesh(mesh.vertices * 1.01, mesh.faces)) is not first


def test_a_raw_mesh_seen_before_is_ready_at_once(monkeypatch):
    ball = trimesh.creation.icosphere(6, 0.05)
    vertices, faces = np.array(ball.vertices), np.array(ball.faces)
    first = object_geometry(check_mesh(vertices, faces))
    for part in ("_check_values", "_mended"):
        monkeypatch.setattr(intake, part, lambda *_: pytest.fail("checked again"))
    for part in ("SurfaceTree", "basis_point_set"):
        monkeypatch.setattr(room, part, lambda *_: pytest.fail("computed again"))
    begin = time.perf_counter()
    assert object_geometry(check_mesh(vertices, faces)) is first
    assert time.perf_counter() - begin < 0.1  # 80,000 faces


def test_memory_is_bounded(mesh):
    most = room._geometry.cache_info().maxsize
    meshes = [Mesh(mesh.vertices * (1 + i / 100), mesh.faces) for i in range(most + 1)]
    first, second, *_ = [object_geometry(m) for m in meshes]
    assert object_geometry(meshes[1]) is second
    assert object_geometry(meshes[0]) is not first


def test_disk_outlives_memory(mesh, tmp_path, monkeypatch):
    first = object_geometry(mesh, tmp_path / "cache")
    room._geometry.cache_clear()
    monkeypatch.setattr(
        room.SignedDistanceGrid, "from_mesh", lambda *_: pytest.fail("computed again")
    )
    again = object_geometry(mesh, tmp_path / "cache")
    assert again is not first
    torch.testing.assert_close(again.sdf.values, first.sdf.values)
    torch.testing.assert_close(again.sdf.origin, first.sdf.origin)
    assert again.sdf.spacing == first.sdf.spacing
    torch.testing.assert_close(again.bps, first.bps)
    assert [p.suffix for p in (tmp_path / "cache").iterdir()] == [".npz"]


@pytest.mark.parametrize("damage", ["empty", "truncated", "noise", "fields", "shape"])
def test_a_damaged_file_is_replaced(mesh, tmp_path, damage):
    first = object_geometry(mesh, tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    if damage == "fields":
        np.savez(path, values=np.zeros(3))
    elif damage == "shape":
        np.savez(path, origin=np.zeros(3), spacing=0.1, values=np.zeros(3), bps=np.zeros(3))
    else:
        path.write_bytes({"empty": b"", "truncated": whole[:5000], "noise": b"x" * 5000}[damage])
    room._geometry.cache_clear()
    again = object_geometry(mesh, tmp_path)
    torch.testing.assert_close(again.sdf.values, first.sdf.values)
    assert len(path.read_bytes()) == len(whole)


def test_hash_depends_on_content_only(mesh):
    assert check_mesh(mesh.vertices, mesh.faces).content_hash == mesh.content_hash
    assert check_mesh(mesh.vertices, mesh.faces[::-1]).content_hash != mesh.content_hash
    assert len(mesh.content_hash) == 64
