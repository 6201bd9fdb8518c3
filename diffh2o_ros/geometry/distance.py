"""Exact distances to a triangle mesh, and on which side of it a point lies.

The magnitude comes from an AABB tree (libigl ``point_mesh_squared_distance``), the sign from the
generalised winding number (Jacobson et al. 2013), which still answers sensibly for scans with
holes and for parts that overlap, where normals mislead.
"""

from __future__ import annotations

import igl
import numpy as np

from .mesh import Mesh


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
    winding = igl.winding_number if mesh.has_long_faces else igl.fast_winding_number
    return np.asarray(winding(mesh.vertices, mesh.faces, points)) > 0.5


def exact_signed_distance(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """Signed distance of (N, 3) points in metres: (N,) float64, negative inside."""
    distance, _ = closest_points(mesh, points)
    return np.where(inside(mesh, points), -distance, distance)
