"""What a planned motion shows that words may tell: how high, how upright, from which side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.format import GRASP_FRAMES
from diffh2o_ros.data.motions.grasped import GRIP, GraspedObject
from diffh2o_ros.data.motions.planning import PlannedMotion, SequenceRecipe, start_turn
from diffh2o_ros.hands.sides import SIDES

#: Heights of the object's center above the table, meters, that are level with a part of somebody
#: who sits there: shoulders .22 and the middle of the head .45 above it (`motions/person.py`). What
#: lies between two of them is not told.
LEVELS = {
    "chest": (0.08, 0.17),
    "shoulder": (0.19, 0.27),
    "chin": (0.31, 0.39),
    "head": (0.40, 0.54),
}
#: What is never tilted by more is upright, degrees.
UPRIGHT = 12.0
#: A hand is at a side of the object if it is within so many degrees of it, seen by the person.
SIDEWAYS = 30.0


@dataclass(frozen=True)
class Observed:
    """level: a key of LEVELS. side: of the object, left or right, where one hand holds it."""

    level: str | None
    upright: bool
    side: str | None


def observe(recipe: SequenceRecipe, motion: PlannedMotion, thing: GraspedObject) -> Observed:
    """What the motion of a recipe shows."""
    turn = start_turn(recipe)
    support = float((thing.hull @ turn.T - thing.lying_center(turn))[:, 2].min())
    height = float(motion.motion.object_position[:, 2].max()) - support
    level = next((name for name, (low, high) in LEVELS.items() if low < height < high), None)
    cosine = float(motion.motion.object_rotation[:, 2, 2].min())
    return Observed(level, cosine > np.cos(np.deg2rad(UPRIGHT)), _held_side(motion))


def _held_side(motion: PlannedMotion) -> str | None:
    held = motion.held.any(0).numpy()
    if held.sum() != 1:
        return None
    hand = int(held.argmax())
    inside = GRIP * [1.0 if SIDES[hand] == "right" else -1.0, 1.0, 1.0]
    wrist = motion.motion.wrist[GRASP_FRAMES, hand].numpy()
    grip = wrist + motion.motion.rotation[GRASP_FRAMES, hand].numpy() @ inside
    sideways = np.arctan2(abs(grip[1]), abs(grip[0])) > np.deg2rad(90 - SIDEWAYS)
    return ("left" if grip[1] > 0 else "right") if sideways else None
