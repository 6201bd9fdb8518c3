"""What the ten betas of `OpenHand` do: strains of the bones that move joints and skin alike.

Each beta stretches some bones of the rest hand. A bone's strain is a symmetric matrix applied about
its joint; joints further out ride along, and the skin follows by its weights. One unit is meant as
one standard deviation over adults: hand length and breadth vary by about 5 %, and the other betas
are set in proportion to that, not fitted to measurements.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.hands.anatomy import finger_chain
from diffh2o_ros.hands.skeleton import FINGERS, NUM_JOINTS, PARENTS, rest_joints

#: What a positive unit of each beta does.
BETAS = (
    "the whole hand 5 % larger",
    "fingers 4.5 % longer",
    "palm 4 % longer",
    "palm 4.5 % broader",
    "hand 5 % thicker, palm to back",
    "fingers 5 % thicker all around",
    "thumb 4.5 % longer",
    "thumb 6 % thicker all around",
    "little finger 6 % longer",
    "fingertips 7 % thicker all around",
)
NUM_BETAS = len(BETAS)


def bone_strains() -> np.ndarray:
    """Strain (10, 16, 3, 3) of each joint's bone per unit of each beta, right hand."""
    strains = np.zeros((NUM_BETAS, NUM_JOINTS, 3, 3))
    x, y, z = (np.outer(axis, axis) for axis in np.eye(3))
    strains[0] = 0.05 * np.eye(3)
    strains[2, 0] = 0.04 * x
    strains[3, 0] = 0.045 * z
    strains[4, 0] = 0.05 * y
    for finger, first in FINGERS.items():
        for joint, bone in enumerate(np.diff(finger_chain(finger), axis=0), first):
            along = np.outer(bone, bone) / (bone @ bone)
            around = np.eye(3) - along
            if finger == "thumb":
                strains[6, joint] = 0.045 * along
                strains[7, joint] = 0.06 * around
            else:
                strains[1, joint] = 0.045 * along
                strains[4, joint] = 0.05 * around @ y @ around
                strains[5, joint] = 0.05 * around
            if finger == "little":
                strains[8, joint] = 0.06 * along
        strains[9, first + 2] = 0.07 * around
    return strains


def joint_directions(strains: np.ndarray) -> np.ndarray:
    """How the rest joints move: (10, 16, 3) meters per unit of each beta. The wrist stays."""
    rest = rest_joints("right").numpy().astype(float)
    moves = np.zeros((NUM_BETAS, NUM_JOINTS, 3))
    for joint in range(1, NUM_JOINTS):
        parent = PARENTS[joint]
        offset = rest[joint] - rest[parent]
        moves[:, joint] = moves[:, parent] + strains[:, parent] @ offset
    return moves


def skin_directions(strains: np.ndarray, vertices: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How the skin moves: (10, V, 3) meters per unit, for vertices (V, 3), weights (V, 16)."""
    rest = rest_joints("right").numpy().astype(float)
    offsets = weights[..., None] * (vertices[:, None] - rest)
    stretched = np.einsum("kjab,vjb->kva", strains, offsets, optimize=True)
    return stretched + np.einsum("vj,kja->kva", weights, joint_directions(strains), optimize=True)
