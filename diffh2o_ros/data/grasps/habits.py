"""How people's hands come to things: from the side to what is tall, from above to what is flat."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.geometry.mesh import Mesh

#: An object at least this high (meters) is tall unless it is broad; one lower than the second is
#: flat, and so is one much broader than high.
TALL, LOW = 0.07, 0.04
#: Elevations that palms and hand axes have in people's grasps, radians: the middle and the spread
#: (10 to 90 % of them are -71 to 12 and -24 to 21 degrees), for what is tall and what is flat.
PALM = {"tall": (-5.0, 25.0), "flat": (-50.0, 28.0), "middle": (-22.0, 30.0)}
AXIS = (0.0, 22.0)
#: Thickness (meters) that palm and fingers close around.
POWER_SIZE = (0.025, 0.09)
#: How natural a grasp is at least: what little else there is does occur.
LEAST = 0.08


def stature(mesh: Mesh) -> str:
    """How an object lies before a hand: tall, flat or middle."""
    x, y, z = np.ptp(mesh.vertices, axis=0)
    if (z > TALL and z > 0.75 * min(x, y)) or z > 1.6 * max(x, y):
        return "tall"
    return "flat" if z < LOW or z < 0.35 * min(x, y) else "middle"


def natural(rotation: np.ndarray, kind: np.ndarray, mesh: Mesh) -> np.ndarray:
    """How natural grasps are (N,), LEAST to 1, by where the palm faces, how the hand lies, and
    whether the whole hand is used where the object's size allows.

    Args:
        rotation: (N, 3, 3) of the wrists, z up, left hands written as right ones.
        kind: (N,) index into KINDS.
    """
    middle, spread = np.deg2rad(PALM[stature(mesh)])
    palm = np.arcsin(np.clip(-rotation[:, 2, 1], -1, 1))
    axis = np.arcsin(np.clip(-rotation[:, 2, 0], -1, 1))
    level, tilt = np.deg2rad(AXIS)
    score = np.exp(-0.5 * ((palm - middle) / spread) ** 2 - 0.5 * ((axis - level) / tilt) ** 2)
    # Thumbs point up or inwards, seldom down.
    score *= np.where(rotation[:, 2, 2] > -0.2, 1.0, 0.4)
    low, high = POWER_SIZE
    whole = low < np.sort(np.ptp(mesh.vertices, axis=0))[0] < high
    factor = {"power": 1.0, "precision": 0.7, "tripod": 0.6, "lateral": 0.25}
    if not whole:
        factor = {"power": 0.8, "precision": 1.0, "tripod": 0.8, "lateral": 0.5}
    score = score * np.array([factor.get(name, 1.0) for name in KINDS])[kind]
    return np.maximum(score, LEAST)
