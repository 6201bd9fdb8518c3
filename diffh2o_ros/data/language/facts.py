"""What is so, and how much of it one sentence tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.language.phrases import NO_WAY_BACK
from diffh2o_ros.data.language.words import kinds, ways

#: Share of the sentences that name the hand, where nothing else is said.
HAND = 0.75
#: Share that tells the direction, if there is one.
DIRECTION = 0.75


@dataclass(frozen=True)
class Shares:
    """How many sentences of a length tell what is not told in all of them, if it is so."""

    manner: float = 0.0
    hold: float = 0.0
    back: float = 0.0
    count: float = 0.0
    level: float = 0.0
    purpose: float = 0.0
    negation: float = 0.0


LENGTHS = {
    "plain": Shares(manner=0.2, count=0.15),
    "phrase": Shares(0.6, 0.35, 0.5, 0.4, 0.3, 0.08, 0.06),
    "detail": Shares(0.65, 0.55, 0.8, 0.5, 0.5, 0.12, 0.06),
}


@dataclass(frozen=True)
class Facts:
    """What is true of a motion; the words are those of `sentences`."""

    action: str
    hand: str
    names: tuple[str, ...]
    manner: str | None = None
    direction: str | None = None
    put_back: bool = False
    hold: str | None = None
    count: int | None = None
    level: str | None = None
    upright: bool = False
    named: float = HAND  #: share of sentences that name the hand

    @property
    def other_hand(self) -> str:
        return "right" if self.hand == "left" else "left"

    @property
    def several(self) -> bool:
        """Whether what is repeated may be said to be done several times."""
        return self.count is None or self.count > 2


@dataclass(frozen=True)
class Told:
    """Which of the facts a sentence tells; negation: also something that is not so."""

    hand: bool
    direction: bool
    manner: bool
    hold: bool
    back: bool
    count: bool = False
    level: bool = False
    purpose: bool = False
    negation: bool = False


def draw_told(facts: Facts, length: str, rng: np.random.Generator) -> Told:
    """What a sentence of a length (a key of LENGTHS) tells."""
    told = {name: rng.random() < share for name, share in vars(LENGTHS[length]).items()}
    possible = {
        "manner": facts.manner is not None,
        "hold": facts.hold is not None,
        "back": facts.put_back and facts.action not in NO_WAY_BACK,
        "count": str(facts.count) in kinds("times"),
        "level": facts.level is not None,
    }
    return Told(
        hand=bool(rng.random() < facts.named),
        direction=facts.direction in ways(facts.action) and bool(rng.random() < DIRECTION),
        **{name: bool(said and possible.get(name, True)) for name, said in told.items()},
    )
