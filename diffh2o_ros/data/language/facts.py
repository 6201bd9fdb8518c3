"""What is so, and how much of it one sentence tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .phrases import NO_WAY_BACK, ways

# Share of sentences that name the hand; the direction, manner or hold, if there is one; the way
# back, if there is one.
HAND, DIRECTION, MANNER, HOLD, BACK = 0.75, 0.75, 0.75, 0.4, 0.55


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


def draw_told(facts: Facts, rng: np.random.Generator) -> Told:
    hand, direction, manner, hold, back = rng.random(5).tolist()
    return Told(
        hand=hand < HAND,
        direction=facts.direction in ways(facts.action) and direction < DIRECTION,
        manner=facts.manner is not None and manner < MANNER,
        hold=facts.hold is not None and hold < HOLD,
        back=facts.put_back and facts.action not in NO_WAY_BACK and back < BACK,
    )


def pick(options: Sequence, rng: np.random.Generator):
    return options[int(rng.integers(len(options)))]
