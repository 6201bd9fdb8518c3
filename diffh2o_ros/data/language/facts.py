"""What is so, and how much of it one sentence tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.language.phrases import NO_WAY_BACK
from diffh2o_ros.data.language.words import ways

# Share of sentences that name the hand, and the direction if there is one; and for each length, how
# many tell the manner, the hold and the way back, if there is one.
HAND, DIRECTION = 0.75, 0.75
LENGTHS = {"plain": (0.2, 0.0, 0.0), "phrase": (0.7, 0.3, 0.5), "detail": (0.75, 0.6, 0.8)}


@dataclass(frozen=True)
class Facts:
    """What is true of a motion; the words are those of `sentences`."""

    action: str
    hand: str
    names: tuple[str, ...]
    manner: str | None
    direction: str | None
    put_back: bool
    hold: str | None

    @property
    def other_hand(self) -> str:
        return "right" if self.hand == "left" else "left"


@dataclass(frozen=True)
class Told:
    """Which of the facts a sentence tells."""

    hand: bool
    direction: bool
    manner: bool
    hold: bool
    back: bool


def draw_told(facts: Facts, length: str, rng: np.random.Generator) -> Told:
    """What a sentence of a length (a key of LENGTHS) tells."""
    hand, direction, *others = rng.random(5).tolist()
    shares = zip(others, LENGTHS[length], strict=True)
    manner, hold, back = (chance < fraction for chance, fraction in shares)
    return Told(
        hand=hand < HAND,
        direction=facts.direction in ways(facts.action) and direction < DIRECTION,
        manner=facts.manner is not None and manner,
        hold=facts.hold is not None and hold,
        back=facts.put_back and facts.action not in NO_WAY_BACK and back,
    )
