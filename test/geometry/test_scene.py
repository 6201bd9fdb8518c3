"""An object and its table, about the object's center."""

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.scene import NO_TABLE_HEIGHT, Scene
from diffh2o_ros.geometry.table import NO_TABLE, TableError


@pytest.fixture(scope="module")
def mesh():
    box = trimesh.creation.box((0.06, 0.12, 0.08)).apply_translation((0.1, 0.2, 0.3))
    return check_mesh(box.vertices, box.faces)


@pytest.mark.parametrize(
    "table, height",
    [("under_object", -0.04), (NO_TABLE, NO_TABLE_HEIGHT), (0.20, -0.10), (0.265, -0.04)],
)
def test_all_is_about_the_center(mesh, table, height):
    scene = Scene.of(mesh, table)
    np.testing.assert_allclose(scene.origin, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(scene.mesh.center, 0, atol=1e-9)
    assert scene.placed_mesh is mesh and scene.half_extent == pytest.approx(0.06)
    assert scene.table_height == pytest.approx(height)
    assert scene.sdf.query(torch.zeros(3)) == pytest.approx(-0.03, abs=1e-3)
    assert scene.without_table().table_height == NO_TABLE_HEIGHT
    assert scene.without_table().sdf is scene.sdf


def test_where_it_stands_changes_nothing(mesh):
    far = Scene.of(mesh.moved(np.array([1e4, -2e4, 3e3])))
    here = Scene.of(mesh)
    assert far.sdf.values.equal(here.sdf.values) and far.table_height == pytest.approx(-0.04)


def test_an_object_in_the_table_is_refused(mesh):
    with pytest.raises(TableError, match=r"4\.0 cm below the table"):
        Scene.of(mesh, 0.3)
