"""What a file says, before anything is believed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.geometry.mesh import MeshError

# A few lines of a scene can place a mesh a million times.
_MOST_ELEMENTS = 20_000_000


@dataclass(frozen=True)
class RawMesh:
    """A surface as read.

    Attributes:
        vertices: (V, 3) float64 in the file's order, in meters where the format has a unit; maybe
            not finite.
        faces: (F, 3) int64, indices that are within range.
        up: the axis that points up where the format says so: "x", "y" or "z"; else None.
        notes: what the user should know, each one line.
    """

    vertices: np.ndarray
    faces: np.ndarray
    up: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlacedPart:
    """A part of a scene: (V, 3) vertices, (F, 3) faces, and (4, 4) where it stands."""

    vertices: np.ndarray
    faces: np.ndarray
    pose: np.ndarray


def joined(
    parts: Sequence[PlacedPart], up: str | None = None, notes: Sequence[str] = ()
) -> RawMesh:
    """All parts of a scene as one surface; parts that are mirrored keep their outside."""
    if sum(len(p.vertices) + len(p.faces) for p in parts) > _MOST_ELEMENTS:
        raise MeshError("its parts, as often as they are placed, are too many; simplify it")
    vertices, faces, before = [np.zeros((0, 3))], [np.zeros((0, 3), np.int64)], 0
    for part in parts:
        linear = part.pose[:3, :3]
        vertices.append(part.vertices @ linear.T + part.pose[:3, 3])
        mirrored = np.linalg.det(linear) < 0
        faces.append((part.faces[:, ::-1] if mirrored else part.faces) + before)
        before += len(part.vertices)
    return RawMesh(np.concatenate(vertices), np.concatenate(faces), up, tuple(notes))
