"""Fewer triangles, within a stated distance of the original surface."""

from __future__ import annotations

from threading import Lock

import fast_simplification
import igl
import numpy as np

from .mesh import Mesh

_lock = Lock()  # fast_simplification keeps the mesh it works on in a global


def decimate(mesh: Mesh, target_faces: int, max_error: float) -> Mesh:
    """Simplify by quadric edge collapse (Garland and Heckbert 1997), checking the result.

    Args:
        mesh: what to simplify.
        target_faces: how many faces to try first; doubled until the error is met.
        max_error: largest distance in metres between the two surfaces, measured both ways at
            their vertices and face centres.

    Returns:
        A simpler mesh with no more open edges than the original, or the original itself when
        no useful simplification (at most half the faces) keeps to ``max_error``.
    """
    samples = _samples(mesh)
    open_edges = count_open_edges(mesh.faces)
    while target_faces <= len(mesh.faces) // 2:
        with _lock:
            points, faces = fast_simplification.simplify(
                mesh.vertices, mesh.faces, target_count=target_faces, agg=4.0
            )
        if len(faces):
            simpler = Mesh(points, faces)
            error = max(_deviation(samples, simpler), _deviation(_samples(simpler), mesh))
            if error <= max_error and count_open_edges(simpler.faces) <= open_edges:
                return simpler
        target_faces *= 2
    return mesh


def count_open_edges(faces: np.ndarray) -> int:
    """How many edges of (F, 3) faces belong to exactly one of them; zero for a closed surface."""
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, counts = np.unique(edges[:, 0] * (faces.max() + 1) + edges[:, 1], return_counts=True)
    return int(np.count_nonzero(counts == 1))


def _samples(mesh: Mesh) -> np.ndarray:
    return np.concatenate([mesh.vertices, mesh.vertices[mesh.faces].mean(axis=1)])


def _deviation(points: np.ndarray, mesh: Mesh) -> float:
    squared, _, _ = igl.point_mesh_squared_distance(points, mesh.vertices, mesh.faces)
    return float(np.sqrt(max(squared.max(), 0.0)))
