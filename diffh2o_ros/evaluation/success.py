"""Whether a task was done, read off the object's path, its mesh, the table and which hands hold.

Each action has the least that anybody would ask of it, below what the motions of the data set do.
A scan has no marked parts: which side of it was to wipe, or be drunk from, is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from diffh2o_ros.evaluation import strokes
from diffh2o_ros.evaluation.at_face import EARS, EYES, MOUTH, brought_to
from diffh2o_ros.evaluation.displacement import Displacement
from diffh2o_ros.evaluation.holding import holding
from diffh2o_ros.evaluation.metrics import moving_frames
from diffh2o_ros.motion.interaction import Interaction

LIFTED = 0.05  # m that the lowest point rises
POURED = np.deg2rad(60)  # tilt
PASSED = 0.20  # m of horizontal travel
#: Height of the mouth of the smallest person of the training data, above the table (meters).
MOUTH_HEIGHT = 0.365
DRUNK = np.deg2rad(40)  # tilt at the mouth
INSPECTED = np.deg2rad(45)  # rotation about any axis
PLACED, OFF_THE_TABLE, ON_THE_TABLE = 0.08, 0.02, 0.01  # m: travel, rise on the way, height after
REST_FRAMES = 3
ROTATED, UPRIGHT = np.deg2rad(30), np.deg2rad(15)  # about the vertical; tilt at the end
OVERTURNED = np.deg2rad(150)  # tilt at the end
#: A toast: height of the lowest point, tilt at most, meters out and back, travel at most.
RAISED, LEVEL, NUDGED, NEARBY = 0.20, np.deg2rad(30), 0.02, 0.25
TOWARDS_ONESELF = 0.10  # m: what comes that much nearer to the person is not passed on


def task_success(interaction: Interaction, action: str | None) -> bool | None:
    """Whether the interaction did what the action asks for; None where there is no such action.

    docs/evaluation.md says what each asks.
    """
    judge = _JUDGES.get(action or "")
    return None if judge is None else bool(judge(interaction))


def _placed(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    return (
        _set_down(interaction, moved)
        and moved.floor.max() >= OFF_THE_TABLE
        and moved.travel[-1] >= PLACED
    )


def _set_down(interaction: Interaction, moved: Displacement) -> bool:
    """Whether the object ends at rest on the table."""
    moving = moving_frames(interaction)
    at_rest = not len(moving) or moving[-1] < interaction.num_frames - REST_FRAMES
    return at_rest and abs(moved.floor[-1]) <= ON_THE_TABLE


def _passed(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    away = moved.center[:, 0] - moved.center[0, 0] >= -TOWARDS_ONESELF
    return moved.travel[away].max() >= PASSED


def _inspected(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    return ((moved.rotation >= INSPECTED) & (moved.floor >= OFF_THE_TABLE)).any()


def _drunk(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    return ((moved.top >= MOUTH_HEIGHT) & (moved.tilt >= DRUNK)).any()


def _handed_over(interaction: Interaction) -> bool:
    held = holding(interaction, moving_frames(interaction))
    one = held["left"][held["left"] != held["right"]]  # whether it is the left, where one holds
    return len(one) > 0 and one[0] != one[-1]


def _rotated(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    said = re.search(r"\b(counter|anti)?[- ]?clockwise\b", interaction.text.lower())
    yaw = moved.yaw[-1]
    right_way = said is None or (yaw > 0) == (said[1] is not None)
    flat = moved.tilt[-1] <= UPRIGHT
    return _set_down(interaction, moved) and flat and abs(yaw) >= ROTATED and right_way


def _turned_over(interaction: Interaction) -> bool:
    """Upside down in the end, in the hand or on the table."""
    return Displacement.of(interaction).tilt[-1] >= OVERTURNED


def _toasted(interaction: Interaction) -> bool:
    """Held up level, put out by 2 cm along the table and taken back, once or twice."""
    moved = Displacement.of(interaction)
    up = moved.floor >= RAISED
    if not up.any() or moved.tilt[up].max() > LEVEL or moved.travel.max() > NEARBY:
        return False
    turns = [len(strokes.turning_points(moved.center[up, axis], NUDGED)) for axis in range(2)]
    return 3 <= max(turns) <= 5 and strokes.shakes(interaction) < strokes.SHAKES


def _asked(interaction: Interaction) -> float:
    """How often the sentence asks for it, where it says once or twice."""
    said = re.search(r"\b(once|one time|twice|two times)\b", interaction.text.lower())
    if said is None:
        return np.inf
    return 1 if said[1].startswith("on") else 2


_JUDGES: dict[str, Callable[[Interaction], bool]] = {
    "lift": lambda interaction: Displacement.of(interaction).floor.max() >= LIFTED,
    "pour": lambda interaction: Displacement.of(interaction).tilt.max() >= POURED,
    "pass": _passed,
    "inspect": _inspected,
    "drink": _drunk,
    "place": _placed,
    "offhand": _handed_over,
    # To and fro is two swings.
    "shake": lambda x: strokes.shakes(x) >= min(strokes.SHAKES, 2 * _asked(x)),
    "wipe": lambda x: strokes.wipes(x) >= min(strokes.WIPES, _asked(x)),
    "stamp": lambda x: strokes.stamps(x) >= 1,
    "hammer": lambda x: strokes.blows(x) >= min(strokes.BLOWS, _asked(x)),
    "toast": _toasted,
    "eat": lambda interaction: brought_to(interaction, MOUTH),
    "look_through": lambda interaction: brought_to(interaction, EYES),
    "call": lambda interaction: brought_to(interaction, *EARS),
    "rotate": _rotated,
    "turn_over": _turned_over,
}
#: The actions that are judged.
JUDGED = tuple(_JUDGES)
