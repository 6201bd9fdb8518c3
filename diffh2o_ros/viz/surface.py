"""Surfaces as they are shaded: one normal a vertex, sharp edges kept."""

from __future__ import annotations

import igl
import numpy as np
import trimesh

from diffh2o_ros.viz.palette import SHARP_EDGE


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, the area-weighted mean of the faces around each vertex; 0 at vertices
    that are no corner of any."""
    weighting = igl.PER_VERTEX_NORMALS_WEIGHTING_TYPE_AREA
    normals = igl.per_vertex_normals(vertices.astype(float), faces.astype(np.int64), weighting)
    return np.nan_to_num(normals)


def drawn_surface(vertices: np.ndarray, faces: np.ndarray) -> trimesh.Trimesh:
    """The same surface with vertices of their own on either side of sharp edges, so that each has
    one normal."""
    return trimesh.graph.smooth_shade(
        trimesh.Trimesh(vertices, faces, process=False),
        angle=np.deg2rad(SHARP_EDGE),
        facet_minarea=None,
    )


def normals_of(surface: trimesh.Trimesh) -> np.ndarray:
    """(V, 3) of unit length."""
    normals = vertex_normals(surface.vertices, surface.faces)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.where(length > 0.5, normals / np.maximum(length, 0.5), [0.0, 0, 1])
