"""What may be given as a mesh: this package's own, a file, arrays, and other libraries' meshes.

Those of trimesh and Open3D are told by what they hold, so that neither has to be imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from diffh2o_ros.geometry.formats.raw import PlacedPart, joined
from diffh2o_ros.geometry.intake import check_mesh, load_mesh
from diffh2o_ros.geometry.mesh import MESH_A_CLOUD, Mesh, MeshError

MeshLike = Mesh | str | os.PathLike | tuple[np.ndarray, np.ndarray] | Any
"""What :func:`as_mesh` takes."""

_TAKEN = (
    "a path, (vertices, faces), a Mesh, a trimesh.Trimesh or trimesh.Scene, or a TriangleMesh of "
    "open3d.geometry or open3d.t.geometry"
)


def as_mesh(given: MeshLike, on_note: Callable[[str], None] | None = None) -> Mesh:
    """The checked mesh of whatever holds one, meters.

    Args:
        given: a Mesh, the path of a mesh file, (vertices, faces), a trimesh.Trimesh, a
            trimesh.Scene (its meshes where it puts them, as one), or Open3D's TriangleMesh, legacy
            or tensor.
        on_note: as for :func:`load_mesh`, of a file.

    Raises:
        MeshError: it is none of these, or what it holds does not pass :func:`check_mesh`.
    """
    if isinstance(given, (str, os.PathLike)):
        return load_mesh(given, on_note=on_note)
    return check_mesh(*_arrays(given))


def _arrays(given: Any) -> tuple[Any, Any]:
    """Its vertices and faces, unchecked."""
    if isinstance(given, (tuple, list)) and len(given) == 2:
        return given[0], given[1]
    if hasattr(given, "geometry") and hasattr(given, "graph"):
        return _of_scene(given)
    for faces in ("faces", "triangles"):  # trimesh's or our own; Open3D's legacy mesh
        if hasattr(given, "vertices") and hasattr(given, faces):
            return given.vertices, getattr(given, faces)
    if hasattr(given, "vertex") and hasattr(given, "triangle"):  # Open3D's tensor mesh
        return _tensor(given.vertex, "positions"), _tensor(given.triangle, "indices")
    points = hasattr(given, "points") or hasattr(given, "vertices") or hasattr(given, "point")
    if points or (isinstance(given, np.ndarray) and given.ndim == 2 and given.shape[1] == 3):
        raise MeshError(f"{type(given).__name__} has points, but no faces; {MESH_A_CLOUD}")
    raise MeshError(f"mesh must be {_TAKEN}, not {type(given).__name__}")


def _of_scene(scene: Any) -> tuple[np.ndarray, np.ndarray]:
    """The meshes of a trimesh.Scene in the scene's frame, one after the other."""
    parts = []
    for node in scene.graph.nodes_geometry:
        pose, name = scene.graph[node]
        part = scene.geometry[name]
        if len(getattr(part, "faces", ())):
            parts.append(PlacedPart(np.asarray(part.vertices), np.asarray(part.faces), pose))
    if not parts:
        raise MeshError(f"the scene holds no mesh with faces; {MESH_A_CLOUD}")
    whole = joined(parts)
    return whole.vertices, whole.faces


def _tensor(attributes: Any, name: str) -> np.ndarray:
    """An attribute of Open3D's tensor mesh, from whatever device it is on."""
    try:
        return attributes[name].cpu().numpy()
    except Exception as error:  # Open3D raises RuntimeError for what an empty mesh lacks
        raise MeshError(f"the mesh has no {name}; it needs vertices and triangles") from error
