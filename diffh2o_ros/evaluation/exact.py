"""Exact queries of points against a triangle mesh."""

from __future__ import annotations

import igl
import numpy as np


def inside(vertices: np.ndarray, faces: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) bool: which points (N, 3) the mesh winds around, open meshes included."""
    return igl.fast_winding_number(_double(vertices), _long(faces), _double(points)) > 0.5


def signed_distance(vertices: np.ndarray, faces: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) metres from points (N, 3) to the nearest triangle, negative inside.

    The magnitude and the sign are asked separately: igl's one-call type with fast winding numbers
    returns wrong magnitudes on open meshes.
    """
    squared, _, _ = igl.point_mesh_squared_distance(
        _double(points), _double(vertices), _long(faces)
    )
    return np.where(inside(vertices, faces, points), -1.0, 1.0) * np.sqrt(squared)


def _double(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float64)


def _long(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.int64)
