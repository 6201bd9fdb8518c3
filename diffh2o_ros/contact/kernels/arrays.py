"""What kernels are given: float64 arrays by name. Meters, radians, MANO's joints."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from diffh2o_ros.contact.energy import ContactWeights


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


class Hands(NamedTuple):
    """Hands as they begin, or one along a path; seen as right ones."""

    wrist: np.ndarray  #: (R or T, 3)
    rotation: np.ndarray  #: (R or T, 3, 3)
    pose: np.ndarray  #: (R or T, 45)
    flip: np.ndarray  #: (R or 1,) what y is multiplied with in the object's frame, 1 or -1


class Moves(NamedTuple):
    """How hands may move, see `moves.Moves`."""

    rate: np.ndarray  #: (6 + D,) meters or radians a step
    stiffness: np.ndarray  #: (6 + D,)
    rest: np.ndarray  #: (R, 6 + D)
    low: np.ndarray  #: (R, D)
    high: np.ndarray  #: (R, D)
    driven: np.ndarray  #: (J,) int64, flexions that follow others
    driver: np.ndarray  #: (J,) int64, these others
    ratio: float
    coupling: float  #: weight of a squared radian off
    off: np.ndarray  #: (R, J) radians off at the start


class Terms(NamedTuple):
    """The energy, see `energy.ContactEnergy`."""

    weights: ContactWeights
    table_height: float
    clearance: float
    pad_weight: np.ndarray  #: (R, P)
    pad_reach: float
    pad_always: float
    forearm: Carried  #: spheres on the wrist that meet object and table alone
    forearm_radii: np.ndarray  #: (A,)
    forearm_weight: float
    pull_weight: float
    pull_index: np.ndarray  #: (K,) int64, keypoints that are pulled
    pull_points: np.ndarray  #: (K, 3) where to
    others: np.ndarray  #: (R or 0, S, 3) spheres of other hands


class KnotMoves(NamedTuple):
    """How knots of a path may move, see `clearing`; (3 + D,) of translation and flexion."""

    rate: np.ndarray  #: (3 + D,) meters or radians a step
    unit: np.ndarray  #: (3 + D,) meters or radians that count as much
    to_rest: float  #: weight of a squared unit
    to_neighbors: float  #: weight of a squared unit between neighbors


class ObjectPath(NamedTuple):
    """Where the object is as a path's hand goes."""

    position: np.ndarray  #: (T, 3)
    rotation: np.ndarray  #: (T, 3, 3)
