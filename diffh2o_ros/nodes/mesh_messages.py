"""Meshes as messages. Nothing here needs torch, so that who offers a mesh need not load it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from shape_msgs.msg import Mesh as ShapeMesh
from shape_msgs.msg import MeshTriangle

from diffh2o_ros.export.ros.precision import check_reach
from diffh2o_ros.geometry.intake import MAX_EXTENT
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.msg import TriangleMesh
from diffh2o_ros.nodes.flat_arrays import flat, rows
from diffh2o_ros.nodes.to_messages import MESSAGES

Arrays = tuple[np.ndarray, np.ndarray]
"""Vertices (V, 3), meters, and faces (F, 3)."""
ReadMesh = Callable[[], Arrays | Path]
"""Reads a mesh, or says which file it is in, on the thread that works on it. Raises MeshError."""


def mesh_message(vertices: np.ndarray, faces: np.ndarray) -> TriangleMesh:
    """msg/TriangleMesh of vertices (V, 3), meters, and faces (F, 3)."""
    return TriangleMesh(vertices=flat("f", vertices), triangles=flat("I", faces))


def shape_message(vertices: np.ndarray, faces: np.ndarray) -> ShapeMesh:
    """shape_msgs/Mesh of the same, for ~/object_mesh."""
    return ShapeMesh(
        vertices=MESSAGES.points(vertices),
        triangles=[MeshTriangle(vertex_indices=row) for row in np.asarray(faces).astype(np.uint32)],
    )


def read_mesh(message: TriangleMesh | ShapeMesh) -> Arrays:
    """What is in it, for the library to judge. Of shape_msgs/Mesh it takes .1 s for a scan.

    Raises MeshError for arrays that are no rows of three, and FarError, before work is done.
    """
    if isinstance(message, TriangleMesh):
        vertices = rows(message.vertices, 3, "mesh vertices", MeshError)
        faces = rows(message.triangles, 3, "mesh triangles", MeshError)
    else:
        vertices = np.array([(p.x, p.y, p.z) for p in message.vertices]).reshape(-1, 3)
        faces = np.array([t.vertex_indices for t in message.triangles], int).reshape(-1, 3)
    # One in other units, or with a vertex astray, has another fault, which the library tells; but
    # so far away an extent may come of rounding alone.
    if len(vertices):
        with np.errstate(all="ignore"):  # NaN is not within any extent
            rounding = np.spacing(np.abs(vertices).max())
            if np.ptp(vertices, axis=0).max() <= MAX_EXTENT + rounding:
                check_reach(vertices)
    return vertices, faces
