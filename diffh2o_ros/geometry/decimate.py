"""Fewer triangles, within a stated distance of the original surface."""

from __future__ import annotations

from threading import Lock

import fast_simplification
import igl
import manifold3d
import numpy as np

from .mesh import Mesh

_FIRST_TARGET = 20_000
_lock = Lock()  # fast_simplification keeps the mesh it works on in a global


def decimate(mesh: Mesh, max_error: float) -> Mesh:
    """Simplify a mesh that has many more triangles than its shape needs.

    Args:
        mesh: consistently oriented.
        max_error: largest distance in metres between the two surfaces.

    Returns:
        The simpler mesh, closed if the original is; or the original itself when it is open and
        even half of its faces do not keep to ``max_error``.
    """
    return _decimate_closed(mesh, max_error) or _decimate_open(mesh, max_error)


def _decimate_closed(mesh: Mesh, max_error: float) -> Mesh | None:
    # manifold3d removes whatever it can within the tolerance, slivers of fans included, but
    # takes closed surfaces only.
    solid = manifold3d.Manifold(
        manifold3d.Mesh64(mesh.vertices, tri_verts=mesh.faces.astype(np.uint64))
    )
    if solid.status() != manifold3d.Error.NoError:
        return None
    simple = solid.simplify(max_error).to_mesh64()
    return Mesh(np.asarray(simple.vert_properties)[:, :3], np.asarray(simple.tri_verts))


def _decimate_open(mesh: Mesh, max_error: float) -> Mesh:
    # Quadric edge collapse (Garland and Heckbert 1997) aims at a number of faces, so try some.
    samples = _samples(mesh)
    target = _FIRST_TARGET
    while target <= len(mesh.faces) // 2:
        with _lock:
            points, faces = fast_simplification.simplify(
                mesh.vertices, mesh.faces, target_count=target, agg=1.0, preserve_border=True
            )
        simpler = Mesh(points, faces)
        if max(_deviation(samples, simpler), _deviation(_samples(simpler), mesh)) <= max_error:
            return simpler
        target *= 2
    return mesh


def _samples(mesh: Mesh) -> np.ndarray:
    return np.concatenate([mesh.vertices, mesh.vertices[mesh.faces].mean(axis=1)])


def _deviation(points: np.ndarray, mesh: Mesh) -> float:
    squared, _, _ = igl.point_mesh_squared_distance(points, mesh.vertices, mesh.faces)
    return float(np.sqrt(max(squared.max(), 0.0)))
