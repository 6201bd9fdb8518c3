"""PLY, text and binary: vertices and polygons, whatever other elements and properties there are."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.formats.ply_header import Element, read_header
from diffh2o_ros.geometry.formats.ply_rows import BinaryRows, Columns, TextRows, next_row
from diffh2o_ros.geometry.formats.polygons import strips, triangulate
from diffh2o_ros.geometry.formats.raw import RawMesh
from diffh2o_ros.geometry.mesh import MeshError

_INDICES = ("vertex_indices", "vertex_index")


def read_ply(data: bytes) -> RawMesh:
    """Vertices in the file's order and all its faces as triangles; raises MeshError."""
    if data[:3] == b"\xef\xbb\xbf" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = texts.plain(data)
    header = read_header(data)
    for element in header.elements:
        _check_known(element)
    rows = BinaryRows(data, header) if header.order else TextRows(data, header)
    vertices, polygons = np.zeros((0, 3)), []
    for element in header.elements:
        wanted = _wanted(element)
        columns = rows.take(element, wanted)
        if element.name == "vertex":
            vertices = np.stack([columns.numbers[at] for at in wanted], axis=1).astype(np.float64)
        elif wanted:
            polygons.append((element.name, *columns.lists[wanted[0]]))
    faces = [np.zeros((0, 3), np.int64)]
    for name, sizes, indices in polygons:
        faces.append(_triangles(name, sizes, _whole(indices), vertices))
    if polygons and element.name in ("face", "tristrips"):
        _check_over(element, next_row(rows, element, wanted), len(vertices))
    return RawMesh(vertices, np.concatenate(faces))


def _wanted(element: Element) -> list[int]:
    """The properties of an element that a surface is made of."""
    names = [p.name.lower() for p in element.properties]
    if element.name == "vertex":
        found = [names.index(axis) for axis in "xyz" if axis in names]
        if len(found) < 3 or set(found) & set(element.lists()):
            raise MeshError("its vertices have no x, y and z")
        return found
    if element.name not in ("face", "tristrips") or element.rows == 0:
        return []
    lists = element.lists()
    found = [at for at in lists if names[at] in _INDICES]
    if len(found or lists) != 1:
        raise MeshError(
            f"its element '{element.name}' has no list of vertex indices ('vertex_indices')"
        )
    return found or lists


def _triangles(
    name: str, sizes: np.ndarray, indices: np.ndarray, vertices: np.ndarray
) -> np.ndarray:
    """(F, 3) of polygons or strips."""
    if name == "tristrips":
        indices = np.where(indices == 0xFFFFFFFF, -1, indices)  # as an unsigned -1
        _check_range(indices[indices != -1], len(vertices))
        return strips(indices, np.cumsum(sizes) - sizes)
    _check_range(indices, len(vertices))
    return triangulate(vertices, sizes, indices)


def _check_over(element: Element, row: Columns | None, count: int) -> None:
    """Raises MeshError where what follows the last declared face is a face, too."""
    if row is None or not row.lists:
        return
    sizes, indices = next(iter(row.lists.values()))
    corners = set(indices.tolist())
    if sizes[0] == len(corners) >= 3 and all(0 <= corner < count for corner in corners):
        raise MeshError(
            f"more faces follow the {element.rows} that its header declares; write it anew"
        )


def _check_known(element: Element) -> None:
    """Raises MeshError where faces would be left out: of elements that are no 'face'."""
    if element.name in ("vertex", "face", "tristrips") or element.rows == 0:
        return
    names = {element.properties[at].name for at in element.lists()}
    if names & {*_INDICES, "vertices"}:
        raise MeshError(
            f"its element '{texts.shorten(element.name.encode())[1:-1]}' is a surface of a kind "
            "that is not read; export the object as a mesh of triangles"
        )


def _whole(indices: np.ndarray) -> np.ndarray:
    """(N,) int64; raises MeshError if some number is no integer."""
    if indices.dtype.kind == "f":
        if not (np.abs(indices) < 2**53).all() or (indices != np.trunc(indices)).any():
            raise MeshError("a face refers to a vertex by a number that is no integer")
    elif indices.dtype.kind == "u" and len(indices) and indices.max() > 2**62:
        raise MeshError(f"a face refers to vertex {indices.max()}, which is not there")
    return indices.astype(np.int64)


def _check_range(indices: np.ndarray, count: int) -> None:
    if indices.size == 0:
        return
    low, high = int(indices.min()), int(indices.max())
    if low < 0 or high >= count:
        raise MeshError(
            f"a face refers to vertex {low if low < 0 else high}, but there are {count} vertices, "
            "counted from 0"
        )
