"""Task sentences that are true of a motion, composed from a small grammar of English.

A sentence is a phrase for what is done (language/active.py, passive.py) said of a subject
(language/frames.py), with or without words for the hand, the direction and the manner. Words for
these stand in a sentence only if they hold; a sentence without a hand word fits either hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np

from .language.active import ACTIVE
from .language.frames import TERSE, Subject, draw_subject
from .language.passive import PASSIVE
from .language.slots import AT, LIQUID, MANNER, PASS_TO, RECEIVER, SOMEONE, TO
from .language.template import Template
from .language.words import article, inflect, is_plural

DIRECTIONS = ("left", "right", "forward", "back", "up")
HAND_WORD = 0.75  # share of sentences that name the hand
OTHER_WORD = 0.75  # share that name the direction or the manner, if there is one
HELD_OUT = 0.12  # about this share of the less plain templates is never used for training
HAND_ACTS = ("lift", "place", "pass", "pour")  # a hand may lift a cup, but it does not look at it


def sentences(
    action: str,
    hand: str,
    names: Sequence[str],
    manner: str | None,
    direction: str | None,
    rng: np.random.Generator,
    count: int,
    split: str = "train",
) -> list[str]:
    """`count` different sentences for a motion, each true of it.

    Args:
        action: lift, place, pass, inspect, pour or drink. hand: left, right or both.
        names: nouns for the object without an article; the first is drawn half of the time.
        manner: slowly, quickly or None. direction: left, right, forward, back, up or None.
        split: "train" leaves out the held-out templates, "held_out" uses only them, "all" both.

    Raises:
        ValueError: an unknown word, no name, or more sentences than the grammar has.
    """
    _check("action", action, ACTIVE)
    _check("hand", hand, ("left", "right", "both"))
    _check("manner", manner, (None, *MANNER))
    _check("direction", direction, (None, *DIRECTIONS))
    _check("split", split, ("train", "held_out", "all"))
    if not names or not all(name.strip() for name in names):
        raise ValueError("names must hold at least one noun for the object, and no empty one")
    found: dict[str, None] = {}
    for _ in range(100 * count):
        if len(found) >= count:
            break
        found[_compose(action, hand, names, manner, direction, rng, split)] = None
    if len(found) < count:
        raise ValueError(f"cannot word '{action}' in {count} different ways: ask for fewer")
    return list(found)


def is_held_out(template: Template) -> bool:
    """Whether a template is kept from training: fixed by its text, never for the plain ones."""
    digest = hashlib.sha256(template.text.encode()).digest()
    return template.weight < 6 and digest[0] < 256 * HELD_OUT


def _check(what: str, value: str | None, known: Collection) -> None:
    if value not in known:
        words = ", ".join(str(word) for word in known)
        raise ValueError(f"unknown {what} '{value}': use one of {words}")


def _compose(action, hand, names, manner, direction, rng, split) -> str:
    say_hand = rng.random() < HAND_WORD
    directed = direction in TO and rng.random() < OTHER_WORD
    say_manner = manner is not None and rng.random() < OTHER_WORD
    pool: tuple = ()
    while not pool:  # a small split may lack, say, passive phrases
        subject = draw_subject(rng, hand, action in HAND_ACTS, say_hand)
        named = say_hand and not subject.is_hand
        pool = _pool(action, subject.passive, named, directed, split)
    template = _weighted(pool, rng)
    name = names[0] if rng.random() < 0.5 else _pick(names, rng)
    terse = subject == TERSE and rng.random() < 0.08  # lift mug with right hand
    plural = is_plural(name)

    phrase = _hand_phrase(hand, subject, terse, rng) if named else ""
    body = _fill(template.text, action, direction, subject, rng)
    start, mark, rest = body.partition("@")
    only_here = rest.startswith("!")
    opening, ending = "", []
    if template.names_hand:
        body = body.replace("<hand>", _hand_noun(hand, subject, terse, rng))
    elif phrase:
        if _may_open(phrase, subject) and not terse and rng.random() < 0.1:
            opening = phrase + ","
        elif mark and (only_here or rng.random() < 0.6):
            body = start + phrase + rest.removeprefix("!")
        else:
            ending = [phrase]
    body = re.sub(" ?@!?", "", body)
    if say_manner:
        body = _with_manner(body, ending, manner, subject, rng)
    body = " ".join([body.replace("[is]", "are" if plural else "is"), *ending])
    body = re.sub(r"\{(\w+)\}", lambda match: inflect(match[1], subject.form), body)
    text = " ".join(part for part in (opening, subject.words, body) if part)
    text = text.replace("<obj>", name if terse else _determiner(name, plural, rng) + name)
    text = text.replace("<it>", "them" if plural else "it")
    return _punctuated(text, subject.end, rng)


@cache
def _pool(action: str, passive: bool, named: bool, directed: bool, split: str) -> tuple:
    """(weight, template) of the phrases that fit; undirected ones where no directed one does."""
    fit = [
        template
        for template in (PASSIVE if passive else ACTIVE)[action]
        if (named or not template.names_hand)
        and (split == "all" or is_held_out(template) == (split == "held_out"))
    ]
    chosen = [t for t in fit if t.names_direction] if directed else []
    chosen = chosen or [t for t in fit if not t.names_direction]
    return tuple((template.weight, template) for template in chosen)


def _weighted(pool: tuple, rng: np.random.Generator) -> Template:
    heights = np.cumsum([weight for weight, _ in pool])
    return pool[int(np.searchsorted(heights, rng.random() * heights[-1], side="right"))][1]


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def _fill(text: str, action: str, direction: str | None, subject: Subject, rng) -> str:
    """The template with its direction, receiver, liquid and words for the actor filled in."""
    if direction in TO:
        towards = PASS_TO if action == "pass" else TO
        for slot, words in (("<to>", towards), ("<at>", AT), ("<receiver>", RECEIVER)):
            text = text.replace(slot, _pick(words[direction], rng))
    others = SOMEONE if subject.possessive != "my" else [w for w in SOMEONE if w != "to me"]
    text = text.replace("<someone>", _pick(others, rng)).replace("<liquid>", _pick(LIQUID, rng))
    return text.replace("<poss>", subject.possessive).replace("<self>", subject.reflexive)


def _owner(subject: Subject, rng: np.random.Generator) -> str:
    """The word before a hand: the, your, their ..."""
    own = "the" if subject.passive else subject.possessive
    return own if rng.random() < 0.6 else "the"


def _hand_noun(hand: str, subject: Subject, terse: bool, rng: np.random.Generator) -> str:
    if hand == "both":
        return _pick(("both hands", "both hands", "two hands"), rng)
    return f"{hand} hand" if terse else f"{_owner(subject, rng)} {hand} hand"


def _hand_phrase(hand: str, subject: Subject, terse: bool, rng: np.random.Generator) -> str:
    chance = rng.random()
    if hand == "both" and chance < 0.1:
        return _pick(("two-handed", "bimanually", "with both hands together"), rng)
    if hand != "both" and chance < 0.05:
        return f"{hand}-handed"
    if hand != "both" and chance < 0.1 and not terse:
        return f"with only {_owner(subject, rng)} {hand} hand"
    word = "with" if chance < 0.78 else "using"
    return f"{word} {_hand_noun(hand, subject, terse, rng)}"


def _may_open(phrase: str, subject: Subject) -> bool:
    """With your left hand, please lift it; but not: with your left hand, the task is to lift it."""
    direct = subject.form != "base" or subject.words in ("", "please", "now", "I")
    return direct and phrase.startswith(("with", "using"))


def _with_manner(body: str, ending: list[str], manner: str, subject: Subject, rng) -> str:
    """Put an adverb before a verb or, in `ending`, before or after the hand phrase."""
    adverbs, phrases = MANNER[manner]
    adverb = _pick(adverbs, rng)
    verbs = [match.start() for match in re.finditer(r"\{", body)]
    chance = rng.random()
    if chance < 0.45:
        if subject.passive:
            return body.replace("[is]", f"[is] {adverb}")
        place = verbs[-1] if chance < 0.12 else verbs[0]
        return body[:place] + adverb + " " + body[place:]
    if chance < 0.75:
        ending.insert(0, adverb)
    else:
        ending.append(_pick(phrases, rng))
    return body


def _determiner(name: str, plural: bool, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < 0.84:
        return "the "
    if chance < 0.94:
        return "some " if plural else article(name) + " "
    near = chance < 0.97
    return ("these " if near else "those ") if plural else ("this " if near else "that ")


def _punctuated(text: str, end: str, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < 0.45:
        return text + ("?" if end == "?" else "")
    text = text[0].upper() + text[1:]
    return text if chance < 0.53 and end != "?" else text + end
