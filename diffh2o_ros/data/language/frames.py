"""Who does it, and how that is said: orders, wishes, somebody now or then, a hand, the object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Subject:
    """The words before the verb, the verb's form, and the words that point back to the actor.

    is_hand: a hand itself acts, so no hand phrase follows. passive: the object is the subject, and
    words is the auxiliary. again: the subject and the form of a second sentence, if one may follow.
    """

    words: str
    form: str
    possessive: str
    reflexive: str
    end: str = "."
    is_hand: bool = False
    passive: bool = False
    again: tuple[str, str] | None = None

    @property
    def watched(self) -> bool:
        """Whether the sentence opens as if somebody looked on."""
        return self.words.startswith(tuple(f"{opening} " for _, opening in _WATCHED))


TERSE = Subject("", "base", "your", "yourself", again=("", "base"))
GERUND = Subject("", "ing", "the", "the body")

_ORDERS = (
    (7, "please", "."),
    (1, "here is how to", "."),
    (1, "show how to", "."),
    (1, "the aim is to", "."),
    (1, "it is time to", "."),
    (1, "make sure to", "."),
    (1, "you are asked to", "."),
    (1, "would you please", "?"),
    (1, "can you please", "?"),
    (2, "to", "."),
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
    (2, " has to", "base"),
    (1, " should", "base"),
    (1, " starts to", "base"),
    (1, " is seen", "ing"),
    (1, " is shown", "ing"),
)
_WATCHED = ((3, "watch"), (2, "see how"), (2, "here"), (2, "in this clip,"), (1, "now"))
_AUXILIARIES = (  # of the passive, for one thing and for several
    (60, "is", "are"),
    (8, "was", "were"),
    (8, "is being", "are being"),
    (6, "gets", "get"),
    (4, "should be", "should be"),
    (3, "has been", "have been"),
    (2, "will be", "will be"),
    (2, "must be", "must be"),
    (2, "is to be", "are to be"),
)


def draw_subject(
    rng: np.random.Generator, hand: str, hand_may_act: bool, say_hand: bool, bodily: bool = False
) -> Subject:
    """Somebody or something that acts.

    hand_may_act: a hand can do the action by itself, and is the subject in some sentences if
    say_hand. bodily: the action needs a head, so no robot does it.
    """
    chance = rng.random()
    if chance < 0.28:
        return TERSE
    if chance < 0.46:
        words, end = _weighted(_ORDERS, rng)
        again = ("", "base") if words in ("please", "now", "just") else None
        return Subject(words, "base", "your", "yourself", end, again=again)
    if chance < 0.55:
        return GERUND
    if chance < 0.67:
        single, several = _weighted(_AUXILIARIES, rng)
        words = f"{single}/{several}"
        return Subject(words, "participle", "the person's", "the person", passive=True)
    if chance < 0.77 and hand_may_act and say_hand:
        return _hand(hand, rng)
    if 0.77 <= chance < 0.78:
        return Subject("I", "base", "my", "myself", again=("I", "base"))
    return _person(rng, bodily)


def _person(rng: np.random.Generator, bodily: bool) -> Subject:
    name, possessive, reflexive = _weighted(_PEOPLE, rng)
    if bodily and name == "the robot":
        name, possessive, reflexive = "the person", "their", "themselves"
    auxiliary, form = _weighted(_TENSES, rng)
    if form == "ing" and not auxiliary and name in ("he", "she"):
        auxiliary = " is"
    again = None
    if form in ("third", "past") and name != "the robot":
        pronoun = {"his": "he", "her": "she"}.get(possessive, "they")
        again = (pronoun, "base" if pronoun == "they" and form == "third" else form)
    words = name + auxiliary
    if form == "third" and rng.random() < 0.07:
        (opening,) = _weighted(_WATCHED, rng)
        if opening == "watch":
            name = {"he": "him", "she": "her"}.get(name, name)
            return Subject(f"watch {name}", "base", possessive, reflexive)
        words = f"{opening} {words}"
    return Subject(words, form, possessive, reflexive, again=again)


def _hand(hand: str, rng: np.random.Generator) -> Subject:
    if hand == "both":
        options = [
            ("both hands", "base"),
            ("two hands", "base"),
            ("the person's two hands", "base"),
            ("both hands are", "ing"),
            ("both hands", "past"),
        ]
    else:
        options = [
            (f"the {hand} hand", "third"),
            (f"a {hand} hand", "third"),
            (f"the person's {hand} hand", "third"),
            (f"the {hand} hand is", "ing"),
            (f"a {hand} hand", "ing"),
            (f"the {hand} hand of the person", "third"),
            (f"somebody's {hand} hand", "third"),
            (f"your {hand} hand should", "base"),
            (f"the {hand} hand will", "base"),
            (f"the {hand} hand", "past"),
        ]
    words, form = options[int(rng.integers(len(options)))]
    return Subject(words, form, "the", "the person", is_hand=True)


def _weighted(table, rng: np.random.Generator):
    weights = np.array([row[0] for row in table], dtype=float)
    return table[int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))][1:]
