"""Nearest surface points of tens of thousands of points at once.

:func:`~diffh2o_ros.geometry.distance.closest_points` is exact, but it runs on one core, lets no
other Python thread run meanwhile, and builds its tree slowly. Here the surface is cut into small
triangles, and a point is measured against those few whose centers are nearest.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from scipy.spatial import cKDTree

from diffh2o_ros.geometry.mesh import Mesh

# The surface is cut until no edge is longer than this fraction of the bounding box's diagonal.
_LONGEST_EDGE = 1 / 60
_CHUNK = 4096  # points, so that what is computed for them stays in the processor's cache
_TINY = 1e-300


class SurfaceTree:
    """A triangle surface, ready to be asked for nearest points.

    Args:
        corners: (3, 3, P) small triangles: three corners of three coordinates, meters.
    """

    def __init__(self, corners: np.ndarray) -> None:
        self._corners = corners
        self._centers = (corners[0] + corners[1] + corners[2]) / 3
        # Neither balanced nor compact: built in half the time, and as quick to ask.
        self._tree = cKDTree(self._centers.T, leafsize=32, balanced_tree=False, compact_nodes=False)

    @classmethod
    def of(cls, mesh: Mesh) -> SurfaceTree:
        """The surface of a mesh, its large triangles cut."""
        longest = _LONGEST_EDGE * float(np.linalg.norm(mesh.bounds[1] - mesh.bounds[0]))
        return cls(cut(mesh.corners(), longest)[0])

    def thinned(self, size: float) -> SurfaceTree:
        """One triangle for each cube of `size` meters that holds centers: enough from afar."""
        x, y, z = ((row - row.min()) // size for row in self._centers)
        cell = ((x * (y.max() + 1) + y) * (z.max() + 1) + z).astype(np.intp)
        chosen = np.full(cell.max() + 1, -1)
        chosen[cell] = np.arange(len(cell))
        return SurfaceTree(self._corners[..., chosen[chosen >= 0]])

    def closest(self, points: np.ndarray, candidates: int) -> tuple[np.ndarray, np.ndarray]:
        """Nearest surface points.

        Args:
            points: (N, 3) meters.
            candidates: how many triangles each point is measured against.

        Returns:
            Unsigned distances (N,) and vectors from the points to the surface (N, 3), meters.
        """
        chunks = [points[i : i + _CHUNK] for i in range(0, len(points), _CHUNK)] or [points]
        # Tree and arithmetic let other threads run.
        with ThreadPoolExecutor(torch.get_num_threads()) as pool:
            found = list(pool.map(lambda chunk: self._closest(chunk, candidates), chunks))
        distances, vectors = zip(*found, strict=True)
        return np.concatenate(distances), np.concatenate(vectors)

    def _closest(self, points: np.ndarray, candidates: int) -> tuple[np.ndarray, np.ndarray]:
        count = min(candidates, self._centers.shape[1])
        _, index = self._tree.query(points, count)
        corners = np.take(self._corners, index.reshape(len(points), count).T, axis=2)
        return _nearest_of(corners, points)


def cut(corners: np.ndarray, longest: float) -> tuple[np.ndarray, np.ndarray]:
    """Triangles (3, 3, F), halved at their longest edges until none is longer than `longest`, and
    (P,) which of the F each of them is a piece of."""
    source = np.arange(corners.shape[2])
    done, sources = [corners[..., :0]], [source[:0]]
    while corners.shape[2]:
        lengths = np.stack([_dot(e, e) for e in (corners[i - 2] - corners[i] for i in range(3))])
        large = np.flatnonzero(lengths.max(axis=0) > longest**2)
        done.append(np.delete(corners, large, axis=2))
        sources.append(np.delete(source, large))
        first = lengths[:, large].argmax(axis=0)
        a, b, c = (corners[(first + i) % 3, :, large].T for i in range(3))
        middle = (a + b) / 2
        corners = np.concatenate([np.stack([a, middle, c]), np.stack([middle, b, c])], axis=2)
        source = np.tile(source[large], 2)
    return np.concatenate(done, axis=2), np.concatenate(sources)


def _nearest_of(corners: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances (N,) and vectors (N, 3) to the nearest of the triangles (3, 3, K, N).

    A point of a triangle is its first corner plus s times the edge to the second and t times the
    edge to the third. The nearest one is the foot of the perpendicular where that lies within, else
    the nearest point of an edge.
    """
    a, u, v = corners[0], corners[1] - corners[0], corners[2] - corners[0]
    w = points.T[:, None] - a
    uu, uv, vv, wu, wv = (_dot(*pair) for pair in ((u, u), (u, v), (v, v), (w, u), (w, v)))
    side = np.maximum(uu - 2 * uv + vv, 0)  # squared, between the second and the third corner
    along_u = np.clip(wu / (uu + _TINY), 0, 1)
    along_v = np.clip(wv / (vv + _TINY), 0, 1)
    along_side = np.clip((wv - wu + uu - uv) / (side + _TINY), 0, 1)
    zero = np.zeros_like(wu)
    best_s, best_t, least = zero, zero, np.full_like(wu, np.inf)
    for s, t in ((along_u, zero), (zero, along_v), (1 - along_side, along_side)):
        height = s * (s * uu + 2 * (t * uv - wu)) + t * (t * vv - 2 * wv)
        closer = height < least
        best_s, best_t = np.where(closer, s, best_s), np.where(closer, t, best_t)
        least = np.where(closer, height, least)
    area = uu * vv - uv * uv
    s, t = vv * wu - uv * wv, uu * wv - uv * wu
    within = (s > 0) & (t > 0) & (s + t < area)
    area = np.maximum(area, _TINY)
    best_s, best_t = np.where(within, s / area, best_s), np.where(within, t / area, best_t)
    offsets = best_s * u + best_t * v - w
    squared = _dot(offsets, offsets)
    which = squared.argmin(axis=0), np.arange(squared.shape[1])
    return np.sqrt(squared[which]), offsets[:, which[0], which[1]].T


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
