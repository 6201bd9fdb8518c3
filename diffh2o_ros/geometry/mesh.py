"""The triangle mesh that every other room receives: validated, in meters, z up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diffh2o_ros.errors import Diffh2oError, ErrorCode


class MeshError(Diffh2oError):
    """A mesh, or a mesh file, that cannot be used; the message is one line that says why."""

    code = ErrorCode.INVALID_MESH


MESH_A_CLOUD = (
    "a point cloud must be meshed first, for instance by Open3D's "
    "TriangleMesh.create_from_point_cloud_poisson or trimesh's PointCloud(points).convex_hull"
)
"""What to do with points that have no faces, to end a message with."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles in meters.

    Build it with :func:`diffh2o_ros.geometry.intake.check_mesh` or ``load_mesh`` when the data
    come from outside: this class only fixes the types.

    Attributes:
        vertices: (V, 3) float64, meters.
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

    def __eq__(self, other: object) -> bool:
        """Meshes are equal whose content is: so what is computed of them is remembered."""
        return isinstance(other, Mesh) and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        return hash(self.content_hash)

    def corners(self) -> np.ndarray:
        """(3, 3, F) the three corners of every face, three coordinates each, meters.

        Coordinates come before faces: sums over them run several times faster so.
        """
        coordinates = np.ascontiguousarray(self.vertices.T)
        return np.stack([np.take(coordinates, index, axis=1) for index in self.faces.T])

    @cached_property
    def content_hash(self) -> str:
        """Of the vertices and faces: the key of every geometry cache."""
        return content_hash(self.vertices, self.faces)

    @cached_property
    def has_long_faces(self) -> bool:
        """Whether triangles long beside the whole mesh abound, as in the fans of CAD files.

        A Barnes-Hut winding number (Barill et al. 2018) visits those one by one: its cost grows
        with the sum of (longest edge / mesh diagonal)^3. Scans lie near 0.1, and measured the
        exact hierarchical winding number is the faster one from about 2 on.
        """
        a, b, c = self.corners()
        longest = np.zeros(len(self.faces))
        for x, y, z in (b - a, c - b, a - c):
            np.maximum(longest, x * x + y * y + z * z, out=longest)
        diagonal = np.linalg.norm(self.bounds[1] - self.bounds[0])
        return bool((longest * np.sqrt(longest)).sum() > 2.0 * diagonal**3)

    @cached_property
    def is_closed(self) -> bool:
        """Whether every edge is walked equally often in both directions: no holes.

        With vertices put at random places of a plane, the areas of all faces cancel if and only
        if the surface has no boundary, but for a chance of about 2^-60.
        """
        x, y = np.random.default_rng(0).integers(-(2**62), 2**62, (2, len(self.vertices)))
        (ax, bx, cx), (ay, by, cy) = np.take(x, self.faces.T), np.take(y, self.faces.T)
        # Integers that overflow are what makes it exact: sums modulo 2^64.
        return int((ax * (by - cy) + bx * (cy - ay) + cx * (ay - by)).sum()) == 0

    @cached_property
    def bounds(self) -> np.ndarray:
        """(2, 3) lowest and highest corner of the axis-aligned bounding box, meters."""
        coordinates = np.ascontiguousarray(self.vertices.T)
        bounds = np.stack([coordinates.min(axis=1), coordinates.max(axis=1)])
        bounds.setflags(write=False)
        return bounds

    @cached_property
    def area(self) -> float:
        """Of the surface, square meters."""
        a, b, c = self.corners()
        (ux, uy, uz), (vx, vy, vz) = b - a, c - a
        squared = (uy * vz - uz * vy) ** 2 + (uz * vx - ux * vz) ** 2 + (ux * vy - uy * vx) ** 2
        return float(np.sqrt(squared).sum() / 2)

    @property
    def center(self) -> np.ndarray:
        """(3,) center of the bounding box, meters."""
        return self.bounds.mean(axis=0)

    @cached_property
    def centered(self) -> Mesh:
        """The same mesh about the origin, to the nanometer: what is made of it does not hang on
        where the object stands, and no digit is lost to a place far away."""
        # With all its digits, the same object a step further would be another one; and with the
        # sign of a zero.
        return Mesh(np.round(self.vertices - self.center, 9) + 0.0, self.faces)

    def moved(self, by: np.ndarray) -> Mesh:
        """The same mesh elsewhere, (3,) meters from here."""
        return Mesh(self.vertices + by, self.faces)


def content_hash(vertices: np.ndarray, faces: np.ndarray) -> str:
    """SHA-256 (hex) of the bytes of (V, 3) float64 and (F, 3) int64, both contiguous."""
    digest = hashlib.sha256(str(vertices.shape).encode())
    digest.update(vertices)
    digest.update(faces)
    return digest.hexdigest()
