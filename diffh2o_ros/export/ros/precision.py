"""Messages hold positions in single precision: how far from the origin that will do."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.mesh import MeshError

#: Meters from the origin within which float32 holds positions to .03 mm.
FARTHEST = 500.0


class FarError(MeshError):
    """Something lies too far from its frame's origin for messages to say where."""


def check_reach(*positions: np.ndarray) -> None:
    """Raises FarError where positions (..., 3) are too far from their frame's origin for the
    float32 fields of messages to hold them to a twentieth of a millimeter."""
    farthest = max(float(np.abs(p).max()) for p in positions)
    if FARTHEST < farthest < np.inf:
        raise FarError(
            f"the object lies {farthest:.4g} m from the origin of its frame, too far for messages "
            f"in single precision: give it in a frame within {FARTHEST:g} m, or about its own "
            "center and place it by a pose"
        )
