"""Which hands hold the object, and whether they are those the sentence asked for."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.evaluation.metrics import in_object_frame, moving_frames, surface_distances
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import SIDES, Interaction

#: A hand is at the object where one of its keypoints is this near to the surface (meters):
#: keypoints lie in the middle of a finger, 7 to 10 mm under the skin.
NEAR = 0.015
HOLDS = 0.25  # fraction of the frames in which the object moves


def holding(interaction: Interaction, frames: np.ndarray) -> dict[str, np.ndarray]:
    """By side (both of them), whether that hand is at the object in each of the frames: (F,) bool.

    A hand that the interaction does not have holds nothing.
    """
    body = Mesh(interaction.object_vertices, interaction.object_faces)
    held = {side: np.zeros(len(frames), bool) for side in SIDES}
    for side, hand in interaction.hands.items():
        points = in_object_frame(interaction, hand.joints[frames], frames)
        held[side] = (np.abs(surface_distances(body, points, 2 * NEAR)) <= NEAR).any(1)
    return held


def holding_sides(interaction: Interaction) -> tuple[str, ...]:
    """The sides that hold the object for a quarter or more of the frames in which it moves.

    Where it never moves, of all frames from `grasp_frame` on.
    """
    frames = moving_frames(interaction)
    if not len(frames):
        frames = np.arange(interaction.grasp_frame, interaction.num_frames)
    held = holding(interaction, frames)
    return tuple(side for side in SIDES if held[side].mean() >= HOLDS)


def right_hands(interaction: Interaction, action: str | None, wanted: str | None) -> bool | None:
    """Whether the hands that hold the object are those wanted; None if any would do.

    Args:
        action: of the task. In a hand-over (offhand) the hand that takes the object first counts.
        wanted: left, right, both or None.
    """
    if wanted is None:
        return None
    expected = SIDES if wanted == "both" else (wanted,)
    if action != "offhand":
        return holding_sides(interaction) == tuple(expected)
    frames = np.arange(interaction.grasp_frame, interaction.num_frames)
    held = holding(interaction, frames)
    either = np.flatnonzero(held["left"] | held["right"])
    return bool(len(either)) and all(held[side][either[0]] == (side in expected) for side in SIDES)
