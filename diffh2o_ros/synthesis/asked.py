"""What a sentence asks for: what the networks are told of it, and what users."""

from __future__ import annotations

from collections.abc import Sequence

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode
from diffh2o_ros.text.wording import Wording, describe


def conditioning_text(wording: Wording, side: int | None) -> str:
    """The sentence for the networks, telling the hand that a target grasp is of where it says
    nothing of hands: they would else take a large object with both."""
    if side is None or not wording.silent:
        return wording.prompt
    return f"{wording.prompt.rstrip(' .!?')} with the {SIDES[side]} hand"


def grasping_hands(wording: Wording, side: int | None) -> frozenset[int]:
    """The `Request.hands` of a sentence, and of a target grasp's hand where it says nothing of
    hands. One that lets both hands act may mean one after the other, so that it says nothing of
    who grasps."""
    if side is not None and wording.silent:
        return frozenset({1 + side})
    if frozenset(SIDES) in wording.hands:
        return frozenset()
    return frozenset(1 + SIDES.index(side) for hands in wording.hands for side in hands)


def wording_warnings(wording: Wording, side: int | None) -> list[ResultWarning]:
    """What a sentence should not be trusted for, given the hand that a target grasp is of."""
    unknown = WarningCode.UNKNOWN_ACTION
    warnings = []
    if not wording.acts:
        text = "the task names no action that the networks were taught: what comes of it is a guess"
        warnings.append(ResultWarning(unknown, text))
    elif wording.untaught:
        text = f"the networks were not taught to {' or '.join(wording.untaught)}: it is not done"
        warnings.append(ResultWarning(unknown, text))
    if wording.left_out:
        parts = " and ".join(f'"{part}"' for part in wording.left_out)
        text = f"the networks cannot be told what not to do: {parts} was left out"
        warnings.append(ResultWarning(unknown, text))
    if _overruled(wording, side):
        text = (
            f"the task names {describe(wording.hands)} and the target grasp is of the "
            f"{SIDES[side]} one: the grasp decides"
        )
        warnings.append(ResultWarning(WarningCode.OTHER_HANDS, text))
    return warnings


def hand_warnings(
    wording: Wording, side: int | None, results: Sequence[Interaction]
) -> list[ResultWarning]:
    """One warning where other hands act than the sentence names, unless a target grasp has decided
    so and that was said."""
    others = [i for i, one in enumerate(results) if frozenset(one.hands) not in wording.hands]
    if not others or _overruled(wording, side):
        return []
    acting = {" and ".join(results[i].hands) for i in others}
    hands = "others"
    if len(acting) == 1:
        names = next(iter(acting))
        hands = "both hands" if "and" in names else f"the {names} hand"
    text = f"the task names {describe(wording.hands)}, but {hands} act{'s' * (hands[:3] == 'the')}"
    if len(results) > 1:
        text += f" in sample{'s' * (len(others) > 1)} {', '.join(map(str, others))}"
    return [ResultWarning(WarningCode.OTHER_HANDS, text, others)]


def _overruled(wording: Wording, side: int | None) -> bool:
    """Whether a target grasp is of a hand that the sentence does not let act."""
    return side is not None and not any(SIDES[side] in hands for hands in wording.hands)
