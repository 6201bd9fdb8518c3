"""Whether a task was done, read off the object's path.

Each action has the least that anybody would ask of it. Actions that geometry alone cannot judge
(wiping, hammering ...) are not judged.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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


def task_success(interaction: Interaction, action: str | None) -> bool | None:
    """Whether the interaction did what the action asks for; None where that is not judged.

    lift: the object's lowest point rises 5 cm. pour: it tilts by 60 degrees. pass: it travels
    20 cm horizontally. drink: in some frame its highest point is at mouth height (36.5 cm above
    the table) and it is tilted by 40 degrees. inspect: it rotates by 45 degrees. place: it rises
    2 cm, and ends at rest, within 1 cm of the support, 8 cm or more from where it stood. offhand:
    one hand alone holds it first and the other one alone last.
    """
    judge = _JUDGES.get(action or "")
    return None if judge is None else bool(judge(interaction))


def _placed(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    moving = moving_frames(interaction)
    at_rest = not len(moving) or moving[-1] < interaction.num_frames - REST_FRAMES
    return (
        at_rest
        and moved.floor.max() >= OFF_THE_TABLE
        and abs(moved.floor[-1]) <= ON_THE_TABLE
        and moved.travel[-1] >= PLACED
    )


def _drunk(interaction: Interaction) -> bool:
    moved = Displacement.of(interaction)
    return ((moved.top >= MOUTH_HEIGHT) & (moved.tilt >= DRUNK)).any()


def _handed_over(interaction: Interaction) -> bool:
    held = holding(interaction, moving_frames(interaction))
    one = held["left"][held["left"] != held["right"]]  # whether it is the left, where one holds
    return len(one) > 0 and one[0] != one[-1]


_JUDGES: dict[str, Callable[[Interaction], bool]] = {
    "lift": lambda interaction: Displacement.of(interaction).floor.max() >= LIFTED,
    "pour": lambda interaction: Displacement.of(interaction).tilt.max() >= POURED,
    "pass": lambda interaction: Displacement.of(interaction).travel.max() >= PASSED,
    "inspect": lambda interaction: Displacement.of(interaction).rotation.max() >= INSPECTED,
    "drink": _drunk,
    "place": _placed,
    "offhand": _handed_over,
}
