"""Who does it, and how that is said: orders, wishes, somebody now or then, a hand, the object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Subject:
    """The words before the verb, the verb's form, and the words that point back to the actor.

    is_hand: a hand itself acts, so no hand phrase follows. passive: the object is the subject.
    """

    words: str
    form: str
    possessive: str
    reflexive: str
    end: str = "."
    is_hand: bool = False
    passive: bool = False


TERSE = Subject("", "base", "your", "yourself")
GERUND = Subject("", "ing", "the", "the body")
OBJECT = Subject("", "participle", "the person's", "the person", passive=True)

_ORDERS = (
    (7, "please", "."),
    (3, "now", "."),
    (2, "just", "."),
    (2, "go ahead and", "."),
    (1, "try to", "."),
    (2, "you should", "."),
    (1, "you need to", "."),
    (1, "you have to", "."),
    (2, "I want you to", "."),
    (2, "I would like you to", "."),
    (1, "I need you to", "."),
    (3, "can you", "?"),
    (2, "could you please", "?"),
    (1, "would you", "?"),
    (2, "your task is to", "."),
    (1, "the task is to", "."),
    (1, "the goal is to", "."),
)
_PEOPLE = (
    (6, "the person", "their", "themselves"),
    (5, "a person", "their", "themselves"),
    (3, "someone", "their", "themselves"),
    (2, "the man", "his", "himself"),
    (2, "a man", "his", "himself"),
    (2, "the woman", "her", "herself"),
    (2, "a woman", "her", "herself"),
    (2, "he", "his", "himself"),
    (2, "she", "her", "herself"),
    (2, "the user", "their", "themselves"),
    (2, "the human", "their", "themselves"),
    (2, "the robot", "its", "itself"),
    (2, "the subject", "their", "themselves"),
    (1, "the actor", "their", "themselves"),
    (1, "the operator", "their", "themselves"),
    (1, "the participant", "their", "themselves"),
)
_TENSES = (
    (55, "", "third"),
    (15, " is", "ing"),
    (10, "", "ing"),  # a person lifting the mug: as under a picture
    (8, "", "past"),
    (3, " will", "base"),
    (3, " wants to", "base"),
    (2, " is about to", "base"),
)


def draw_subject(
    rng: np.random.Generator, hand: str, hand_may_act: bool, say_hand: bool
) -> Subject:
    """A subject; a hand as the subject only if the hand may be named and can do the action."""
    chance = rng.random()
    if chance < 0.3:
        return TERSE
    if chance < 0.48:
        words, end = _weighted(_ORDERS, rng)
        return Subject(words, "base", "your", "yourself", end)
    if chance < 0.58:
        return GERUND
    if chance < 0.68:
        return OBJECT
    if chance < 0.78 and hand_may_act and say_hand:
        return _hand(hand, rng)
    if chance < 0.79:
        return Subject("I", "base", "my", "myself")
    name, possessive, reflexive = _weighted(_PEOPLE, rng)
    auxiliary, form = _weighted(_TENSES, rng)
    if form == "ing" and name in ("he", "she"):
        auxiliary = " is"
    return Subject(name + auxiliary, form, possessive, reflexive)


def _hand(hand: str, rng: np.random.Generator) -> Subject:
    if hand == "both":
        options = [("both hands", "base"), ("two hands", "base"), ("both hands are", "ing")]
    else:
        options = [
            (f"the {hand} hand", "third"),
            (f"a {hand} hand", "third"),
            (f"the person's {hand} hand", "third"),
            (f"the {hand} hand is", "ing"),
            (f"a {hand} hand", "ing"),
        ]
    words, form = options[int(rng.integers(len(options)))]
    return Subject(words, form, "the", "the person", is_hand=True)


def _weighted(table, rng: np.random.Generator):
    weights = np.array([row[0] for row in table], dtype=float)
    return table[int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))][1:]
