"""The triangle mesh that every other room receives: validated, in metres, z up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np


class MeshError(ValueError):
    """A mesh, or a mesh file, that cannot be used; the message is one line that says why."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles in metres.

    Build it with :func:`diffh2o_ros.geometry.intake.check_mesh` or ``load_mesh`` when the data
    come from outside: this class only fixes the types.

    Attributes:
        vertices: (V, 3) float64, metres.
        faces: (F, 3) int64 vertex indices, counter-clockwise seen from outside.
    """

    vertices: np.ndarray
    faces: np.ndarray

    def __post_init__(self) -> None:
        for name, dtype in (("vertices", np.float64), ("faces", np.int64)):
            array = np.ascontiguousarray(getattr(self, name), dtype=dtype)
            if array.ndim != 2 or array.shape[1] != 3:
                raise MeshError(f"mesh {name} must have shape (n, 3), not {array.shape}")
            object.__setattr__(self, name, array)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of the vertex and face bytes: the key of every geometry cache."""
        digest = hashlib.sha256(str(self.vertices.shape).encode())
        digest.update(self.vertices.tobytes())
        digest.update(self.faces.tobytes())
        return digest.hexdigest()

    @cached_property
    def has_long_faces(self) -> bool:
        """Whether triangles long beside the whole mesh abound, as in the fans of CAD files.

        A Barnes-Hut winding number (Barill et al. 2018) visits those one by one: its cost grows
        with the sum of (longest edge / mesh diagonal)^3. Scans lie near 0.1, and measured the
        exact hierarchical winding number is the faster one from about 2 on.
        """
        corners = self.vertices[self.faces]
        edges = np.linalg.norm(np.roll(corners, 1, axis=1) - corners, axis=2)
        diagonal = np.linalg.norm(np.ptp(self.vertices, axis=0))
        return bool(np.sum((edges.max(axis=1) / diagonal) ** 3) > 2.0)

    @property
    def bounds(self) -> np.ndarray:
        """(2, 3) lowest and highest corner of the axis-aligned bounding box, metres."""
        return np.stack([self.vertices.min(axis=0), self.vertices.max(axis=0)])

    @property
    def center(self) -> np.ndarray:
        """(3,) centre of the bounding box, metres."""
        return self.bounds.mean(axis=0)
