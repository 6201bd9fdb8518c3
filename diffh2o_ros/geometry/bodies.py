"""How many bodies a mesh is: shells that lie apart, as an object and a speck beside it do.

Shells that touch, cut through one another or lie one within the other are one body: that is how
many meshes are modeled.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np

from diffh2o_ros.geometry.components import components
from diffh2o_ros.geometry.distance import inside
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.nearest import cut

GAP = 0.002
"""Shells nearer than half of this (meters), or than half of a two-hundredth of the mesh's diagonal,
are taken to touch; those farther apart than 1.7 times as much never."""
_GAP_RATIO = 1 / 200
# Shells near one another are looked for with cells of this fraction of the diagonal first.
_COARSE_RATIO = 1 / 25
# So many bodies are looked at one by one.
_FEW = 64


@lru_cache(maxsize=64)
def bodies(mesh: Mesh, gap: float = GAP) -> np.ndarray:
    """The bodies of a mesh, remembered.

    Args:
        mesh: checked.
        gap: meters between shells that makes them two bodies.

    Returns:
        (B, 2, 3) the bounding box of each, lowest and highest corner, meters; the largest first.
    """
    part = _connected(mesh)
    if part.max() > 0:
        gap = max(gap, _GAP_RATIO * float(np.linalg.norm(mesh.bounds[1] - mesh.bounds[0])))
        some = _first(part) | _in_reach(mesh.vertices.T, mesh.vertices.T, part, mesh, part, gap)
        part = _touching(mesh.vertices[some], part[some], gap)[part]
    if 0 < part.max() < _FEW:
        part = _nested(mesh, part)[part]
    if part.max() > 0:
        part = _touching(*_near_points(mesh, part, gap), gap)[part]
    found = _boxes(mesh.vertices, part)
    return found[np.argsort(-np.linalg.norm(found[:, 1] - found[:, 0], axis=1), kind="stable")]


def _connected(mesh: Mesh) -> np.ndarray:
    """(V,) int, from 0 on: which shell each vertex is of."""
    a, b, c = mesh.faces.T
    one, other = np.concatenate([a, b]), np.concatenate([b, c])
    return components(one, other, len(mesh.vertices))


def _touching(points: np.ndarray, part: np.ndarray, gap: float) -> np.ndarray:
    """(parts,) int: which parts are one, since some of their points (N, 3) share a cell. Each part
    has a point at least."""
    count = int(part.max()) + 1
    one, other, total = [], [], count
    for key in _cells(points, gap):
        _, cell = np.unique(key, return_inverse=True)
        one.append(part)
        other.append(cell + total)
        total += int(cell.max()) + 1
    merged = components(np.concatenate(one), np.concatenate(other), total)[:count]
    return np.unique(merged, return_inverse=True)[1]


def _near_points(mesh: Mesh, part: np.ndarray, gap: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) all over the surface where parts are near one another, and the part of each;
    one point at least of every part."""
    corners, label = mesh.corners(), part[mesh.faces[:, 0]]
    near = _in_reach(corners.min(axis=0), corners.max(axis=0), label, mesh, part, gap)
    corners, label = corners[..., near], label[near]
    size = max(gap, _COARSE_RATIO * float(np.linalg.norm(mesh.bounds[1] - mesh.bounds[0])))
    while True:
        # Of two triangles that touch, the centers then share a cell of one of the grids.
        corners, source = cut(corners, size / 2.3)
        label = label[source]
        centers = corners.mean(axis=0).T
        if size <= gap or not len(centers):
            break
        near = _shared(centers, label, size)
        corners, label = corners[..., near], label[near]
        size = max(gap, size / 2)
    one = _first(part)
    return np.concatenate([mesh.vertices[one], centers]), np.concatenate([part[one], label])


def _in_reach(
    low: np.ndarray, high: np.ndarray, label: np.ndarray, mesh: Mesh, part: np.ndarray, gap: float
) -> np.ndarray:
    """(N,) bool: what lies between `low` and `high` (3, N) and meets the box of another part."""
    boxes = _boxes(mesh.vertices, part)
    if len(boxes) > _FEW:
        return np.ones(len(label), bool)
    meets = np.zeros(len(label), bool)
    for i, (lowest, highest) in enumerate(boxes):
        within = [axis < at + gap for axis, at in zip(low, highest, strict=True)]
        within += [axis > at - gap for axis, at in zip(high, lowest, strict=True)]
        meets |= np.logical_and.reduce(within) & (label != i)
    return meets


def _first(part: np.ndarray) -> np.ndarray:
    """(V,) bool: one vertex of each part."""
    first = np.zeros(len(part), bool)
    first[np.unique(part, return_index=True)[1]] = True
    return first


def _shared(points: np.ndarray, part: np.ndarray, size: float) -> np.ndarray:
    """(N,) bool: points (N, 3) that share a cell with a point of another part."""
    shared = np.zeros(len(points), bool)
    for key in _cells(points, size):
        order = np.argsort(key)
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        parts = part[order]
        several = np.minimum.reduceat(parts, starts) != np.maximum.reduceat(parts, starts)
        shared[order] |= np.repeat(several, np.diff(np.append(starts, len(order))))
    return shared


def _cells(points: np.ndarray, size: float) -> Iterator[np.ndarray]:
    """(N,) int, in which cell of a grid points (N, 3) lie, for eight grids that lie half a cell
    from each other: points less than half a cell apart share one of at least one grid."""
    halves = (points - points.min(axis=0)) * (2 / size)
    for offset in product((0, 1), repeat=3):
        x, y, z = (np.floor((halves + offset) / 2).astype(np.int64)).T
        yield (x * (int(y.max()) + 1) + y) * (int(z.max()) + 1) + z


def _nested(mesh: Mesh, part: np.ndarray) -> np.ndarray:
    """(parts,) int: which parts are one, since one lies within the other."""
    boxes = _boxes(mesh.vertices, part)
    of_face = part[mesh.faces[:, 0]]
    pairs = [(i, i) for i in range(len(boxes))]
    for i, j in product(range(len(boxes)), repeat=2):
        if i != j and (boxes[i, 0] > boxes[j, 0]).all() and (boxes[i, 1] < boxes[j, 1]).all():
            probe = mesh.vertices[np.flatnonzero(part == i)[:1]]
            outer = Mesh(mesh.vertices, mesh.faces[of_face == j])
            # A cavity's faces look inwards: what lies within it has no winding number there.
            if inside(outer, probe)[0] or inside(Mesh(outer.vertices, outer.faces[:, ::-1]), probe):
                pairs.append((i, j))
    return components(*np.array(pairs).T, len(boxes))


def _boxes(vertices: np.ndarray, part: np.ndarray) -> np.ndarray:
    """(parts, 2, 3) bounding boxes."""
    order = np.argsort(part, kind="stable")
    starts = np.flatnonzero(np.diff(part[order], prepend=-1))
    ordered = vertices[order]
    return np.stack(
        [np.minimum.reduceat(ordered, starts), np.maximum.reduceat(ordered, starts)], axis=1
    )
