"""Exact distances to a triangle mesh, and on which side of it a point lies.

The magnitude comes from an AABB tree (libigl ``point_mesh_squared_distance``), the sign from the
generalised winding number (Jacobson et al. 2013), which still answers sensibly for scans with
holes and for parts that overlap, where normals mislead.
"""

from __future__ import annotations

import igl
import numpy as np

from .mesh import Mesh

# The Barnes-Hut winding number (Barill et al. 2018) must visit, one by one, the triangles that
# are large beside their distance from the query. Above about this many the exact hierarchical
# one wins: fans of slivers in CAD files are up to forty times slower otherwise.
_MAX_LONG_FACES = 8.0


def closest_points(mesh: Mesh, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest surface points.

    Args:
        mesh: the surface.
        points: (N, 3) metres.

    Returns:
        Unsigned distances (N,) and the nearest points on the surface (N, 3), float64 metres.
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    if len(points) == 0:
        return np.zeros(0), np.zeros((0, 3))
    squared, _, closest = igl.point_mesh_squared_distance(points, mesh.vertices, mesh.faces)
    return np.sqrt(np.maximum(squared, 0.0)), closest


def inside(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """(N,) bool: whether each of the (N, 3) points has a winding number above one half."""
    points = np.ascontiguousarray(points, dtype=np.float64)
    if len(points) == 0:
        return np.zeros(0, dtype=bool)
    winding = igl.winding_number if _has_long_faces(mesh) else igl.fast_winding_number
    return np.asarray(winding(mesh.vertices, mesh.faces, points)) > 0.5


def exact_signed_distance(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """Signed distance of (N, 3) points in metres: (N,) float64, negative inside."""
    distance, _ = closest_points(mesh, points)
    return np.where(inside(mesh, points), -distance, distance)


def _has_long_faces(mesh: Mesh) -> bool:
    corners = mesh.vertices[mesh.faces]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    diagonal = np.linalg.norm(np.ptp(mesh.vertices, axis=0))
    return float(np.sum((longest / diagonal) ** 2)) > _MAX_LONG_FACES
