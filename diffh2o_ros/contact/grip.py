"""What a grasp holds an object with, and how the hand can move without losing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand
from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.contact.terms import distance_and_normal
from diffh2o_ros.geometry.rotations import rotvec_to_rotmat
from diffh2o_ros.hands.skeleton import FINGERS, TIP_KEYPOINTS

#: Nearer to the surface than this, pads and spheres touch it; the last phalanx of a finger that is
#: nearer than NEAR stays where it is, and one that is nearer than TOUCHES may not slip (meters).
PAD_TOUCHES, SPHERE_TOUCHES, NEAR, TOUCHES = 0.004, 0.001, 0.012, 0.007
#: How far contacts of the last phalanges, and all others, may stray: meters along the surface's
#: normal and across it; how deep anything may come into object or table.
TIP_NORMAL, TIP_ACROSS, NORMAL, ACROSS, DEPTH = 0.0002, 0.0020, 0.0008, 0.0040, 0.0001
#: How far a hand may be from what drives it: meters, radians of the wrist, radians of a joint; how
#: far a joint may be out of its range.
TRANSLATION, ROTATION, FLEXION, RANGE = 0.0015, 0.03, 0.04, 0.003
#: Steps of Gauss and Newton.
STEPS = 3
#: Half the way of central differences, meters or radians.
_STEP = 0.01


class Posed(NamedTuple):
    """Points of hands (T,), in the object's frame, meters."""

    spheres: np.ndarray  #: (T, S, 3)
    pads: np.ndarray  #: (T, P, 3)
    tips: np.ndarray  #: (T, 5, 3) fingertips, in the order of `FINGERS`


@dataclass(frozen=True)
class TablePlane:
    """A table as it is seen from a moving object."""

    up: np.ndarray  #: (T, 3) unit normals
    height: np.ndarray  #: (T,) of the object's center above it, meters

    def above(self, points: np.ndarray) -> np.ndarray:
        """Heights (T, N) of points (T or 1, N, 3), meters."""
        return (points @ self.up[:, :, None])[..., 0] + self.height[:, None]

    def __getitem__(self, frames) -> TablePlane:
        return TablePlane(self.up[frames], self.height[frames])


