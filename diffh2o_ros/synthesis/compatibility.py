"""Whether a target grasp fits the object it is meant for.

Perception errs: a grasp may belong to an object of another size, stand in the air beside it or run
through it. Obeying such a target would give a hand that holds nothing, so it is told apart first:
the target itself is settled on the object's true surface, and fits if that moves it little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.geometry.pose import translation
from diffh2o_ros.geometry.table import DROP_TABLE, LIFT, REFUSE, TOLERANCE
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.synthesis.target import GraspTarget
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode

#: Farthest that the keypoints of a target may be, on average, from where they touch the object.
MOST_MISFIT = 0.03  # meters
#: Deepest that a settled target may stay inside the object or the table, meters.
DEEPEST = 0.008
#: Fingers that must come so near to the surface (meters) once it is settled.
FEWEST_FINGERS, TOUCH = 2, 0.010
#: How far closed, beside a relaxed hand, the fingers of a wrist-only target are tried.
CLOSINGS = (0.3, 0.65, 1.0, 1.35, 1.7)


@dataclass(frozen=True)
class Fit:
    """What a target grasp comes to on its object."""

    target: GraspTarget | None
    """To be pulled to; None where there is none that fits."""
    side: int | None
    """The hand that must act, of a target that does not fit, too; None without any target."""
    contact: Contact
    """Without a table where the target needs the room below it."""
    warnings: tuple[ResultWarning, ...] = ()


def fitted(
    grasp: Grasp | None, relaxed: Tensor, contact: Contact, settling: Settling, rule: str
) -> Fit:
    """A target grasp, in the canonical frame, brought clear of the table and tried on
    the object.

    Args:
        relaxed: (45,) right-hand pose, see `misfit`.
        settling: how it is tried.
        rule: what becomes of a target below the table, one of `geometry.table.BELOW_TABLE`.

    Raises GraspError for a target out of reach, or below the table where the rule is to refuse it.
    """
    if grasp is None:
        return Fit(None, None, contact)
    warnings = []
    target = GraspTarget.of(grasp, contact.scene)
    depth = depth_below_table(target, grasp, relaxed, contact)
    grasp, table_stays, warning = clear_of_table(grasp, depth, rule)
    if warning is not None:
        target = GraspTarget.of(grasp, contact.scene)
    room = contact if table_stays else contact.in_the_air()
    reason = misfit(target, grasp, relaxed, room, settling)
    if warning is not None and (table_stays or reason is None):
        warnings.append(warning)
    if reason is None:
        return Fit(target, target.side, room, tuple(warnings))
    if not table_stays:  # which it does after all: nothing is known that speaks against it
        reason += f", and it reaches {100 * depth:.1f} cm below the table"
    text = f"the target grasp does not fit the object and was left aside: {reason}"
    warnings.append(ResultWarning(WarningCode.TARGET_LEFT_ASIDE, text))
    return Fit(None, target.side, contact, tuple(warnings))


def depth_below_table(
    target: GraspTarget, grasp: Grasp, relaxed: Tensor, contact: Contact
) -> float:
    """How far a target reaches below the table, meters, at least 0."""
    lowest = float(target.points[:, 2].min())
    if grasp.fingertips is None:
        hand = target.hands(relaxed[None])
        spheres = contact.hand.pose(hand).spheres
        lowest = float((spheres[..., 2] - contact.model.radius).min())
    return max(0.0, contact.scene.table_height - lowest)


def clear_of_table(
    grasp: Grasp, depth: float, rule: str
) -> tuple[Grasp, bool, ResultWarning | None]:
    """What becomes of a target grasp that reaches `depth` meters below the table.

    Returns:
        The grasp to go on with, whether the table stays, and what is to be warned of.

    Raises GraspError where the rule is to refuse it.
    """
    if depth <= TOLERANCE:
        return grasp, True, None
    what = f"the target grasp reaches {100 * depth:.1f} cm below the table"
    if rule == REFUSE:
        raise GraspError(
            f"{what}: move it up, say where the table really is, or let below_table be {LIFT} or "
            f"{DROP_TABLE}"
        )
    if rule == LIFT:
        up = translation(np.array([0.0, 0.0, depth]))
        warning = ResultWarning(
            WarningCode.TARGET_BELOW_TABLE, f"{what}: it was moved up by as much"
        )
        return grasp.moved(up), True, warning
    # Where the object stands is rather a guess, the grasp somebody's knowledge.
    warning = ResultWarning(
        WarningCode.TARGET_BELOW_TABLE,
        f"{what}: the object is taken to be held up there, without a table",
    )
    return grasp, False, warning


def misfit(
    target: GraspTarget, grasp: Grasp, relaxed: Tensor, contact: Contact, settling: Settling
) -> str | None:
    """One line on why a target does not fit the object, None where it does.

    Args:
        relaxed: (45,) right-hand pose; a wrist-only target is tried with fingers from nearly
            straight to closed, in proportion to it.
    """
    if grasp.fingertips is not None:
        return _tips_away(target, contact)
    closings = CLOSINGS if grasp.hand_pose is None else (1.0,)
    hand = target.hands(torch.stack([c * relaxed for c in closings]))
    settled = contact.settle(hand, settling, pull=target.pull(0.05))
    state = contact.state(settled, settling)
    moved, depth = target.error(settled), torch.maximum(state.penetration, state.table)
    near, free = moved <= MOST_MISFIT, depth <= DEEPEST
    if not near.any():
        away = 100 * float(moved.min())
        return f"it would have to move {away:.1f} cm to touch the object without entering it"
    if not (near & free).any():
        deep = 1000 * float(depth.min())
        return f"it would still be {deep:.0f} mm inside the object or the table"
    touching = state.pad_distance.abs() < TOUCH
    fingers = [n.split("_")[0] for n in contact.model.pad_names]
    for row in (near & free).nonzero()[:, 0].tolist():
        if len({f for f, t in zip(fingers, touching[row], strict=True) if t}) >= FEWEST_FINGERS:
            return None
    return f"the hand would not touch the object with {FEWEST_FINGERS} fingers or more"


def _tips_away(target: GraspTarget, contact: Contact) -> str | None:
    away = float(contact.scene.sdf.query(target.points).abs().mean())
    if away > MOST_MISFIT:
        return f"its fingertips are {100 * away:.1f} cm from the object's surface on average"
    return None
