"""What a robot's grasp is judged by: residuals and their Jacobians, a term at a time.

Each term is divided by the error that it forgives, so that all are of the order of 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from diffh2o_ros.retargeting.human_grasp import HumanGrasp
from diffh2o_ros.retargeting.least_squares import Term
from diffh2o_ros.retargeting.robot_hand import RobotHand, farthest_points, skew

#: Clearance over the table, and least distance of two pads (meters).
OVER_TABLE, APART = 0.003, 0.022
#: ObjectSurface points that are looked at of a part that should touch.
PART_POINTS = 100
#: Bounds of the force of a pad, of the mean one, and how much equal forces are preferred.
LEAST_FORCE, MOST_FORCE, EQUAL_FORCES = 0.15, 3.0, 0.09


@dataclass(frozen=True)
class Tolerances:
    """The error that each term forgives; infinite: the term is left out.

    Attributes:
        pad: of a pad from the surface, meters.
        slide: of a pad from where the human's touches, meters.
        near: of the pad of a finger that does not touch, from where the human's is, meters.
        facing: of pads against the surface, as a difference of unit vectors.
        palm: of palm and middle links from the surface where the human's touch it, meters.
        penetration: meters.
        table: meters under the clearance.
        apart: of pads nearer one another than they should be, meters.
        balance: of the contact forces' sum, as a fraction of them.
        position, rotation, joints: from the start, meters and radians.
    """

    pad: float = 0.002
    slide: float = 0.012
    near: float = 0.03
    facing: float = 0.8
    palm: float = 0.008
    penetration: float = 0.0015
    table: float = 0.003
    apart: float = 0.004
    balance: float = 0.15
    position: float = 0.15
    rotation: float = 0.7
    joints: float = 1.2


@dataclass(frozen=True)
class Pads:
    """Positions (F, 3) of the pads of F fingers, where they face (F, 3), Jacobians of the positions
    (F, 3, D) by a displacement."""

    position: np.ndarray
    facing: np.ndarray
    jacobian: np.ndarray


@dataclass(frozen=True, eq=False)
class GraspTerms:
    """Of a robot hand that is to grasp an object as a human does, in the object's frame.

    A call gives residuals and Jacobian of a configuration; `start` is what it should not stray
    from.
    """

    hand: RobotHand
    human: HumanGrasp
    start: np.ndarray
    tolerances: Tolerances

    def __call__(self, configuration: np.ndarray) -> Term:
        self.hand.forward(configuration)
        pads = self.pads()
        terms = [
            *self._contacts(pads),
            *self._pads_apart(pads),
            *self._balance(pads),
            *self._clear(),
            *self._palm(),
            self._prior(configuration),
        ]
        return np.concatenate([t[0] for t in terms]), np.concatenate([t[1] for t in terms])

    @cached_property
    def fingers(self) -> list[str]:
        """Those of the robot."""
        return list(self.hand.anatomy.fingers)

    @cached_property
    def _pad_links(self) -> np.ndarray:
        return np.array([f.links[-1] for f in self.hand.anatomy.fingers.values()])

    def pads(self) -> Pads:
        """Of all fingers, as the hand was last posed."""
        fingers = self.hand.anatomy.fingers.values()
        position = self.hand.world(np.stack([f.pad for f in fingers]), self._pad_links)
        facing = self.hand.directions(np.stack([f.normal for f in fingers]), self._pad_links)
        return Pads(position, facing, self.hand.jacobian(position, self._pad_links))

    def _contacts(self, pads: Pads) -> Iterator[Term]:
        """Pads on the surface where the human's are, facing it; others where the human's are."""
        forgiven = self.tolerances
        distance, normal = self.human.surface.query(pads.position)
        touching = self.human.touching
        for row, finger in enumerate(self.fingers):
            contact, moves = self.human.pads[finger], pads.jacobian[row]
            away = pads.position[row] - contact.point
            if finger not in touching:
                yield away / forgiven.near, moves / forgiven.near
                continue
            yield distance[row : row + 1] / forgiven.pad, (normal[row] @ moves)[None] / forgiven.pad
            yield away / forgiven.slide, moves / forgiven.slide
            turns = self.hand.angular_jacobian(int(self._pad_links[row]))
            facing = pads.facing[row]
            turned = -skew(facing[None])[0] @ turns  # of a vector fixed to the link: w x n
            yield (facing + contact.normal) / forgiven.facing, turned / forgiven.facing

    def _pads_apart(self, pads: Pads) -> Iterator[Term]:
        """No two pads in one place: no nearer than the human's are, where these are close."""
        human = [self.human.pads[finger].point for finger in self.fingers]
        for a, b in combinations(range(len(pads.position)), 2):
            way = pads.position[a] - pads.position[b]
            length, least = np.linalg.norm(way), min(APART, np.linalg.norm(human[a] - human[b]))
            if 1e-6 < length < least:
                moves = way / length @ (pads.jacobian[a] - pads.jacobian[b])
                forgiven = self.tolerances.apart
                yield np.array([(length - least) / forgiven]), moves[None] / forgiven

    def _balance(self, pads: Pads) -> Iterator[Term]:
        """Contact forces along the normals add up to nothing: none of them pushes the object
        away. The human's palm is a contact, too."""
        forgiven = self.tolerances.balance
        if not np.isfinite(forgiven):
            return
        normal, change = self.human.surface.normals(pads.position)
        pushes = -normal
        if self.human.palm is not None:
            pushes = np.concatenate([pushes, -self.human.palm.normal[None]])
        count = len(pushes)
        gram = pushes @ pushes.T + EQUAL_FORCES * np.eye(count)
        force = np.linalg.solve(gram, np.full(count, EQUAL_FORCES))
        force = np.clip(force, LEAST_FORCE, MOST_FORCE)
        force /= force.sum()
        moves = -np.einsum("f,fij,fjd->id", force[: len(change)], change, pads.jacobian)
        yield force @ pushes / forgiven, moves / forgiven

    def _clear(self) -> Iterator[Term]:
        """The hand's surface outside the object and above the table."""
        chosen = self.hand.cleared
        points, links = self.hand.points
        points, links = self.hand.world(points[chosen], links[chosen]), links[chosen]
        distance, normal = self.human.surface.query(points)
        inside = distance < 0
        if inside.any():
            moves = self.hand.jacobian(points[inside], links[inside])
            along = np.einsum("pi,pid->pd", normal[inside], moves)
            forgiven = self.tolerances.penetration
            yield distance[inside] / forgiven, along / forgiven
        height = points @ self.human.up - self.human.table_height - OVER_TABLE
        below = height < 0
        if below.any():
            moves = self.human.up @ self.hand.jacobian(points[below], links[below])
            yield height[below] / self.tolerances.table, moves / self.tolerances.table

    def _palm(self) -> Iterator[Term]:
        """Palm and middle links on the surface where the human's are: a power grasp is no pinch."""
        forgiven = self.tolerances.palm
        if not np.isfinite(forgiven):
            return
        points, links = self.hand.points
        for rows in self._parts:
            position = self.hand.world(points[rows], links[rows])
            distance, normal = self.human.surface.query(position)
            best = distance.argmin()
            if distance[best] > 0:
                moves = self.hand.jacobian(position[best][None], links[rows[best]][None])[0]
                yield distance[best : best + 1] / forgiven, (normal[best] @ moves)[None] / forgiven

    @cached_property
    def _parts(self) -> list[np.ndarray]:
        """Surface points of palm and middle links that should touch, as rows of `hand.points`."""
        parts = [] if self.human.palm is None else [(self.hand.anatomy.palm,)]
        for name in self.fingers:
            inner = self.hand.anatomy.fingers[name].links[1:-1]
            if name in self.human.wrapped and inner:
                parts.append(inner)
        points, links = self.hand.points
        found = [np.flatnonzero(np.isin(links, part)) for part in parts]
        return [rows[farthest_points(points[rows], PART_POINTS)] for rows in found if len(rows)]

    def _prior(self, configuration: np.ndarray) -> Term:
        forgiven = self.tolerances
        weight = np.full(self.hand.num_displacements, 1 / forgiven.joints)
        weight[:3], weight[3:6] = 1 / forgiven.position, 1 / forgiven.rotation
        return weight * self.hand.displacement(configuration, self.start), np.diag(weight)
