"""Triangles turned so that all of them show their front to the outside."""

from __future__ import annotations

import igl
import numpy as np


def orient_outward(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Faces with consistent winding and outward normals.

    Neighbours that disagree are turned to agree with the majority of their part. A closed part
    whose volume is negative is turned inside out, unless it lies within another one: then it is
    a cavity and meant so. Open parts, pieces of one scan perhaps, keep their winding relative to
    each other and are turned together when their volume about their common centre is negative.

    Args:
        vertices: (V, 3) metres, duplicates merged.
        faces: (F, 3) indices.

    Returns:
        (F, 3) int64.
    """
    turned, part = igl.bfs_orient(faces)
    unlike = np.bincount(part, weights=(turned != faces).any(axis=1)) > np.bincount(part) / 2
    turned = _flip(turned, unlike[part])
    closed = _closed_parts(turned, part)

    is_open = ~closed[part]
    if is_open.any():
        center = vertices[turned[is_open]].mean(axis=(0, 1))
        if _volumes(vertices - center, turned[is_open]).sum() < 0:
            turned = _flip(turned, is_open)

    volume = np.bincount(part, weights=_volumes(vertices, turned))
    solid = turned[(closed & (volume > 0))[part]]
    for index in np.flatnonzero(closed & (volume < 0)):
        mine = part == index
        probe = vertices[turned[mine][:1, 0]]
        if len(solid) == 0 or igl.winding_number(vertices, solid, probe)[0] < 0.5:
            turned = _flip(turned, mine)
    return turned


def _flip(faces: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.where(chosen[:, None], faces[:, ::-1], faces)


def _closed_parts(faces: np.ndarray, part: np.ndarray) -> np.ndarray:
    """(parts,) bool: every edge is walked equally often in both directions within the part."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    edge = np.minimum(start, end) * (faces.max() + 1) + np.maximum(start, end)
    _, edge = np.unique(edge, return_inverse=True)
    parts = part.max() + 1
    # An edge that several parts touch counts for each of them on its own.
    unique, inverse = np.unique(edge * parts + np.repeat(part, 3), return_inverse=True)
    balance = np.bincount(inverse, weights=np.sign(end - start))
    closed = np.ones(parts, dtype=bool)
    closed[unique[balance != 0] % parts] = False
    return closed


def _volumes(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) signed volumes of the tetrahedra between each face and the origin."""
    a, b, c = np.moveaxis(vertices[faces], 1, 0)
    return np.einsum("ij,ij->i", a, np.cross(b, c)) / 6
