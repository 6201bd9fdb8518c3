"""The thing itself in words: which one of several it is, by its looks and by its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.language.facts import Facts
from diffh2o_ros.data.language.words import pick, words

ADJECTIVE, PLACE, SIDE_PLACE = 0.12, 0.05, 0.04  # shares of sentences
#: What is poured, drunk or raised is not empty.
_FILLED = {"pour", "drink", "toast"}


@dataclass(frozen=True)
class Noun:
    """A name with its adjectives; where that thing is, or nothing."""

    words: str
    place: str = ""


def describe_noun(name: str, facts: Facts, plain: bool, rng: np.random.Generator) -> Noun:
    """The name of the object, in some sentences with what tells it from others of its kind."""
    adjective, place = rng.random(2)
    said = name
    if adjective < ADJECTIVE and not set(name.lower().split()) & set(words("described")):
        said = f"{pick(_adjectives(name, facts.action), rng)} {name}"
    if plain or facts.action == "offhand" or place > PLACE + SIDE_PLACE:
        return Noun(said)
    return Noun(said, pick(words("places" if place < PLACE else "side places"), rng))


def _adjectives(name: str, action: str) -> tuple[str, ...]:
    known = words("adjectives")
    if not re.search(rf"\b(?:{'|'.join(words('vessels'))})s?$", name, re.I):
        return known
    held = words("adjectives of vessels")
    if action in _FILLED:
        held = tuple(word for word in held if word not in ("empty", "closed"))
    return known + held
