"""The geometries of a COLLADA file: sources of numbers, and polygons that index them."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.formats.polygons import fans, strips, triangulate
from diffh2o_ros.geometry.mesh import MeshError

_POLYGONS = ("triangles", "polylist", "polygons", "tristrips", "trifans")
_NO_SURFACE = ("lines", "linestrips", "source", "vertices", "extra")


def read_geometry(
    geometry: Element, ids: Mapping[str, Element]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(V, 3) vertices and (F, 3) faces of each set of polygons; raises MeshError."""
    mesh = geometry.find("mesh")
    if mesh is None:
        kinds = [child.tag for child in geometry if child.tag not in ("asset", "extra")]
        raise MeshError(
            f"a geometry of it is a {(kinds or ['nothing'])[0][:20]}, no mesh; export it as "
            "polygons"
        )
    found = []
    for child in mesh:
        if child.tag in _POLYGONS:
            vertices, width, offset = _vertices(child, ids)
            faces = _faces(child, width, offset, vertices)
            found.append((vertices, faces))
        elif child.tag not in _NO_SURFACE:
            raise MeshError(f"a mesh of it has '{child.tag[:20]}', which is not read")
    return found


def numbers(element: Element) -> np.ndarray:
    """(N,) the numbers that an element holds."""
    return texts.floats((element.text or "").encode())


def referred(url: str | None, ids: Mapping[str, Element], tag: str) -> Element:
    """The element of a tag that '#id' means. Raises MeshError if there is none in the file."""
    if url is None or not url.startswith("#"):
        name = texts.shorten((url or "").encode())
        raise MeshError(f"a part of it is in another file, {name}; export it as one file")
    found = ids.get(url[1:])
    if found is None or found.tag != tag:
        raise MeshError(f"it refers to {texts.shorten(url.encode())}, which is not there")
    return found


def whole(element: Element, name: str, default: int) -> int:
    """An attribute that is a whole number."""
    value = element.get(name, str(default)).strip()
    if not value.isdecimal() or len(value) > 18:
        raise MeshError(f"{element.tag} has {name}='{value[:20]}', no whole number")
    return int(value)


def _vertices(primitive: Element, ids: Mapping[str, Element]) -> tuple[np.ndarray, int, int]:
    """(V, 3) what the vertices of a set of polygons are, how many indices a corner has, and which
    of them is that of the vertex."""
    offsets = [whole(child, "offset", 0) for child in primitive.findall("input")]
    for child in primitive.findall("input"):
        if child.get("semantic") != "VERTEX":
            continue
        vertices = referred(child.get("source"), ids, "vertices")
        for entry in vertices.findall("input"):
            if entry.get("semantic") == "POSITION":
                source = referred(entry.get("source"), ids, "source")
                return _positions(source, ids), max(offsets) + 1, whole(child, "offset", 0)
    raise MeshError("polygons of it have no vertices")


def _positions(source: Element, ids: Mapping[str, Element]) -> np.ndarray:
    """(V, 3)"""
    accessor = source.find("technique_common/accessor")
    if accessor is None:
        raise MeshError("a source of it has no accessor")
    array = referred(accessor.get("source"), ids, "float_array")
    values = numbers(array)
    declared = whole(array, "count", len(values))
    if declared != len(values):
        raise MeshError(
            f"an array of it declares {declared} numbers and holds {len(values)}; copy it again"
        )
    count, stride = whole(accessor, "count", 0), whole(accessor, "stride", 1)
    offset = whole(accessor, "offset", 0)
    if count == 0:
        return np.zeros((0, 3))
    # Parameters without a name are skipped; without any name they are x, y and z.
    names = [param.get("name") or "" for param in accessor.findall("param")]
    named = [at for at, name in enumerate(names) if name]
    by_name = [names.index(axis) for axis in "XYZ" if axis in names]
    chosen = by_name if len(by_name) == 3 else named or [0, 1, 2]
    if len(chosen) != 3 or max(chosen) >= stride:
        raise MeshError("vertices of it have no x, y and z")
    if count and offset + stride * (count - 1) + max(chosen) >= len(values):
        raise MeshError("an array of it has fewer numbers than its accessor takes")
    rows = np.arange(count)[:, None] * stride + offset
    return values[rows + np.array(chosen)]


def _faces(primitive: Element, width: int, offset: int, vertices: np.ndarray) -> np.ndarray:
    """(F, 3) within the range of (V, 3) `vertices`."""
    if primitive.find("ph") is not None:
        raise MeshError("it has polygons with holes ('ph'); export it as triangles")
    lists = [texts.integers((p.text or "").encode().split()) for p in primitive.findall("p")]
    declared, kind = whole(primitive, "count", 0), primitive.tag
    runs = []
    for values in lists:
        if len(values) % width:
            raise MeshError(f"the indices of {kind} are no multiple of {width}; copy it again")
        runs.append(values[offset::width])
    corners = np.concatenate(runs) if runs else np.zeros(0, np.int64)
    if len(corners) and (corners.min() < 0 or corners.max() >= len(vertices)):
        raise MeshError(
            f"a face refers to a vertex that is not there: {len(vertices)} are, counted from 0"
        )
    if kind == "polylist":
        vcount = primitive.find("vcount")
        text = "" if vcount is None else vcount.text or ""
        sizes = texts.integers(text.encode().split())
    elif kind == "triangles":
        sizes = np.full(len(corners) // 3, 3)
    else:
        sizes = np.array([len(run) for run in runs], np.int64)
    if len(sizes) != declared or (sizes < 0).any() or sizes.sum() != len(corners):
        raise MeshError(
            f"'{kind}' of it declares {declared} of them, and its indices do not make as many; "
            "copy it again"
        )
    if kind == "tristrips":
        return strips(corners, np.cumsum(sizes) - sizes)
    if kind == "trifans":
        return fans(corners, sizes)
    return triangulate(vertices, sizes, corners)
