"""Polygons of a file become triangles: concave ones, too."""

from __future__ import annotations

import manifold3d
import numpy as np


def triangulate(vertices: np.ndarray, sizes: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(F, 3) int64 triangles of polygons, in their order and winding.

    Polygons with fewer than three corners have no area and give none.

    Args:
        vertices: (V, 3).
        sizes: (P,) number of corners of each polygon.
        corners: (sum of sizes,) vertex indices, within range.
    """
    corners = np.asarray(corners, np.int64)
    if len(sizes) and sizes.min() == 3 == sizes.max():
        return corners.reshape(-1, 3)
    starts = np.cumsum(sizes) - sizes
    found, owners = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    for size in np.unique(sizes):
        if size < 3:
            continue
        chosen = np.flatnonzero(sizes == size)
        polygons = corners[starts[chosen, None] + np.arange(size)]
        triangles, of = _same_size(vertices, polygons)
        found.append(triangles)
        owners.append(chosen[of])
    order = np.argsort(np.concatenate(owners), kind="stable")
    return np.concatenate(found)[order]


def strips(runs: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(F, 3) triangles of triangle strips laid end to end.

    Args:
        runs: (N,) vertex indices; a negative one ends a strip, and the next begins.
        starts: (S,) where in `runs` a strip begins in any case.
    """
    if len(runs) < 3:
        return np.zeros((0, 3), np.int64)
    begins = np.zeros(len(runs), bool)
    begins[starts[starts < len(runs)]] = True
    begins[1:] |= runs[:-1] < 0
    begins[0] = True
    at = np.arange(len(runs))
    place = at - np.maximum.accumulate(np.where(begins, at, 0))
    triangles = np.stack([runs[:-2], runs[1:-1], runs[2:]], axis=1)
    whole = (triangles >= 0).all(axis=1) & (place[2:] >= 2)
    odd = place[:-2] % 2 == 1
    triangles[odd] = triangles[odd][:, [1, 0, 2]]
    return triangles[whole]


def fans(runs: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """(F, 3) triangles of fans about the first vertex of each: (sum of sizes,) indices."""
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = np.arange(len(runs)) - starts
    last = np.flatnonzero(place >= 2)
    return np.stack([runs[starts[last]], runs[last - 1], runs[last]], axis=1)


def _same_size(vertices: np.ndarray, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles of (P, n) polygons, and the polygon that each is of."""
    count, size = polygons.shape
    inner = np.arange(1, size - 1)
    fan = np.stack([np.zeros_like(inner), inner, inner + 1], axis=1)
    triangles = polygons[:, fan]
    of = np.repeat(np.arange(count), size - 2)
    if size == 3:
        return triangles.reshape(-1, 3), of
    with np.errstate(all="ignore"):  # coordinates may be anything yet
        points = vertices[polygons]
        points = points - points[:, :1]
        # Twice the areas of the fan add up to that of the polygon, whatever its shape.
        areas = np.cross(points[:, 1:-1], points[:, 2:])
        normals = areas.sum(axis=1)
        facing = np.einsum("pfi,pi->pf", areas, normals)
        folded = (facing < -1e-12 * (normals**2).sum(axis=1, keepdims=True)).any(axis=1)
        if size == 4:  # the other diagonal
            triangles[folded] = polygons[folded][:, [[1, 2, 3], [1, 3, 0]]]
            return triangles.reshape(-1, 3), of
        for at in np.flatnonzero(folded):
            cut = _concave(points[at], normals[at])
            if cut is not None:
                triangles[at] = polygons[at][cut]
    return triangles.reshape(-1, 3), of


def _concave(points: np.ndarray, normal: np.ndarray) -> np.ndarray | None:
    """(n - 2, 3) corners of the triangles of a polygon that a fan would leave; None where the
    polygon is too crooked to be cut otherwise.

    Args:
        points: (n, 3) its corners.
        normal: (3,) of any length; the corners run counter-clockwise about it.
    """
    length = np.linalg.norm(normal)
    if not np.isfinite(points).all() or not np.isfinite(length) or length == 0:
        return None
    up = normal / length
    across = np.cross(up, np.eye(3)[np.abs(up).argmin()])
    across /= np.linalg.norm(across)
    flat = points @ np.stack([across, np.cross(up, across)], axis=1)
    try:
        cut = np.asarray(manifold3d.triangulate([flat / np.abs(flat).max()]), np.int64)
    except RuntimeError:
        return None
    return cut if cut.shape == (len(points) - 2, 3) else None
