"""Who does it, and how that is said: orders, wishes, somebody now or then, a hand, the object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from diffh2o_ros.data.language.words import lists, pick, pick_weighted
from diffh2o_ros.text.word_forms import FORMS


@dataclass(frozen=True)
class Subject:
    """The words before the verb, the verb's form, and the words that point back to the actor.

    Attributes:
        is_hand: a hand itself acts, so no hand phrase follows.
        passive: the object is the subject, and words is the auxiliary.
        again: the subject and the form of a second sentence, if one may follow.
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
        return self.words.startswith(tuple(f"{row.columns[0]} " for row in _rows("watched")))


TERSE = Subject("", "base", "your", "yourself", again=("", "base"))
GERUND = Subject("", "ing", "the", "the body")
_UNNAMED = (("their", "themselves"), ("his", "himself"), ("her", "herself"))
#: How many columns a list of `subjects.txt` has, and whether the last is the form of a verb.
_SHAPES = {
    "orders": (1, False),
    "people": (3, False),
    "tenses": (2, True),
    "watched": (1, False),
    "auxiliaries": (2, False),
    "one hand": (2, True),
    "both hands": (2, True),
}


@dataclass(frozen=True)
class _Row:
    """A line of `subjects.txt`, its columns apart."""

    columns: tuple[str, ...]
    weight: int


@cache
def _rows(name: str) -> tuple[_Row, ...]:
    """A list of `subjects.txt`, checked; the names of forms are those of `inflect`."""
    rows, width, forms = [], *_SHAPES[name]
    for entry in lists("subjects")[name]:
        columns = tuple(column.strip() for column in entry.text.split("|"))
        if len(columns) != width:
            raise entry.error(f"has {len(columns)} columns, not {width}")
        if forms and columns[-1] not in FORMS:
            raise entry.error(f"ends in no form of a verb: {', '.join(FORMS)}")
        rows.append(_Row(columns, entry.weight))
    return tuple(rows)


def _draw(name: str, rng: np.random.Generator) -> tuple[str, ...]:
    return pick_weighted(_rows(name), rng).columns


def draw_subject(
    rng: np.random.Generator, hand: str, hand_may_act: bool, say_hand: bool, bodily: bool = False
) -> Subject:
    """Somebody or something that acts.

    Args:
        hand_may_act: a hand can do the action by itself, and is the subject in some sentences if
            say_hand.
        bodily: the action needs a head, so no robot does it.
    """
    chance = rng.random()
    if chance < 0.28:
        return TERSE
    if chance < 0.46:
        (order,) = _draw("orders", rng)
        words, end = order.removesuffix("?"), "?" if order.endswith("?") else "."
        again = ("", "base") if words in ("please", "now", "just") else None
        return Subject(words, "base", "your", "yourself", end, again=again)
    if chance < 0.55:
        return GERUND
    if chance < 0.67:
        single, several = _draw("auxiliaries", rng)
        words = f"{single}/{several}"
        return Subject(words, "participle", "the person's", "the person", passive=True)
    if chance < 0.77 and hand_may_act and say_hand:
        return _hand(hand, rng)
    if 0.77 <= chance < 0.78:
        return Subject("I", "base", "my", "myself", again=("I", "base"))
    if 0.78 <= chance < 0.84:  # picks up the mug and ...
        possessive, reflexive = pick(_UNNAMED, rng)
        return Subject("", "third", possessive, reflexive, again=("", "third"))
    return _person(rng, bodily)


def _person(rng: np.random.Generator, bodily: bool) -> Subject:
    name, possessive, reflexive = _draw("people", rng)
    if bodily and name == "the robot":
        name, possessive, reflexive = "the person", "their", "themselves"
    auxiliary, form = _draw("tenses", rng)
    if form == "ing" and not auxiliary and name in ("he", "she"):
        auxiliary = "is"
    again = None
    if form in ("third", "past") and name != "the robot":
        pronoun = {"his": "he", "her": "she"}.get(possessive, "they")
        again = (pronoun, "base" if pronoun == "they" and form == "third" else form)
    words = f"{name} {auxiliary}".strip()
    if form == "third" and rng.random() < 0.07:
        (opening,) = _draw("watched", rng)
        if opening == "watch":
            name = {"he": "him", "she": "her"}.get(name, name)
            return Subject(f"watch {name}", "base", possessive, reflexive)
        words = f"{opening} {words}"
    return Subject(words, form, possessive, reflexive, again=again)


def _hand(hand: str, rng: np.random.Generator) -> Subject:
    words, form = pick(_rows("both hands" if hand == "both" else "one hand"), rng).columns
    return Subject(words.replace("<side>", hand), form, "the", "the person", is_hand=True)
