"""What an action knows of the situation: the object, the hands on it, and who sits before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.person import HEAD_RADIUS, Person, strain
from diffh2o_ros.data.objects import Part

UP = np.array([0.0, 0.0, 1.0])
#: Directions on the table, seen by the person.
DIRECTIONS = {
    "left": np.array([0.0, 1.0, 0.0]),
    "right": np.array([0.0, -1.0, 0.0]),
    "forward": np.array([1.0, 0.0, 0.0]),
    "back": np.array([-1.0, 0.0, 0.0]),
}
#: Beyond this an action is not done: an arm would have to twist as arms do not.
MOST_STRAIN = 1.1
TWISTS = 24


class Infeasible(Exception):
    """This action cannot be done by this person with this hold of this object."""


@dataclass(frozen=True)
class Asked:
    """What is asked of an action beside its name."""

    direction: str | None = None
    count: int | None = None  #: how often what is repeated is done


@dataclass
class Situation:
    """An object at rest with its bounding-box center at the origin, and the hands that hold it."""

    person: Person
    support: float  #: z of the table
    hull: np.ndarray  #: (H, 3) corners of the object's convex hull
    parts: Mapping[str, Part]  #: of the object as it lies
    holds: Mapping[str, tuple[np.ndarray, np.ndarray]]  #: side: wrist (3,) and rotation (3, 3)
    side: str  #: the hand that matters where one does
    mouth_radius: float = 0.0  #: of the opening of a vessel

    def lowest(self, rotation: np.ndarray) -> float:
        """Height of the lowest corner below the center (negative) when turned by `rotation`."""
        return float((self.hull @ rotation[2]).min())

    def on_table(self, rotation: np.ndarray, x: float, y: float) -> np.ndarray:
        """Position (3,) of the center when the turned object stands on the table at x, y."""
        return np.array([x, y, self.support - self.lowest(rotation)])

    def strain(
        self, position: np.ndarray, rotation: np.ndarray, holds: Mapping | None = None
    ) -> np.ndarray:
        """Strain (...,) of the worse arm when the object is at position (..., 3), turned by
        rotation (..., 3, 3)."""
        each = [
            strain(self.person, rotation @ wrist + position, rotation @ turn, side)
            for side, (wrist, turn) in (self.holds if holds is None else holds).items()
        ]
        return np.max(each, axis=0)

    def at_ease(
        self,
        rotations: np.ndarray,
        positions: np.ndarray,
        rng: np.random.Generator,
        holds: Mapping | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """One of several poses (K, 3, 3), (K, 3) of the object in which the arms are at ease.

        Small turns are preferred, a little chance is left. Raises Infeasible where none will do.
        """
        cost = self.strain(positions, rotations, holds)
        turned = Rotation.from_matrix(rotations).magnitude() / np.pi
        nearest = np.linalg.norm(
            np.einsum("kij,hj->khi", rotations, self.hull) + positions[:, None] - self.person.head,
            axis=-1,
        ).min(1)
        cost = np.where(nearest < HEAD_RADIUS - 0.01, np.inf, cost)
        cost = np.where(cost > MOST_STRAIN, np.inf, cost + 0.25 * turned)
        cost = cost + 0.08 * rng.random(len(cost))
        best = int(cost.argmin())
        if not np.isfinite(cost[best]):
            raise Infeasible
        return rotations[best], positions[best]

    def bring(
        self,
        part: Part,
        targets: np.ndarray,
        direction: np.ndarray,
        rng: np.random.Generator,
        reach: float = 0.0,
        among: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rotation (3, 3) and position (3,) that bring a part to a target, facing `direction`.

        The turn about that direction, and which of several targets, is left to the arm's ease.

        Args:
            targets: (3,) or (N, 3). reach: meters the part stays away from it, against its
                direction. among: which of some rotations (K, 3, 3) will do, (K,) bool.
        """
        targets, turns = np.atleast_2d(targets), rotations_onto(part.direction, direction)
        if among is not None:
            turns = turns[among(turns)]
        if not len(turns):
            raise Infeasible
        facing = np.repeat(turns, len(targets), 0)
        targets = np.tile(targets, (len(facing) // len(targets), 1))
        positions = targets - reach * unit(direction) - facing @ np.asarray(part.point)
        return self.at_ease(facing, positions, rng)


def unit(vector: np.ndarray) -> np.ndarray:
    """The vector (3,) at length 1."""
    vector = np.asarray(vector, float)
    return vector / np.linalg.norm(vector)


def rotations_onto(start: np.ndarray, end: np.ndarray, twists: int = TWISTS) -> np.ndarray:
    """Rotations (twists, 3, 3) that take direction `start` to `end`, evenly turned about `end`."""
    start, end = unit(start), unit(end)
    axis = np.cross(start, end)
    if np.linalg.norm(axis) < 1e-6:  # parallel, or opposite: then any axis at right angles
        axis = np.cross(start, np.eye(3)[np.abs(start).argmin()])
    angle = np.arctan2(np.linalg.norm(np.cross(start, end)), start @ end)
    swing = Rotation.from_rotvec(angle * unit(axis))
    about = np.linspace(-np.pi, np.pi, twists, endpoint=False)[:, None] * end
    return (Rotation.from_rotvec(about) * swing).as_matrix()


def turned(axis: np.ndarray, degrees: float) -> np.ndarray:
    """Rotation (3, 3) about an axis (3,)."""
    return Rotation.from_rotvec(np.deg2rad(degrees) * unit(axis)).as_matrix()
