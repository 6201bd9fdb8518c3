"""The sentence that is asked for: what was typed, and the hand that was chosen beside it."""

from __future__ import annotations

from diffh2o_ros.text.task import TaskError
from diffh2o_ros.text.wording import ONLY, PAIR, describe, read_wording

AS_SAID = "as the sentence says"
#: The sets of hands that can be chosen, by what they are called.
HANDS = {"right": ONLY["right"], "left": ONLY["left"], "both": PAIR}


def with_hand(sentence: str, hand: str) -> str:
    """The sentence, naming the hand.

    Args:
        hand: `AS_SAID` or one of `HANDS`.

    Raises:
        TaskError: the sentence is none, or names other hands.
    """
    wording = read_wording(sentence)
    if hand == AS_SAID or wording.hands == frozenset({HANDS[hand]}):
        return sentence
    chosen = describe(frozenset({HANDS[hand]}))
    if not wording.silent:
        raise TaskError(
            f"the sentence names {describe(wording.hands)} and {chosen} was chosen: change one of "
            "them"
        )
    return f"{wording.task.rstrip(' .!?')} with {chosen}"
