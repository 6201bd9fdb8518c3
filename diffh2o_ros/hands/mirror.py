"""The mirror in which a left hand is a right one.

The world is mirrored in y. MANO's left hand at rest is the right one's mirror image in x: with F
the mirror of the world and H that of a hand at rest, a wrist's rotation R becomes F R H. Rotation
vectors of joints are axial: they are mirrored in x and reversed.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

Array = TypeVar("Array", Tensor, np.ndarray)
Signs = tuple[float, float, float]

#: What the axes are multiplied with: of the world, of a hand at rest, of its rotation vectors.
WORLD: Signs = (1.0, -1.0, 1.0)
REST: Signs = (-1.0, 1.0, 1.0)
REST_AXIAL: Signs = (1.0, -1.0, -1.0)


def mirror(points: Array, axes: Signs = WORLD) -> Array:
    """Points or directions (..., 3) in the mirror; its own inverse."""
    return points * _like(points, axes)


def mirror_rotation(rotation: Array, rest: Signs = WORLD) -> Array:
    """Rotations (..., 3, 3), in the mirror, of what at rest is mirrored as `rest` says."""
    return _like(rotation, WORLD)[:, None] * rotation * _like(rotation, rest)


def mirror_wrist(rotation: Array) -> Array:
    """Wrist rotations (..., 3, 3) of the hand of the other side in the mirror."""
    return mirror_rotation(rotation, REST)


def mirror_pose(hand_pose: Array) -> Array:
    """Hand poses (..., 45), axis-angle, of the hand of the other side in the mirror."""
    vectors = hand_pose.reshape(*hand_pose.shape[:-1], 15, 3)
    return mirror(vectors, REST_AXIAL).reshape(hand_pose.shape)


def signs_of(left: np.ndarray) -> np.ndarray:
    """(N, 3) what turns points that hands see as right ones into those of the world, by which of
    the hands are left ones (N,)."""
    return np.where(np.asarray(left)[:, None], WORLD, 1.0)


def _like(values: Array, signs: Signs) -> Array:
    if isinstance(values, torch.Tensor):
        return values.new_tensor(signs)
    return np.array(signs, np.result_type(values, np.float32))
