"""Fewer triangles, within a stated distance of the original surface."""

from __future__ import annotations

from math import log
from threading import Lock

import fast_simplification
import manifold3d
import numpy as np

from diffh2o_ros.geometry.mesh import Mesh

_FEW_FACES = 20_000
_lock = Lock()  # fast_simplification keeps the mesh it works on in a global


def decimate(mesh: Mesh, max_error: float) -> Mesh:
    """Simplify a mesh that has many more triangles than its shape needs.

    Args:
        mesh: consistently oriented.
        max_error: largest distance in meters between the two surfaces.

    Returns:
        The simpler mesh, closed if the original is; or the original itself when it cannot be made
        simpler.
    """
    methods = (
        (_by_tolerance, _by_collapse) if mesh.has_long_faces else (_by_collapse, _by_tolerance)
    )
    for simplify in methods:
        simpler = simplify(mesh, max_error)
        if simpler is not None and (simpler.is_closed or not mesh.is_closed):
            return simpler
    return mesh


def thin_out(mesh: Mesh, num_faces: int) -> Mesh:
    """About `num_faces` triangles of a mesh that has more, for the eye: no error is kept to."""
    if len(mesh.faces) <= num_faces:
        return mesh
    with _lock:
        return Mesh(
            *fast_simplification.simplify(mesh.vertices, mesh.faces, target_count=num_faces)
        )


def _by_tolerance(mesh: Mesh, max_error: float) -> Mesh | None:
    # manifold3d removes whatever it can within the tolerance, the slivers of fans included, but
    # takes closed surfaces only.
    solid = manifold3d.Manifold(
        manifold3d.Mesh64(mesh.vertices, tri_verts=mesh.faces.astype(np.uint64))
    )
    if solid.status() != manifold3d.Error.NoError:
        return None
    simple = solid.simplify(max_error).to_mesh64()
    return Mesh(np.asarray(simple.vert_properties)[:, :3], np.asarray(simple.tri_verts))


def _by_collapse(mesh: Mesh, max_error: float) -> Mesh | None:
    # Quadric edge collapse (Garland and Heckbert 1997). An edge goes when the squared distances of
    # what takes its place to the planes of the faces that met there sum up to less than a limit:
    # 1e-9 (i + 3)^agg in the i-th of a hundred rounds. The last limit shall be the squared error.
    # Measured on scans, half of max_error is then never exceeded.
    if len(mesh.faces) <= _FEW_FACES:
        return None
    aggressiveness = max(log(max_error**2 / 1e-9) / log(102), 0.0)
    with _lock:
        vertices, faces = fast_simplification.simplify(
            mesh.vertices,
            mesh.faces,
            target_count=_FEW_FACES,
            agg=aggressiveness,
            preserve_border=True,
        )
    return Mesh(vertices, faces) if len(faces) < len(mesh.faces) else None
