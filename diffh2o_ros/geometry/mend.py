"""What no mesh needs and many have: vertices twice in one place, faces without area, repetitions.

Rows of integers are compared by one number each, a sum of large multiples modulo 2^64. That two
different ones share it has a chance of one in ten million for the largest mesh.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh

_MERGE_DISTANCE = 1e-7
_MULTIPLES = (0x1F3D5B79A3C1E2D7, 0x2545F4914F6CDD1D, 0x369DEA0F31A53F85)


def drop_unused(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Copies of (V, 3) vertices, without those that no face refers to, and (F, 3) faces."""
    used = np.zeros(len(vertices), bool)
    used[faces.reshape(-1)] = True
    return vertices[used], np.take(np.cumsum(used) - 1, faces)


def merge_vertices(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One vertex where several lie within a tenth of a micrometer, in the order of the first."""
    coordinates = np.ascontiguousarray(vertices.T)
    low = coordinates.min(axis=1, keepdims=True)
    keys = _keys(np.round((coordinates - low) / _MERGE_DISTANCE).astype(np.int64))
    if len(_twice(keys)) == 0:
        return vertices, faces
    _, first, index = np.unique(keys, return_index=True, return_inverse=True)
    kept, rank = np.unique(first, return_inverse=True)
    return vertices[kept], np.take(rank[index], faces)


def without_area(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) bool: faces whose corners lie on a line, to rounding."""
    a, b, c = Mesh(vertices, faces).corners()
    (ux, uy, uz), (vx, vy, vz) = b - a, c - a
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    scale = np.ptp(a, axis=1).max()
    return x * x + y * y + z * z <= (1e-14 * scale**2) ** 2


def repeated(faces: np.ndarray) -> np.ndarray:
    """(F,) bool: faces with the same corners, in whatever order, as one before them."""
    corners = np.ascontiguousarray(faces.T)
    low, high = corners.min(axis=0), corners.max(axis=0)
    keys = _keys((low, corners.sum(axis=0) - low - high, high))
    again = np.isin(keys, _twice(keys))
    some = np.flatnonzero(again)
    again[some[np.unique(keys[some], return_index=True)[1]]] = False
    return again


def _keys(columns: Sequence[np.ndarray]) -> np.ndarray:
    return sum(column * multiple for column, multiple in zip(columns, _MULTIPLES, strict=True))


def _twice(keys: np.ndarray) -> np.ndarray:
    """Those that are there more than once. Sorting alone is much quicker than finding where."""
    ordered = np.sort(keys)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
