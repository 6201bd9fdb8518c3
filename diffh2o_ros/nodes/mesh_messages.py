"""A mesh as a message. Nothing here needs torch, so that who offers a mesh need not load it."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import Point
from shape_msgs.msg import Mesh as MeshMessage
from shape_msgs.msg import MeshTriangle


def mesh_message(vertices: np.ndarray, faces: np.ndarray) -> MeshMessage:
    """shape_msgs/Mesh of vertices (V, 3), meters, and faces (F, 3)."""
    return MeshMessage(
        vertices=points(vertices),
        triangles=[MeshTriangle(vertex_indices=row) for row in np.asarray(faces).astype(np.uint32)],
    )


def points(positions: np.ndarray) -> list[Point]:
    """geometry_msgs/Point of each row (n, 3)."""
    return [Point(x=x, y=y, z=z) for x, y, z in np.asarray(positions, dtype=float).tolist()]
