"""Simulation displacement, of GraspTTA (and ObMan before it): how far an object moves in hands that
stand still."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np

from diffh2o_ros.simulation.scene import OBJECT, Physics, scene

#: kg, of everything, and how long: 35 steps of 1/240 s. In free fall the object moves by FREE_FALL.
MASS, FRICTION, STEPS, STEP = 1.0, 3.0, 35, 1 / 240
FREE_FALL = 0.104
#: Ours are shorter: so many to one of theirs.
FINER = 10


def displacement(
    hands: Sequence[np.ndarray], parts: Sequence[np.ndarray], pose: np.ndarray
) -> float:
    """How far the object's center of mass moves, meters.

    Args:
        hands: corners (N, 3) of the hands' convex parts, in the world.
        parts: of the object, in its frame.
        pose: (4, 4) of the object.
    """
    physics = Physics(mass=MASS, friction=FRICTION, timestep=STEP / FINER)
    model = scene([], parts, pose, None, physics, fixed=hands)
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    body = model.body(OBJECT).id
    before = data.xipos[body].copy()
    mujoco.mj_step(model, data, STEPS * FINER)
    mujoco.mj_forward(model, data)
    return float(np.linalg.norm(data.xipos[body] - before))
