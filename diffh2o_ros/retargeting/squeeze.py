"""How firmly a robot's fingers press: joint torques of balanced contact forces."""

from __future__ import annotations

import numpy as np
from scipy.optimize import lsq_linear

from diffh2o_ros.retargeting.grasp_terms import GraspTerms, Tolerances
from diffh2o_ros.retargeting.human_grasp import HumanGrasp
from diffh2o_ros.retargeting.robot_hand import RobotHand

#: A pad farther from the surface presses the way it faces (meters).
FAR = 0.02
#: Lever by which moments count like forces (meters); how much equal forces are preferred to
#: balanced ones; least and most of a pad's share of the mean force.
LEVER, EQUAL, LEAST, MOST = 0.05, 0.35, 0.4, 3.0


def squeeze(
    hand: RobotHand, human: HumanGrasp, configuration: np.ndarray, force: float
) -> np.ndarray:
    """Torques (K,) of the free joints with which the pads press on the object, N m.

    Forces along the surface's normals that balance one another as well as they can: bounded least
    squares.

    Args:
        configuration: (7 + N,) of the grasp, in the object's frame.
        force: of a pad in the mean, newtons.
    """
    hand.forward(configuration)
    pads = GraspTerms(hand, human, configuration, Tolerances()).pads()
    distance, normal = human.surface.query(pads.position)
    push = np.where((distance < FAR)[:, None], -normal, pads.facing)
    arm = pads.position - pads.position.mean(0)
    wrench = np.concatenate([push.T, np.cross(arm, push).T / LEVER])
    count = len(push)
    goal = np.concatenate([np.zeros(6), np.full(count, EQUAL)])
    share = lsq_linear(np.concatenate([wrench, EQUAL * np.eye(count)]), goal, (LEAST, MOST)).x
    forces = force * share * count / share.sum()
    return np.einsum("f,fi,fid->d", forces, push, pads.jacobian)[6:]
