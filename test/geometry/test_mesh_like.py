"""Meshes of other libraries are taken as they are; anything else is refused in one line."""

from types import SimpleNamespace

import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.geometry.mesh_like import as_mesh

BOX = trimesh.creation.box((0.04, 0.06, 0.08))


class Tensor:
    """As much of open3d.core.Tensor as an array needs."""

    def __init__(self, values):
        self._values = values

    def cpu(self):
        return self

    def numpy(self):
        return self._values


def tensor_mesh(**extra):
    """open3d.t.geometry.TriangleMesh, whose attributes are maps."""
    positions = {"positions": Tensor(np.array(BOX.vertices, np.float32)), **extra}
    return SimpleNamespace(vertex=positions, triangle={"indices": Tensor(np.array(BOX.faces))})


@pytest.mark.parametrize(
    "given",
    [
        BOX,
        (BOX.vertices, BOX.faces),
        [BOX.vertices.tolist(), BOX.faces.tolist()],
        check_mesh(BOX.vertices, BOX.faces),
        trimesh.Scene(BOX),
        SimpleNamespace(vertices=list(BOX.vertices), triangles=list(BOX.faces)),
        tensor_mesh(),
    ],
    ids=["trimesh", "tuple", "lists", "own", "scene", "open3d", "open3d tensor"],
)
def test_every_mesh_is_the_same_mesh(given):
    found = as_mesh(given)
    np.testing.assert_allclose(found.vertices, BOX.vertices, atol=1e-8)
    np.testing.assert_array_equal(found.faces, check_mesh(BOX.vertices, BOX.faces).faces)


def test_a_file_is_read(tmp_path):
    BOX.export(tmp_path / "box.ply")
    assert len(as_mesh(tmp_path / "box.ply").faces) == len(as_mesh(str(tmp_path / "box.ply")).faces)


def test_the_meshes_of_a_scene_lie_where_it_puts_them():
    scene = trimesh.Scene()
    place = trimesh.transformations.rotation_matrix(np.pi / 2, (0, 0, 1))
    place[:3, 3] = 0.3, 0, 0
    scene.add_geometry(BOX, transform=place)
    scene.add_geometry(BOX, transform=np.diag([-1.0, 1, 1, 1]))  # mirrored
    scene.add_geometry(trimesh.PointCloud(np.full((3, 3), 9.0)))
    found = as_mesh(scene)
    np.testing.assert_allclose(found.bounds, [[-0.02, -0.03, -0.04], [0.33, 0.03, 0.04]], atol=1e-9)
    whole = trimesh.Trimesh(found.vertices, found.faces, process=False)
    assert whole.volume == pytest.approx(2 * BOX.volume)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "mesh must be a path, .*trimesh.Scene.* not NoneType"),
        (b"box.ply", "not bytes"),
        ({"vertices": 1}, "not dict"),
        ((BOX.vertices, BOX.faces, None), "not tuple"),
        (trimesh.PointCloud(BOX.vertices), "PointCloud has points, but no faces; a point cloud"),
        (np.array(BOX.vertices), "has points, but no faces"),
        (SimpleNamespace(points=BOX.vertices), "poisson"),
        (trimesh.Scene(trimesh.PointCloud(BOX.vertices)), "no mesh with faces; a point cloud"),
        (trimesh.Scene(), "no mesh with faces"),
        (trimesh.Trimesh(), "empty"),
        (SimpleNamespace(vertex={}, triangle={}), "no positions"),
        ((BOX.vertices, None), "must have shape"),
    ],
)
def test_what_is_no_mesh_is_refused_in_one_line(given, message):
    with pytest.raises(MeshError, match=message) as error:
        as_mesh(given)
    assert "\n" not in str(error.value) and len(str(error.value)) < 300
