"""Figures that come with every result: how well the hands hold the object as they close on it."""

from __future__ import annotations

import numpy as np
import torch

from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.holding import Hold

#: Distances within which skin and fingertips count as touching, meters (docs/evaluation.md).
CONTACT, TIP_CONTACT = 0.005, 0.010


#: Frames of a hold that are looked at.
LOOKS = 8


def grasp_quality(
    interaction: Interaction, sdf: SignedDistanceGrid, origin: np.ndarray
) -> dict[str, float]:
    """Contact in the last frame of the reach, when the object still lies as it was given.

    By the distance grid, so within a fraction of a millimeter of the exact figures of `evaluation`,
    which are over all frames.

    Args:
        origin: (3,) where the grid's frame lies in the interaction's, meters.

    Returns:
        grasp_penetration_mm: depth of the deepest hand vertex; grasp_contact_ratio: share of hand
        vertices within 5 mm of the surface; grasp_fingers: fingertips within 10 mm.
    """
    frame = interaction.grasp_frame - 1
    hands = list(interaction.hands.values())

    tip_points = [hand.joints[frame][list(TIP_KEYPOINTS)] for hand in hands]
    skin = _distance(np.concatenate([hand.vertices[frame] for hand in hands]) - origin, sdf)
    tips = _distance(np.concatenate(tip_points) - origin, sdf)
    return {
        "grasp_penetration_mm": 1e3 * max(0.0, -float(skin.min())),
        "grasp_contact_ratio": float((skin.abs() <= CONTACT).float().mean()),
        "grasp_fingers": float((tips.abs() <= TIP_CONTACT).sum()),
    }


def hold_gap(
    interaction: Interaction, hold: Hold, sdf: SignedDistanceGrid, origin: np.ndarray
) -> float:
    """Distance between hand and object where they are nearest during a hold, meters, at least 0.

    Args:
        origin: (3,) where the grid's frame lies in the object's, meters.
    """
    stop = min(hold.stop, interaction.num_frames)
    frames = np.unique(np.linspace(min(hold.start, stop - 1), stop - 1, LOOKS).astype(int))
    pose = interaction.object_pose[frames].astype(float)
    skin = interaction.hands[SIDES[hold.side]].vertices[frames].astype(float)
    points = (skin - pose[:, None, :3, 3]) @ pose[:, :3, :3] - origin
    return max(0.0, float(_distance(points, sdf).min()))


def _distance(points: np.ndarray, sdf: SignedDistanceGrid) -> torch.Tensor:
    """Signed distances of points in the grid's frame, meters."""
    return sdf.query(torch.as_tensor(points, dtype=torch.float32).to(sdf.values.device)).cpu()
