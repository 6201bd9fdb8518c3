"""Convex parts of objects: they fill the object, and files keep them."""

import numpy as np
import pytest
import trimesh

pytest.importorskip("coacd")

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.simulation.convex_parts import Decomposition, convex_parts, volume_of

EDGE, PLACE = 0.06, np.array([0.4, -0.1, 0.2])


@pytest.fixture(scope="module")
def cube():
    shape = trimesh.creation.box((EDGE, EDGE, EDGE)).subdivide()
    return Mesh(shape.vertices + PLACE, shape.faces)


def same(one, other):
    return len(one) == len(other) and all(
        a.shape == b.shape and np.allclose(a, b, atol=1e-12)
        for a, b in zip(one, other, strict=True)
    )


def test_a_cube_is_filled_where_it_lies(cube):
    parts = convex_parts(cube, Decomposition())
    assert sum(map(volume_of, parts)) == pytest.approx(EDGE**3, rel=0.02)
    corners = np.concatenate(parts)
    assert corners.min(0) == pytest.approx(PLACE - EDGE / 2, abs=1e-3)
    assert corners.max(0) == pytest.approx(PLACE + EDGE / 2, abs=1e-3)


def test_a_corner_is_two_parts_at_least_and_stays_hollow():
    """Both decompositions; they differ."""
    walls = [
        trimesh.creation.box((0.1, 0.1, 0.02)).apply_translation((0, 0, 0.01)),
        trimesh.creation.box((0.02, 0.1, 0.1)).apply_translation((-0.04, 0, 0.05)),
    ]
    shape = trimesh.boolean.union(walls)
    mesh = Mesh(shape.vertices, shape.faces)
    found = [convex_parts(mesh, d) for d in (Decomposition(), Decomposition(0.05, 40, 1))]
    for parts in found:
        assert len(parts) >= 2
        assert sum(map(volume_of, parts)) == pytest.approx(shape.volume, rel=0.08)
        inside = [trimesh.convex.convex_hull(part).contains([[0.02, 0, 0.06]])[0] for part in parts]
        assert not any(inside)
    assert not same(*found)


def test_files_are_kept_and_used(cube, tmp_path):
    """What another folder's file says is what is given: the object at its own place."""
    first = convex_parts(cube, Decomposition(), tmp_path / "new" / "first")
    (file,) = (tmp_path / "new" / "first").iterdir()
    with np.load(file, allow_pickle=False) as data:
        kept = dict(data)
    assert same([part + PLACE for part in kept.values()], first)
    other = tmp_path / "other"
    other.mkdir()
    np.savez(other / file.name, part0=2 * kept["part0"])
    (read,) = convex_parts(cube, Decomposition(), other)
    assert read == pytest.approx(2 * kept["part0"] + PLACE)


def test_the_file_is_of_the_object_wherever_it_lies(cube, tmp_path):
    """Corners that are 0 but for rounding are those of the same object."""
    wanted = convex_parts(cube, Decomposition(), tmp_path)
    way = np.array([1.0, 0, 0])
    moved = convex_parts(cube.moved(way), Decomposition(), tmp_path)
    assert same(moved, [part + way for part in wanted]) and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"hello",
        lambda content: content[: len(content) // 2],
        lambda content: content[:80] + bytes(60) + content[140:],
    ],
)
def test_a_damaged_file_is_replaced(cube, tmp_path, damage):
    whole = tmp_path / "whole"
    wanted = convex_parts(cube, Decomposition(), whole)
    (file,) = whole.iterdir()
    spoiled = tmp_path / "spoiled" / file.name
    spoiled.parent.mkdir()
    spoiled.write_bytes(damage(file.read_bytes()))
    assert same(convex_parts(cube, Decomposition(), spoiled.parent), wanted)
    with np.load(spoiled, allow_pickle=False) as data:
        assert same([part + PLACE for part in dict(data).values()], wanted)


@pytest.mark.parametrize("values", [np.zeros((0, 3)), np.zeros((9, 2))])
def test_a_file_of_something_else_is_replaced(cube, tmp_path, values):
    wanted = convex_parts(cube, Decomposition(), tmp_path / "whole")
    (file,) = (tmp_path / "whole").iterdir()
    (tmp_path / "other").mkdir()
    np.savez(tmp_path / "other" / file.name, part0=values)
    assert same(convex_parts(cube, Decomposition(), tmp_path / "other"), wanted)


def test_a_folder_that_cannot_be_costs_a_warning(cube, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    parts = convex_parts(cube, Decomposition(), tmp_path / "file")
    assert same(parts, convex_parts(cube, Decomposition())) and "cannot keep" in caplog.text
