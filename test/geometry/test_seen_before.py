"""A mesh that was checked before comes back at once, and as it was."""

import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry import intake
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import MeshError


@pytest.fixture(autouse=True)
def nothing_known():
    intake._known.clear()


@pytest.fixture
def box():
    made = trimesh.creation.box((0.04, 0.06, 0.08))
    return np.array(made.vertices), np.array(made.faces)


def volume(mesh):
    return trimesh.Trimesh(mesh.vertices, mesh.faces, process=False).volume


def test_a_mesh_seen_before_is_not_checked_again(box, monkeypatch):
    mesh = check_mesh(*box)
    for part in ("_check_values", "_mended"):
        monkeypatch.setattr(intake, part, lambda *_: pytest.fail("checked again"))
    assert check_mesh(*box) is mesh
    assert check_mesh(box[0].tolist(), box[1].astype(np.uint32)) is mesh
    assert check_mesh(np.asfortranarray(box[0]), box[1][::-1][::-1]) is mesh
    assert check_mesh(mesh.vertices, mesh.faces) is mesh


def test_what_was_refused_is_refused_again(box):
    box[0][0] = np.nan
    for _ in range(2):
        with pytest.raises(MeshError, match="NaN"):
            check_mesh(*box)


def test_nobody_can_change_what_is_known(box):
    vertices, faces = box[0].copy(), box[1].copy()
    mesh = check_mesh(vertices, faces)
    vertices *= 0.5
    faces[:] = faces[:, ::-1]
    again = check_mesh(*box)
    assert again is mesh
    np.testing.assert_array_equal(again.bounds, [box[0].min(axis=0), box[0].max(axis=0)])
    assert volume(again) == pytest.approx(0.04 * 0.06 * 0.08)
    smaller = check_mesh(vertices, box[1])
    assert volume(smaller) == pytest.approx(0.04 * 0.06 * 0.08 / 8)
    for array in (mesh.vertices, mesh.faces):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_what_is_known_is_bounded(box, monkeypatch):
    monkeypatch.setattr(intake, "_MOST_KNOWN", 4)
    for i in range(20):
        check_mesh(box[0] + i, box[1])
    assert len(intake._known) == 4
    assert check_mesh(box[0] + 19, box[1]) is check_mesh(box[0] + 19, box[1])


def test_a_checked_mesh_passes_unchanged(box):
    mesh = check_mesh(*box)
    intake._known.clear()
    again = check_mesh(mesh.vertices, mesh.faces)
    assert again is not mesh and again.content_hash == mesh.content_hash
