"""The motion of a robot hand: it comes wide open where the human hand comes, closes, holds on to
the object, and where the human lets go it opens and goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation, Slerp

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.grasp_terms import OVER_TABLE, GraspTerms, Tolerances
from diffh2o_ros.retargeting.grasping import RobotGrasp
from diffh2o_ros.retargeting.holds import HoldSpan
from diffh2o_ros.retargeting.human_grasp import HumanGrasp
from diffh2o_ros.retargeting.least_squares import Term, minimized
from diffh2o_ros.retargeting.poses import composed, pose_of
from diffh2o_ros.retargeting.robot_hand import RobotHand

#: How far pads are from the object when a hand is open, and how far all of it is kept from the
#: object then (meters).
OPENING, CLEARANCE = 0.06, 0.016
#: Up to this far from the grasp a hand moves straight, and from this far on as the human (meters).
STRAIGHT, FREE = 0.10, 0.25
#: Of the clearance, what the first pass asks for and the second, after smoothing.
FIRST_PASS, SECOND_PASS = 1.3, 0.6
SMOOTHING = 0.05  #: seconds, of a Gaussian along time
#: Frames over which the smoothing fades in from either end of the way.
FADE = 4
#: What clearing forgives: penetration and table; position, rotation and joints off the way.
_NEAR, _STRAY = 0.0015, (0.04, 0.3, 0.3)


@dataclass(frozen=True, eq=False)
class HandPath:
    """Moves a robot hand through an interaction.

    Attributes:
        human: the grasp that `grasp` imitates.
        span: when it holds.
    """

    hand: RobotHand
    interaction: Interaction
    human: HumanGrasp
    span: HoldSpan

    def __call__(self, grasp: RobotGrasp) -> np.ndarray:
        """Configurations (T, 7 + N) in the request's frame."""
        closed = grasp.configuration
        opened = self.opened(closed)
        poses = self.interaction.object_pose.astype(float)
        whole = np.stack([composed(pose, closed) for pose in poses])
        start, stop = self.span.start, self.span.stop
        before, after = np.arange(start, -1, -1), np.arange(stop - 1, len(poses))
        whole[before] = self._way(whole[start], opened, before)
        if self.span.released:
            whole[after] = self._way(whole[stop - 1], opened, after)
        return whole

    def opened(self, closed: np.ndarray) -> np.ndarray:
        """A grasp whose fingers have opened, its root where it was."""
        terms = GraspTerms(self.hand, self.human, closed, Tolerances())
        self.hand.forward(closed)
        pads = terms.pads()
        _, normal = self.human.surface.query(pads.position)
        goal = pads.position + OPENING * (0.5 * normal - 0.7 * pads.facing)
        weight = np.full(self.hand.num_displacements, 1 / 0.8)
        weight[:6] = 1e3  # the root stays

        def residual(configuration: np.ndarray) -> Term:
            self.hand.forward(configuration)
            found = terms.pads()
            away = ((found.position - goal) / 0.005).ravel()
            moves = found.jacobian.reshape(len(away), -1) / 0.005
            stray = weight * self.hand.displacement(configuration, closed)
            return np.concatenate([away, stray]), np.concatenate([moves, np.diag(weight)])

        return minimized(self.hand, closed, residual, 15)[0]

    def _way(self, held: np.ndarray, opened: np.ndarray, frames: np.ndarray) -> np.ndarray:
        """From the configuration `held` at the first of `frames`, with open fingers from the second
        one on, on the way of the human wrist; cleared of object and table, smoothed, and cleared
        again. The executor takes its time for the fingers."""
        wrists = self.interaction.hands[self.human.side].wrist_pose
        poses = self.interaction.object_pose.astype(float)
        offset = np.linalg.inv(wrists[frames[0]]) @ pose_of(held)
        backward = self._backward(held)
        way = np.repeat(held[None], len(frames), 0)
        for row, frame in enumerate(frames[1:], 1):
            wanted = _leaving(held, wrists[frame] @ offset, backward)
            wanted[7:] = opened[7:]
            margin = FIRST_PASS * CLEARANCE
            way[row] = self._cleared(wanted, way[row - 1], poses[frame], margin)
        way[1:] = smoothed(way[1:], SMOOTHING * self.interaction.fps)
        for row, frame in enumerate(frames[1:], 1):
            way[row] = self._cleared(way[row], way[row], poses[frame], SECOND_PASS * CLEARANCE)
        return way

    def _backward(self, held: np.ndarray) -> np.ndarray:
        """The direction (3,) from the pads to where the fingers begin: a hand that goes that way
        leaves what is between its fingers."""
        self.hand.forward(held)
        fingers = self.hand.anatomy.fingers.values()
        bases = np.mean([self.hand.data.xanchor[f.joints[0]] for f in fingers], axis=0)
        pads = GraspTerms(self.hand, self.human, held, Tolerances()).pads().position.mean(0)
        return (bases - pads) / np.linalg.norm(bases - pads)

    def _cleared(
        self, wanted: np.ndarray, near: np.ndarray, pose: np.ndarray, margin: float
    ) -> np.ndarray:
        """The configuration like `wanted` that keeps a margin from the object at `pose`, looked for
        from `near` on: the way goes on, on the side of the object where it was."""
        hand, surface = self.hand, self.human.surface
        goal, start = (hand.clipped(composed(np.linalg.inv(pose), q)) for q in (wanted, near))
        up = pose[2, :3]
        table = self.human.table_in_world - pose[2, 3] + OVER_TABLE
        local, links = (part[hand.cleared] for part in hand.points)
        weight = np.full(hand.num_displacements, 1 / _STRAY[2])
        weight[:3], weight[3:6] = 1 / _STRAY[0], 1 / _STRAY[1]

        def residual(configuration: np.ndarray) -> Term:
            hand.forward(configuration)
            points = hand.world(local, links)
            distance, normal = surface.query(points)
            near, height = distance < margin, points @ up - table
            low = height < 0
            moves = hand.jacobian(points[near], links[near])
            rows = [(distance[near] - margin) / _NEAR, height[low] / _NEAR]
            jacobians = [
                np.einsum("pi,pid->pd", normal[near], moves) / _NEAR,
                up @ hand.jacobian(points[low], links[low]) / _NEAR,
            ]
            rows.append(weight * hand.displacement(configuration, goal))
            return np.concatenate(rows), np.concatenate([*jacobians, np.diag(weight)])

        hand.forward(goal)
        points = hand.world(local, links)
        if (points @ up >= table).all() and (surface.query(points)[0] >= margin).all():
            return composed(pose, goal)  # nothing is in the way
        found, _ = minimized(hand, start, residual, 12, tolerance=1e-3)
        return composed(pose, found)


