"""Sentences of several clauses: reach for it, take it, do this and that with it, put it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from diffh2o_ros.data.language.asides import with_purpose
from diffh2o_ros.data.language.endings import way_back
from diffh2o_ros.data.language.facts import Told
from diffh2o_ros.data.language.phrases import ON_TABLE, kept_wordings
from diffh2o_ros.data.language.short import may_count, may_open, says_why
from diffh2o_ros.data.language.template import Template, passive_clause
from diffh2o_ros.data.language.voice import Voice
from diffh2o_ros.data.language.words import clauses_of, kinds, pick

LIFTING = re.compile(r"\{(lift|raise|pick|hoist|heave|pull|elevate)\}|\{bring\} <it> up")


def detailed(voice: Voice, tail: Template, told: Told) -> str | None:
    """The sentence without punctuation; None where English has no passive for it."""
    subject, rng = voice.subject, voice.rng
    named = told.hand and not subject.is_hand
    if named and "<other>" in "".join(tail.steps) and rng.random() < 0.2:
        named = False  # the receiving hand alone is named
    phrase = voice.hand_phrase() if named else "" if told.hand else voice.one_hand()
    opening = ""
    if named and may_open(phrase, voice) and rng.random() < 0.12:
        opening, phrase = phrase + ", ", ""
    parts = _parts(voice, tail, told, bool(phrase) and named)
    if not tail.held_out and parts.clauses in kept_wordings(voice.facts.action):
        return None
    steps = _told(parts, voice, told, phrase, tail)
    if subject.passive:
        said = [passive_clause(step) for step in steps]
        return None if None in said else f"{opening}<obj> [is] {_joined(said, voice)}"
    direct = subject.form in (("third", "past") if subject.words else ("base",))
    if direct and not opening and not subject.watched and rng.random() < 0.15:
        rest = voice.inflected(_joined(steps[1:], voice))
        return " ".join(["after", voice.inflected(steps[0], "ing") + ",", subject.words, rest])
    if subject.again and rng.random() < 0.25 and len(steps) > 2:
        return opening + _two_sentences(steps, voice)
    return f"{opening}{subject.words} {voice.inflected(_joined(steps, voice))}"


@dataclass(frozen=True)
class _Parts:
    """The clauses in order; whether they begin with reaching, and then tell of the taking."""

    clauses: tuple[str, ...]
    reached: bool
    taken: bool


def _parts(voice: Voice, tail: Template, told: Told, may_name: bool) -> _Parts:
    """Clauses for reaching, taking and raising, two of them as a rule, and the tail."""
    action, rng = voice.facts.action, voice.rng
    lifts = LIFTING.match(tail.steps[0]) is not None
    may_raise = action not in ON_TABLE and not lifts
    reached = not voice.subject.passive and (not may_raise or rng.random() < 0.7)
    raised = may_raise and (not reached or rng.random() < 0.4)
    taken = told.hold or not reached or not (raised or lifts) or rng.random() < 0.6
    clauses = []
    if reached:
        may_name = may_name and action != "offhand"
        clauses.append(pick([r for r in clauses_of("reach") if may_name or "<hand>" not in r], rng))
    if taken:
        clauses.append(pick(_takes(voice, told, reached), rng))
    if raised:
        clauses.append(pick(clauses_of("raise to a level" if told.level else "raise"), rng))
    clauses += tail.steps
    if not reached:
        clauses[0] = clauses[0].replace("<it>", "<obj>", 1)
    return _Parts(tuple(clauses), reached, taken)


def _told(parts: _Parts, voice: Voice, told: Told, phrase: str, tail: Template) -> list[str]:
    """The clauses with words for the hand, the hold, the manner and the way back."""
    steps = list(parts.clauses)
    told_hold = told.hold and not any(
        handle in steps for handle in clauses_of("take by the handle")
    )
    if parts.reached and "<hand>" not in steps[0]:
        steps[0] = f"{steps[0]} {phrase}".strip()
    if parts.taken:
        where = int(parts.reached)
        how = voice.taken(told_hold, "" if parts.reached else phrase)
        steps[where] = f"{steps[where]} {how}".strip()
    if told.manner:
        _add_manner(steps, range(int(parts.reached) + int(parts.taken), len(steps)), voice)
    if told.count and may_count(tail):
        steps[-1] += f" {voice.times()}"
    if told.purpose and not says_why(tail):
        steps[-1] = with_purpose(steps[-1], voice)
    if told.back and not re.search(r"\{(put|set|place|stand)\}", steps[-1]):
        steps.append(way_back(voice))
    return [voice.fill(step) for step in steps]


def _takes(voice: Voice, told: Told, reached: bool) -> tuple[str, ...]:
    takes, hold, hand = clauses_of("take"), voice.facts.hold, voice.facts.hand
    if hand != "both" and hold is None:
        takes += clauses_of("take with a whole hand")
    if reached and told.hold and hold == "handle":
        takes += clauses_of("take by the handle")
    return takes


def _add_manner(steps: list[str], among: Sequence[int], voice: Voice) -> None:
    adverbs, phrases = (kinds(kind)[voice.facts.manner] for kind in ("adverb", "manner"))
    where = pick(among, voice.rng)
    if voice.rng.random() < 0.6:
        steps[where] = f"{pick(adverbs, voice.rng)} {steps[where]}"
    else:
        steps[where] += " " + pick((*adverbs, *phrases), voice.rng)


def _joined(steps: list[str], voice: Voice) -> str:
    """Clauses in one sentence."""
    if len(steps) == 1:
        return steps[0]
    chance, passive = voice.rng.random(), voice.subject.passive
    head, last = steps[:-1], steps[-1]
    if chance > 0.93 and not passive:
        joint = pick(("then", "and then", "and after that"), voice.rng)
        return f"first {_listed(head)}, {joint} {last}"
    if len(steps) > 2 and chance < 0.12:
        said = f"being {last}" if passive else voice.inflected(last, "ing")
        return f"{_listed(head)} before {said}"
    if len(steps) > 2 and chance < 0.25:
        return f"{', '.join(head)}, and finally {last}"
    if len(steps) > 2 and chance < 0.5:
        cut = int(voice.rng.integers(1, len(steps) - 1))
        joint = pick((", then ", ", and then "), voice.rng)
        return _listed(steps[:cut]) + joint + _listed(steps[cut:])
    return _listed(steps, ", and " if chance < 0.8 and len(steps) > 2 else " and ")


def _listed(steps: list[str], last: str = " and ") -> str:
    return last.join(part for part in (", ".join(steps[:-1]), steps[-1]) if part)


def _two_sentences(steps: list[str], voice: Voice) -> str:
    """The clauses in two sentences; the second one says "they" or "he" or "she"."""
    subject, (pronoun, form) = voice.subject, voice.subject.again
    cut = int(voice.rng.integers(1, len(steps) - 1)) + 1 if len(steps) > 3 else 2
    first = f"{subject.words} {voice.inflected(_listed(steps[:cut]))}".strip()
    second = voice.inflected(_listed(steps[cut:]), form)
    lead = pick(("then ", "then ", "next, ", "after that, ", ""), voice.rng)
    if pronoun and lead == "then " and voice.rng.random() < 0.5:
        second, lead = "then " + second, ""
    following = f"{lead}{pronoun} {second}" if pronoun else lead + second
    return f"{first}. {following[0].upper()}{following[1:]}"
