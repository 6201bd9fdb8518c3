"""Polygons of a file become triangles: concave ones, too."""

from __future__ import annotations

import manifold3d
import numpy as np

from diffh2o_ros.geometry.mesh import MeshError

_MOST_CORNERS, _FEW_CORNERS = 100_000, 32
# Cutting a polygon that is not convex takes a time that grows with the square of its corners:
# about a second for so many squares, and as many for a polygon as it takes to begin.
_MOST_SQUARES, _BEGIN = 100_000_000, 10_000
_FLAT = 1e-9


def triangulate(vertices: np.ndarray, sizes: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(F, 3) int64 triangles of polygons, in their order and winding.

    Polygons with fewer than three corners have no area and give none.

    Args:
        vertices: (V, 3).
        sizes: (P,) number of corners of each polygon.
        corners: (sum of sizes,) vertex indices, within range.

    Raises:
        MeshError: polygons have so many corners that it would take minutes.
    """
    corners = np.asarray(corners, np.int64)
    if len(sizes) and sizes.min() == 3 == sizes.max():
        return corners.reshape(-1, 3)
    if len(sizes) and sizes.max() > _MOST_CORNERS:
        raise MeshError(f"a polygon of it has {sizes.max()} corners; export it as triangles")
    starts, squares = np.cumsum(sizes) - sizes, 0
    found, owners = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    for size in np.unique(sizes):
        if size < 3:
            continue
        chosen = np.flatnonzero(sizes == size)
        polygons = corners[starts[chosen, None] + np.arange(size)]
        triangles, of, cut = _same_size(vertices, polygons, _MOST_SQUARES - squares)
        squares += cut
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


def _same_size(
    vertices: np.ndarray, polygons: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Triangles of (P, n) polygons, the polygon that each is of, and how many of `most` squares
    it took."""
    count, size = map(int, polygons.shape)
    inner = np.arange(1, size - 1)
    fan = np.stack([np.zeros_like(inner), inner, inner + 1], axis=1)
    triangles = polygons[:, fan]
    of = np.repeat(np.arange(count), size - 2)
    with np.errstate(all="ignore"):  # coordinates may be anything yet
        best = _worst(vertices[polygons])
        # Where a fan about the first corner does not do, one about another mostly does.
        for first in range(1, size if 3 < size <= _FEW_CORNERS else 1):
            left = np.flatnonzero(best <= _FLAT)
            rolled = np.roll(polygons[left], -first, axis=1)
            worst = _worst(vertices[rolled])
            better = worst > best[left]
            triangles[left[better]] = rolled[better][:, fan]
            best[left[better]] = worst[better]
        left, price = np.flatnonzero(best <= _FLAT), size * size + _BEGIN
        if len(left) * price > most:
            # A fan with a flat triangle is a surface yet, one that turns back is none.
            left = np.flatnonzero(best < -_FLAT)
        if len(left) * price > most:
            raise MeshError(
                f"{len(left)} polygons of it with {size} corners are not convex: too many to cut; "
                "export it as triangles"
            )
        for at in left:
            cut = _cut(vertices[polygons[at]])
            if cut is not None:
                triangles[at] = polygons[at][cut]
    return triangles.reshape(-1, 3), of, len(left) * price


def _worst(points: np.ndarray) -> np.ndarray:
    """(P,) of (P, n, 3) corners: the smallest triangle of each one's fan about its first corner,
    as a fraction of the whole; below 0 if it turns back."""
    if points.shape[1] == 3:
        return np.ones(len(points))
    arms = points[:, 1:] - points[:, :1]
    # Twice the areas of the fan add up to that of the polygon, whatever its shape.
    areas = np.cross(arms[:, :-1], arms[:, 1:])
    normals = areas.sum(axis=1)
    facing = np.einsum("pfi,pi->pf", areas, normals).min(axis=1, initial=np.inf)
    ratio = facing / (normals**2).sum(axis=1)
    return np.where(np.isfinite(ratio), ratio, 1)  # no area at all: nothing to be done


def _cut(points: np.ndarray) -> np.ndarray | None:
    """(n - 2, 3) corners of the triangles of a polygon that no fan covers; None where it is too
    crooked to be cut: then a fan is as good as anything. (n, 3) corners."""
    arms = points[1:] - points[0]
    normal = np.cross(arms[:-1], arms[1:]).sum(axis=0)
    length = np.linalg.norm(normal)
    if not np.isfinite(points).all() or not np.isfinite(length) or length == 0:
        return None
    up = normal / length
    across = np.cross(up, np.eye(3)[np.abs(up).argmin()])
    across /= np.linalg.norm(across)
    flat = (points - points[0]) @ np.stack([across, np.cross(up, across)], axis=1)
    try:
        cut = np.asarray(manifold3d.triangulate([flat / np.abs(flat).max()]), np.int64)
    except RuntimeError:
        return None
    return cut if cut.shape == (len(points) - 2, 3) else None