class Grip:
    """The contacts of a grasp, and how they change with the hand.

    A hand's moves (6 + D,) are the translation of the middle of its contacts, meters, its rotation
    about this, a rotation vector, and the flexion of its joints, radians.

    Args:
        grasp: (1, ...) relative to an object that is at rest at the origin.
        field: the object as the hand meets it.
    """

    def __init__(self, hand: HandBodies, grasp: ActingHand, field: ObjectField) -> None:
        self._hand, self._grasp, self._field = hand, grasp, field
        model, count = hand.model, 6 + len(hand.low)
        self.radius = model.radius.cpu().double().numpy()
        self._wrist = grasp.wrist[0].cpu().double().numpy()
        self.middle = np.zeros(3)  # about which it rolls: known when the contacts are
        start = self.posed(np.zeros((1, count)))
        distance, normal = self._touch(np.concatenate([start.spheres, start.pads], 1)[0])
        gap = distance - np.concatenate([self.radius, np.zeros(len(model.pad_joint))])
        joints = torch.cat([model.sphere_joint, model.pad_joint]).cpu().numpy()
        reach = np.where(np.arange(len(gap)) < len(self.radius), SPHERE_TOUCHES, PAD_TOUCHES)
        touches = gap < reach
        for first in FINGERS.values():
            own = (joints >= first) & (joints < first + 3)
            last = (joints == first + 2) & (reach == PAD_TOUCHES)
            touches |= last & (gap[own].min() < NEAR)
        self.contact = np.flatnonzero(touches)  #: (C,) which spheres, and pads behind them
        self.start, self._normal, self._gap = start, normal, gap
        if len(self.contact):
            self.middle = self._contacts(start)[0].mean(0)
        joint = joints[self.contact]
        finger = [(joint >= first) & (joint < first + 3) for first in FINGERS.values()]
        self.touching = np.array([bool(own.any()) for own in finger])  #: (5,) of `FINGERS`
        sphere = joints[: len(self.radius)]
        #: Which spheres (S,) are of each finger (5).
        self.fingers = [(sphere >= first) & (sphere < first + 3) for first in FINGERS.values()]
        self._last = (joint > 0) & (joint % 3 == 0)
        angles = (grasp.hand_pose[0] @ hand.angles).cpu().double().numpy()
        low, high = hand.low.cpu().numpy(), hand.high.cpu().numpy()
        # A pose may lie out of the joints' ranges: it may come in, but no further out.
        self.low, self.high = np.minimum(low - angles, 0), np.maximum(high - angles, 0)
        self._differentiate(count)

    def moved(self, moves: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """Translation (T, 3), rotation (T, 3) about the wrist and flexion (T, D) of moves (T, 6 +
        D), as `ActingHand.moved` takes them."""
        rotation = torch.from_numpy(moves[:, 3:6])
        arm = torch.from_numpy(self._wrist - self.middle)
        translation = torch.from_numpy(moves[:, :3]) + rotvec_to_rotmat(rotation) @ arm - arm
        parts = translation, rotation, torch.from_numpy(moves[:, 6:])
        return tuple(part.to(self._grasp.wrist) for part in parts)

    def posed(self, moves: np.ndarray) -> Posed:
        """Where moves (T, 6 + D) take the hand's points."""
        shape = 1, len(moves)
        grasp = self._grasp
        still = ActingHand(
            grasp.side,
            grasp.wrist[:, None].expand(*shape, 3),
            grasp.rotation[:, None].expand(*shape, 3, 3),
            grasp.hand_pose[:, None].expand(*shape, 45),
        )
        bodies = self._hand.pose(still, *(part[None] for part in self.moved(moves)))
        found = bodies.spheres, bodies.pads, bodies.keypoints[..., list(TIP_KEYPOINTS), :]
        return Posed(*(points[0].cpu().double().numpy() for points in found))

    def gaps(self, spheres: np.ndarray) -> np.ndarray:
        """Room (T, S) between spheres (T, S, 3) and the object, meters; negative inside."""
        points = torch.as_tensor(spheres, dtype=torch.float32).to(self._grasp.wrist)
        return self._field.query(points[None])[0].cpu().double().numpy() - self.radius

    def follow(self, target: np.ndarray, table: TablePlane) -> np.ndarray:
        """Moves (T, 6 + D) that are as near to `target` as contacts, object and table allow."""
        columns = target.shape[1]
        prior = np.repeat([TRANSLATION, ROTATION, FLEXION], [3, 3, columns - 6]) ** -2.0
        fixed = np.diag(prior) + self._jacobian.T @ self._weighted
        touched, moves, posed = self._contacts(self.start), np.zeros_like(target), self.start
        for step in range(STEPS):
            if step > 0:
                posed = self.posed(moves)
            off = (self._contacts(posed) - touched).reshape(len(posed.pads), -1)
            stopped, stiffness = self._stops(moves, posed, table)
            gradient = prior * (moves - target) + off @ self._weighted + stopped
            moves = moves - np.linalg.solve(fixed + stiffness, gradient[..., None])[..., 0]
        moves[:, 6:] = np.clip(moves[:, 6:], self.low, self.high)
        return moves

    def _stops(
        self, moves: np.ndarray, posed: Posed, table: TablePlane
    ) -> tuple[np.ndarray, np.ndarray]:
        """Gradient (T, 6 + D) and curvature (T, 6 + D, 6 + D) of what stops moves: the object, the
        table, the ends of the joints' ranges. Nothing may come deeper than it is in the grasp."""
        count, start = len(self.radius), self.start.spheres
        out, gap = self._normal[:count], self._gap[:count]
        inside = np.minimum(gap, 0) - gap - ((posed.spheres - start) * out).sum(-1)
        least = np.minimum(table.above(start) - self.radius, 0)
        under = least - table.above(posed.spheres) + self.radius
        inside = np.broadcast_to(inside, under.shape)  # the table moves with a hand that does not
        rising = np.einsum("ti,sij->tsj", table.up, self._spheres)
        over, short = moves[:, 6:] - self.high, self.low - moves[:, 6:]
        beyond = np.maximum(over, 0) - np.maximum(short, 0)
        gradient = -(np.maximum(inside, 0) / DEPTH**2) @ self._closing
        gradient = gradient - np.einsum("ts,tsj->tj", np.maximum(under, 0) / DEPTH**2, rising)
        gradient[:, 6:] += beyond / RANGE**2
        curvature = np.zeros((len(moves), moves.shape[1], moves.shape[1]))
        for k in np.flatnonzero((inside > 0).any(1) | (under > 0).any(1)):
            rows = np.concatenate([self._closing[inside[k] > 0], rising[k, under[k] > 0]])
            curvature[k] = rows.T @ rows / DEPTH**2
        diagonal = np.arange(6, moves.shape[1])
        curvature[:, diagonal, diagonal] += (beyond != 0) / RANGE**2
        return gradient, curvature

    def _contacts(self, posed: Posed) -> np.ndarray:
        """Where contacts are, (T or 1, C, 3) meters."""
        return np.concatenate([posed.spheres, posed.pads], 1)[:, self.contact]

    def _touch(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distances (N,) and outward normals (N, 3) at points (N, 3), as the hand sees them."""
        points = torch.as_tensor(points, dtype=torch.float32).to(self._grasp.wrist)
        touch = distance_and_normal(self._field, points[None])
        return tuple(values[0].cpu().double().numpy() for values in touch)

    def _differentiate(self, count: int) -> None:
        """How contacts and spheres move with the moves, at the grasp."""
        ways = _STEP * np.eye(count)
        ahead, back = self.posed(ways), self.posed(-ways)

        def jacobian(name: str) -> np.ndarray:
            change = (getattr(ahead, name) - getattr(back, name)) / (2 * _STEP)
            return np.moveaxis(change, 0, -1)

        self._spheres = jacobian("spheres")  # (S, 3, 6 + D)
        out = self._normal[: len(self.radius)]
        self._closing = np.einsum("si,sij->sj", out, self._spheres)
        both = np.concatenate([self._spheres, jacobian("pads")])[self.contact]
        normal = self._normal[self.contact]
        along = np.where(self._last, TIP_NORMAL, NORMAL)[:, None, None] ** -2.0
        across = np.where(self._last, TIP_ACROSS, ACROSS)[:, None, None] ** -2.0
        outer = normal[:, :, None] * normal[:, None]
        weight = along * outer + across * (np.eye(3) - outer)
        self._jacobian = both.reshape(-1, count)
        self._weighted = (weight @ both).reshape(-1, count)
