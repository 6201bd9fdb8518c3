"""The grasp of a robot hand that makes the contacts of a human one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import roma
import torch

from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.grasp_terms import GraspTerms, Tolerances
from diffh2o_ros.retargeting.human_grasp import BASES, TIPS, HumanGrasp
from diffh2o_ros.retargeting.least_squares import minimized
from diffh2o_ros.retargeting.robot_hand import RobotHand

#: Of the tips' distance to the human's, the fraction that the hand is moved by at the start.
TIPS_COUNT = 0.7
#: How starts stray from the first one (standard deviations in meters, radians, radians).
STRAY_POSITION, STRAY_ROTATION, STRAY_JOINTS = 0.015, 0.25, 0.2
#: At first penetration is forgiven this much (meters): a hand must get past edges.
SOFT, SOFT_ITERATIONS, ITERATIONS = 0.01, 13, 40


@dataclass(frozen=True, eq=False)
class RobotGrasp:
    """A configuration (7 + N,) in the object's frame that grasps it, and what is left of its
    residuals' squares."""

    configuration: np.ndarray
    cost: float


def grasps(
    hand: RobotHand,
    human: HumanGrasp,
    rng: np.random.Generator,
    starts: int = 6,
    tolerances: Tolerances | None = None,
) -> list[RobotGrasp]:
    """Local minima of the grasp's terms, the best first.

    Raises:
        RobotHandError: hand and human grasp are of different sides.
    """
    if hand.side != human.side:
        raise RobotHandError(
            f"{shown(hand.name)} is a {hand.side} hand, the motion's is a {human.side} one"
        )
    tolerances = tolerances or Tolerances()
    first = aligned(hand, human)
    found = []
    for number in range(starts):
        start = first
        if number:
            stray = rng.normal(size=hand.num_displacements)
            stray[:3] *= STRAY_POSITION
            stray[3:6] *= STRAY_ROTATION
            stray[6:] *= STRAY_JOINTS
            start = hand.displaced(first, stray)
        soft = GraspTerms(hand, human, first, replace(tolerances, penetration=SOFT))
        start, _ = minimized(hand, start, soft, SOFT_ITERATIONS)
        hard = GraspTerms(hand, human, first, tolerances)
        found.append(RobotGrasp(*minimized(hand, start, hard, ITERATIONS)))
    return sorted(found, key=lambda grasp: grasp.cost)


def aligned(hand: RobotHand, human: HumanGrasp) -> np.ndarray:
    """The hand as it is at rest, over the human one: bases and tips of the fingers that both have
    where they are nearest to one another (Kabsch, 1976), then moved towards the tips."""
    hand.forward(hand.neutral)
    fingers = hand.anatomy.fingers
    bases = np.stack([hand.data.xanchor[f.joints[0]] for f in fingers.values()])
    links = np.array([f.links[-1] for f in fingers.values()])
    tips = hand.world(np.stack([f.tip for f in fingers.values()]), links)
    own = np.concatenate([bases, tips])
    goal = human.keypoints[[BASES[f] for f in fingers] + [TIPS[f] for f in fingers]]
    rotation, translation = roma.rigid_points_registration(
        torch.from_numpy(own), torch.from_numpy(goal)
    )
    rotation, translation = rotation.numpy(), translation.numpy()
    missing = (goal - own @ rotation.T - translation)[len(bases) :].mean(0)
    start = hand.neutral.copy()
    start[:3] = translation + TIPS_COUNT * missing
    quaternion = roma.rotmat_to_unitquat(torch.from_numpy(rotation)).numpy()
    start[3:7] = quaternion[[3, 0, 1, 2]]
    return start


@dataclass(frozen=True)
class GraspQuality:
    """How well a robot's grasp makes the human's contacts.

    pad_errors: of each finger that should touch, from where the human's does, meters.
    pad_distance: the largest distance of these pads from the surface, meters.
    penetration: the deepest point of the hand in the object, meters.
    """

    pad_errors: dict[str, float]
    pad_distance: float
    penetration: float


def quality(hand: RobotHand, human: HumanGrasp, configuration: np.ndarray) -> GraspQuality:
    """Of a configuration in the object's frame."""
    terms = GraspTerms(hand, human, configuration, Tolerances())
    hand.forward(configuration)
    position = terms.pads().position
    touching: Sequence[str] = [f for f in terms.fingers if f in human.touching]
    rows = [terms.fingers.index(finger) for finger in touching]
    away = human.surface.query(position)[0]
    errors = {
        f: float(np.linalg.norm(position[row] - human.pads[f].point))
        for f, row in zip(touching, rows, strict=True)
    }
    depth = -human.surface.query(hand.world(*hand.points))[0].min()
    return GraspQuality(errors, float(np.abs(away[rows]).max(initial=0.0)), float(max(depth, 0.0)))
