"""Whether a target grasp fits the object it is meant for.

Perception errs: a grasp may belong to an object of another size, stand in the air beside it or run
through it. Obeying such a target would give a hand that holds nothing, so it is told apart first:
the target itself is settled on the object's true surface, and fits if that moves it little.
"""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.synthesis.ranking import TOUCH
from diffh2o_ros.synthesis.settling import Settler, Settling
from diffh2o_ros.synthesis.target import GraspTarget

#: Farthest that the keypoints of a target may be, on average, from where they touch the object.
MOST_MISFIT = 0.03  # metres
#: Deepest that a settled target may stay inside the object or the table, metres.
DEEPEST = 0.008
#: Fingers that must touch once it is settled.
FEWEST_FINGERS = 2


def misfit(
    target: GraspTarget, grasp: Grasp, relaxed: Tensor, settler: Settler, settling: Settling
) -> str | None:
    """One line on why a target does not fit the object, None where it does.

    Args:
        relaxed: (45,) right-hand pose that a wrist-only target closes from.
    """
    if grasp.fingertips is not None:
        return _tips_away(target, settler)
    hand = target.hand(grasp, relaxed)
    settled = settler.settle(hand, settling, pull=target.pull(0.05))
    state = settler.contact(settled, settling)
    moved = float(target.error(settled))
    if moved > MOST_MISFIT:
        return f"it would have to move {100 * moved:.1f} cm to touch the object without entering it"
    depth = float(torch.maximum(state.penetration, state.table))
    if depth > DEEPEST:
        return f"it would still be {1000 * depth:.0f} mm inside the object or the table"
    touching = (state.pad_distance[0].abs() < TOUCH).nonzero()[:, 0].tolist()
    names = {settler.model.pad_names[i].split("_")[0] for i in touching}
    if len(names) < FEWEST_FINGERS:
        return "the hand would not touch the object with two fingers or more"
    return None


def _tips_away(target: GraspTarget, settler: Settler) -> str | None:
    away = float(settler.distance(target.points).abs().mean())
    if away > MOST_MISFIT:
        return f"its fingertips are {100 * away:.1f} cm from the object's surface on average"
    return None