def _leaving(held: np.ndarray, human: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """The configuration `held` moved as far as the human wrist is away, whose way its root would
    have at `human` (4, 4): straight backward near the object, farther off where the human is."""
    away = np.linalg.norm(human[:3, 3] - held[:3])
    weight = 1 - rise((away - STRAIGHT) / (FREE - STRAIGHT))
    moved = held.copy()
    straight = held[:3] + away * backward
    moved[:3] = human[:3, 3] + weight * (straight - human[:3, 3])
    ends = Rotation.from_matrix([human[:3, :3], pose_of(held)[:3, :3]])
    moved[3:7] = Slerp([0, 1], ends)(weight).as_quat(scalar_first=True)
    return moved


def rise(x: float) -> float:
    """From 0 at 0 to 1 at 1, with slopes 0 there."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def smoothed(way: np.ndarray, deviation: float) -> np.ndarray:
    """Configurations (T, 7 + N) smoothed along time, both ends kept.

    Args:
        deviation: of the Gaussian, frames.
    """
    way = way.copy()
    for row in range(1, len(way)):  # quaternions of one sign
        if way[row, 3:7] @ way[row - 1, 3:7] < 0:
            way[row, 3:7] *= -1
    frames = np.arange(len(way))
    weight = np.clip(np.minimum(frames, frames[::-1]) / FADE, 0, 1)[:, None]
    mean = gaussian_filter1d(way, deviation, axis=0, mode="nearest")
    way = weight * mean + (1 - weight) * way
    way[:, 3:7] /= np.linalg.norm(way[:, 3:7], axis=1, keepdims=True)
    return way
