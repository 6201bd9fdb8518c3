"""What every parametric hand returns: its surface, its joints and how the joints are turned."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class HandOutput(NamedTuple):
    """A posed hand. The leading shape (...) is that of the parameters it was posed with.

    Everything is in the frame of `global_orient` and `transl`, in meters.
    """

    vertices: Tensor
    """(..., V, 3) the skinned surface."""
    joints: Tensor
    """(..., 16, 3) joint centers in MANO's kinematic order."""
    keypoints: Tensor
    """(..., 21, 3) wrist, then thumb, index, middle, ring, little from base to tip."""
    rotations: Tensor
    """(..., 16, 3, 3) the joints' rotations in the world, not relative to their parents."""
