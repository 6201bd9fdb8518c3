"""Figures that come with every result: how well the hands hold the object as they close on it."""

from __future__ import annotations

import numpy as np
import torch

from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS
from diffh2o_ros.motion.interaction import Interaction

#: Distances within which skin and fingertips count as touching, metres (docs/evaluation.md).
CONTACT, TIP_CONTACT = 0.005, 0.010


def grasp_quality(interaction: Interaction, sdf: SignedDistanceGrid) -> dict[str, float]:
    """Contact in the last frame of the reach, when the object still lies as it was given.

    By the distance grid, so within a fraction of a millimetre of the exact figures of `evaluation`,
    which are over all frames.

    Returns:
        grasp_penetration_mm: depth of the deepest hand vertex; grasp_contact_ratio: share of hand
        vertices within 5 mm of the surface; grasp_fingers: fingertips within 10 mm.
    """
    frame = interaction.grasp_frame - 1
    hands = list(interaction.hands.values())

    def distance(points: np.ndarray) -> torch.Tensor:
        return sdf.query(torch.as_tensor(points, dtype=torch.float32).to(sdf.values.device)).cpu()

    skin = distance(np.concatenate([hand.vertices[frame] for hand in hands]))
    tips = distance(np.concatenate([hand.joints[frame][list(TIP_KEYPOINTS)] for hand in hands]))
    return {
        "grasp_penetration_mm": 1e3 * max(0.0, -float(skin.min())),
        "grasp_contact_ratio": float((skin.abs() <= CONTACT).float().mean()),
        "grasp_fingers": float((tips.abs() <= TIP_CONTACT).sum()),
    }
