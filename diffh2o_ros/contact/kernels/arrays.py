"""What kernels are given: arrays by name, in meters, radians and MANO's joints."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from torch import Tensor

Value = TypeVar("Value")


def as_arrays(value: Value) -> Value:
    """A tensor, number or named tuple of these as kernels take it: float64 or int64."""
    if isinstance(value, Tensor):
        array = value.detach().cpu().numpy()
        kind = np.float64 if value.is_floating_point() else np.int64
        return np.ascontiguousarray(array, kind)
    if isinstance(value, tuple):
        return type(value)(*map(as_arrays, value))
    return float(value)


class Grid(NamedTuple):
    """A distance grid about the object's center."""

    values: np.ndarray  #: (X, Y, Z) float32
    origin: np.ndarray  #: (3,) the first node
    spacing: float


class Carried(NamedTuple):
    """Points that joints carry."""

    joints: np.ndarray  #: (N,) int64
    offsets: np.ndarray  #: (N, 3) from the joint, at rest


class Body(NamedTuple):
    """The right hand; see `bodies.HandBodies`."""

    directions: np.ndarray  #: (D, 45) degrees of freedom
    bones: np.ndarray  #: (16, 3) from each joint's parent to it, at rest
    spheres: Carried
    radii: np.ndarray  #: (S,)
    far: np.ndarray  #: (F,) int64, spheres that may collide with other fingers'
    finger: np.ndarray  #: (F,) int64, the finger that each of these is of
    pads: Carried
    pad_normals: np.ndarray  #: (P, 3) at rest
    keypoints: Carried


class HandArrays(NamedTuple):
    """Hands as they begin, or one along a path; seen as right ones."""

    wrist: np.ndarray  #: (R or T, 3)
    rotation: np.ndarray  #: (R or T, 3, 3)
    pose: np.ndarray  #: (R or T, 45)
    flip: np.ndarray  #: (R or 1,) what y is multiplied with in the object's frame, 1 or -1


class KnotMoves(NamedTuple):
    """How knots of a path may move, see `clearing`; (3 + D,) of translation and flexion."""

    rate: np.ndarray  #: (3 + D,) meters or radians a step
    unit: np.ndarray  #: (3 + D,) meters or radians that count as much
    to_rest: float  #: weight of a squared unit
    to_neighbors: float  #: weight of a squared unit between neighbors


class ObjectArrays(NamedTuple):
    """Where the object is as a path's hand goes."""

    position: np.ndarray  #: (T, 3)
    rotation: np.ndarray  #: (T, 3, 3)
