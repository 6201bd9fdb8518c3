"""What a file says, before anything is believed of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RawMesh:
    """A surface as read.

    Attributes:
        vertices: (V, 3) float64 in the file's order, in metres where the format has a unit; maybe
            not finite.
        faces: (F, 3) int64, indices that are within range.
        up: the axis that points up where the format says so: "x", "y" or "z"; else None.
        notes: what the user should know, each one line.
    """

    vertices: np.ndarray
    faces: np.ndarray
    up: str | None = None
    notes: tuple[str, ...] = ()
