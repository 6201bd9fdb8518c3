"""Whether a target grasp fits the object it is meant for.

Perception errs: a grasp may belong to an object of another size, stand in the air beside it or run
through it. Obeying such a target would give a hand that holds nothing, so it is told apart first:
the target itself is settled on the object's true surface, and fits if that moves it little.
"""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.synthesis.settling import Settler, Settling
from diffh2o_ros.synthesis.target import GraspTarget

#: Farthest that the keypoints of a target may be, on average, from where they touch the object.
MOST_MISFIT = 0.03  # metres
#: Deepest that a settled target may stay inside the object or the table, metres.
DEEPEST = 0.008
#: Fingers that must come so near to the surface (metres) once it is settled.
FEWEST_FINGERS, TOUCH = 2, 0.010
#: How far closed, beside a relaxed hand, the fingers of a wrist-only target are tried.
CLOSINGS = (0.3, 0.65, 1.0, 1.35, 1.7)


def below_table(target: GraspTarget, grasp: Grasp, relaxed: Tensor, settler: Settler) -> float:
    """How far a target reaches below the plane that the object stands on, metres, at least 0."""
    lowest = float(target.points[:, 2].min())
    if grasp.fingertips is None:
        hand = target.hands(relaxed[None])
        spheres = settler.hand.pose(hand).spheres
        lowest = float((spheres[..., 2] - settler.model.radius).min())
    return max(0.0, settler.support - lowest)


def misfit(
    target: GraspTarget, grasp: Grasp, relaxed: Tensor, settler: Settler, settling: Settling
) -> str | None:
    """One line on why a target does not fit the object, None where it does.

    Args:
        relaxed: (45,) right-hand pose; a wrist-only target is tried with fingers from nearly
            straight to closed, in proportion to it.
    """
    if grasp.fingertips is not None:
        return _tips_away(target, settler)
    closings = CLOSINGS if grasp.hand_pose is None else (1.0,)
    hand = target.hands(torch.stack([c * relaxed for c in closings]))
    settled = settler.settle(hand, settling, pull=target.pull(0.05))
    state = settler.contact(settled, settling)
    moved, depth = target.error(settled), torch.maximum(state.penetration, state.table)
    near, free = moved <= MOST_MISFIT, depth <= DEEPEST
    if not near.any():
        away = 100 * float(moved.min())
        return f"it would have to move {away:.1f} cm to touch the object without entering it"
    if not (near & free).any():
        deep = 1000 * float(depth.min())
        return f"it would still be {deep:.0f} mm inside the object or the table"
    touching = state.pad_distance.abs() < TOUCH
    fingers = [n.split("_")[0] for n in settler.model.pad_names]
    for row in (near & free).nonzero()[:, 0].tolist():
        if len({f for f, t in zip(fingers, touching[row], strict=True) if t}) >= FEWEST_FINGERS:
            return None
    return f"the hand would not touch the object with {FEWEST_FINGERS} fingers or more"


def _tips_away(target: GraspTarget, settler: Settler) -> str | None:
    away = float(settler.distance(target.points).abs().mean())
    if away > MOST_MISFIT:
        return f"its fingertips are {100 * away:.1f} cm from the object's surface on average"
    return None
