"""How firmly a robot's fingers press: joint torques of balanced contact forces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear

from diffh2o_ros.retargeting.grasp_terms import GraspTerms, Tolerances
from diffh2o_ros.retargeting.human_grasp import HumanGrasp
from diffh2o_ros.retargeting.robot_hand import RobotHand

#: A pad farther from the surface presses the way it faces (meters).
FAR = 0.02
#: Lever by which moments count like forces (meters); how much equal forces are preferred to
#: balanced ones; least and most fraction of the mean force that a pad gives.
LEVER, EQUAL, LEAST, MOST = 0.05, 0.35, 0.4, 3.0


@dataclass(frozen=True, eq=False)
class RobotGrip:
    """A hand that holds an object in a configuration (7 + N,), in the object's frame."""

    hand: RobotHand
    human: HumanGrasp
    configuration: np.ndarray


def squeeze(grips: Sequence[RobotGrip], force: float) -> list[np.ndarray]:
    """Torques (K,) of the free joints of each hand with which all pads press on the object, N m.

    Forces along the surface's normals that balance one another as well as they can: bounded least
    squares. Hands that hold an object between them press against each other.

    Args:
        force: of a pad in the mean, newtons.
    """
    pads = []
    for grip in grips:
        grip.hand.forward(grip.configuration)
        pads.append(GraspTerms(grip.hand, grip.human, grip.configuration, Tolerances()).pads())
    position = np.concatenate([own.position for own in pads])
    facing = np.concatenate([own.facing for own in pads])
    distance, normal = grips[0].human.surface.query(position)
    push = np.where((distance < FAR)[:, None], -normal, facing)
    arm = position - position.mean(0)
    wrench = np.concatenate([push.T, np.cross(arm, push).T / LEVER])
    count = len(push)
    goal = np.concatenate([np.zeros(6), np.full(count, EQUAL)])
    share = lsq_linear(np.concatenate([wrench, EQUAL * np.eye(count)]), goal, (LEAST, MOST)).x
    forces = (force * share * count / share.sum())[:, None] * push
    parts = np.split(forces, np.cumsum([len(own.position) for own in pads])[:-1])
    return [
        np.einsum("fi,fid->d", own, of.jacobian)[6:] for own, of in zip(parts, pads, strict=True)
    ]
