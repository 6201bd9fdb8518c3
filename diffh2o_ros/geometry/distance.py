"""Exact distances to a triangle mesh, and on which side of it a point lies.

The magnitude comes from an AABB tree (libigl ``point_mesh_squared_distance``), the sign from the
generalized winding number (Jacobson et al. 2013), which still answers sensibly for scans with
holes and for parts that overlap, where normals mislead.
"""

from __future__ import annotations

from functools import cached_property

import igl
import numpy as np

from diffh2o_ros.geometry.mesh import Mesh


def closest_points(mesh: Mesh, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest surface points.

    Args:
        mesh: the surface.
        points: (N, 3) meters.

    Returns:
        Unsigned distances (N,) and the nearest points on the surface (N, 3), float64 meters.
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    if len(points) == 0:
        return np.zeros(0), np.zeros((0, 3))
    squared, _, closest = igl.point_mesh_squared_distance(points, mesh.vertices, mesh.faces)
    return np.sqrt(np.maximum(squared, 0.0)), closest


class Winding:
    """Winding numbers of a mesh; what they need is prepared once, when first asked for."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(N,) bool: whether each of the (N, 3) points has a winding number above one half."""
        points = np.ascontiguousarray(points, dtype=np.float64)
        if len(points) == 0:
            return np.zeros(0, dtype=bool)
        if self._mesh.has_long_faces:
            found = igl.winding_number(self._mesh.vertices, self._mesh.faces, points)
        else:
            found = self._hierarchy.winding_number(points)
        return np.asarray(found) > 0.5

    @cached_property
    def _hierarchy(self) -> igl.FastWindingNumberBVH:
        hierarchy = igl.FastWindingNumberBVH()
        hierarchy.init(self._mesh.vertices, self._mesh.faces)
        return hierarchy


def inside(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """(N,) bool: whether each of the (N, 3) points has a winding number above one half."""
    return Winding(mesh).inside(points)


def exact_signed_distance(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """Signed distance of (N, 3) points in meters: (N,) float64, negative inside."""
    distance, _ = closest_points(mesh, points)
    return np.where(inside(mesh, points), -distance, distance)
