"""Task sentences that are true of a motion, composed from a small grammar of English.

A sentence says a phrase for what is done (language/phrases.py) of a subject (language/subjects.py),
in one clause (language/short.py) or in several (language/detail.py), with or without words for the
hand, the direction, the manner, the hold and the way back. Words for these stand in a sentence only
if they hold; a sentence without a hand word fits either hand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from diffh2o_ros.data.language.asides import with_courtesy, with_negation
from diffh2o_ros.data.language.detail import detailed
from diffh2o_ros.data.language.facts import HAND, Facts, Told, draw_told
from diffh2o_ros.data.language.nouns import describe_noun
from diffh2o_ros.data.language.phrases import BODILY, actions, tails
from diffh2o_ros.data.language.short import pool, short
from diffh2o_ros.data.language.subjects import TERSE, draw_subject
from diffh2o_ros.data.language.template import Template
from diffh2o_ros.data.language.voice import Voice
from diffh2o_ros.data.language.words import kinds, pick, pick_weighted

DIRECTIONS = ("left", "right", "forward", "back", "up", "clockwise", "counterclockwise")
PLAIN, DETAILED = 0.25, 0.4  # share of sentences of one verb, and of those clause by clause
TELEGRAM = 0.12  # share of orders without articles: lift mug with right hand


def sentences(
    action: str,
    hand: str,
    names: Sequence[str],
    manner: str | None,
    direction: str | None,
    rng: np.random.Generator,
    count: int,
    split: str = "train",
    *,
    put_back: bool = False,
    hold: str | Sequence[str] | None = None,
    count_done: int | None = None,
    level: str | None = None,
    upright: bool = False,
    named: float = HAND,
) -> list[str]:
    """`count` different sentences for a motion, each true of it.

    Args:
        action: one of the 17 `language.phrases.actions()`.
        hand: left, right or both; of an offhand, the hand that has the object first.
        names: nouns for the object without an article; the first is drawn half of the time.
        manner: slowly, quickly or None. direction: one of DIRECTIONS or None; clockwise and
            counterclockwise (seen from above) are said of a rotation, the others of the rest.
        split: "train" leaves out the held-out templates, "held_out" uses only them, "all" both.
        put_back: the object is set down where it was at the end. Of a place or a rotation, which
            end on the table by themselves, nothing is said about it.
        hold: where or how the object is held, one or several of the words `hold` of
            language/words.txt: handle, rim, top (taken from above), pinch (with the fingertips) ...
        count_done: how often what is repeated is done, None where that is not known.
        level: how high the object is held: chest, shoulder, chin, head or None.
        upright: the object is never tilted by much.
        named: share of the sentences that name the hand.

    Raises:
        ValueError: an unknown word, no name, a hand-over by both hands, or more sentences than the
            grammar has.
    """
    _check("action", action, actions())
    _check("hand", hand, ("left", "right", "both"))
    _check("manner", manner, (None, *kinds("manner")))
    _check("direction", direction, (None, *DIRECTIONS))
    _check("split", split, ("train", "held_out", "all"))
    for word in (hold,) if isinstance(hold, str) else hold or ():
        _check("hold", word, kinds("hold"))
    _check("level", level, (None, *kinds("level")))
    if action == "offhand" and hand == "both":
        raise ValueError("a hand-over starts in one hand: use left or right for 'offhand'")
    if not names or not all(name.strip() for name in names):
        raise ValueError("names must hold at least one noun for the object, and no empty one")
    facts = Facts(
        action,
        hand,
        tuple(names),
        manner,
        direction,
        put_back,
        None,
        count_done,
        level,
        upright,
        named,
    )
    holds = (hold,) if isinstance(hold, str) or hold is None else tuple(hold)
    found: dict[str, None] = {}
    for _ in range(100 * count):
        if len(found) >= count:
            break
        known = replace(facts, hold=pick(holds, rng) if holds else None)
        found[compose(known, rng, split).text] = None
    if len(found) < count:
        raise ValueError(f"cannot word '{action}' in {count} different ways: ask for fewer")
    return list(found)


def _check(what: str, value: str | None, known: Collection) -> None:
    if value not in known:
        words = ", ".join(str(word) for word in known)
        raise ValueError(f"unknown {what} '{value}': use one of {words}")


@dataclass(frozen=True)
class Sentence:
    """A sentence, and whether it tells which hand acts, or that both do."""

    text: str
    names_hand: bool


def compose(facts: Facts, rng: np.random.Generator, split: str) -> Sentence:
    """One sentence that is true of the facts."""
    name = facts.names[0] if rng.random() < 0.5 else pick(facts.names, rng)
    while True:  # a small split may lack, say, passive phrases
        chance = rng.random()
        length = "plain" if chance < PLAIN else "detail" if chance > 1 - DETAILED else "phrase"
        told = draw_told(facts, length, rng)
        bodily = facts.action in BODILY
        subject = draw_subject(rng, facts.hand, not bodily, told.hand, bodily)
        terse = length != "detail" and subject == TERSE and rng.random() < TELEGRAM
        noun = describe_noun(name, facts, terse or length == "plain", rng)
        voice = Voice(facts, subject, name, terse, noun, rng)
        fit = _fitting(voice, told, split, length)
        if not fit:
            length, fit = "phrase", _fitting(voice, told, split, "phrase")
        if not fit:
            continue
        say = detailed if length == "detail" else short
        text = say(voice, pick_weighted(fit, rng), told)
        if text is None:
            continue
        if told.negation and not voice.terse:
            text = with_negation(text, voice, told)
        text = with_courtesy(text, voice)
        text = _punctuated(" ".join(voice.name_object(text).split()), subject.end, rng)
        return Sentence(text, told.hand)


def _fitting(voice: Voice, told: Told, split: str, length: str) -> list[Template]:
    facts, subject = voice.facts, voice.subject
    said = "passive" if subject.passive else "hand" if subject.is_hand else "active"
    named = told.hand and not subject.is_hand
    directed, back = told.direction, facts.put_back
    both = facts.hand == "both"
    fit = pool(facts.action, both, said, named, directed, back, facts.several, split)
    if length == "plain":
        fit = tuple(template for template in fit if template.text.count("{") == 1)
    if length == "detail":
        known = tails(facts.action, split)
        fit = tuple(template for template in fit if template in known)
    return [template for template in fit if template.fits(voice.name)]


def _punctuated(text: str, end: str, rng: np.random.Generator) -> str:
    several = re.search(r"\. [A-Z]", text) is not None
    chance = 1.0 if several else rng.random()
    if chance < 0.45:
        return text + ("?" if end == "?" else "")
    text = text[0].upper() + text[1:]
    return text if chance < 0.53 and end != "?" else text + end
