"""What stands beside the deed: what it is for, what is not so, and words of courtesy."""

from __future__ import annotations

from dataclasses import dataclass

from diffh2o_ros.data.language.facts import Facts, Told
from diffh2o_ros.data.language.subjects import Subject
from diffh2o_ros.data.language.voice import Voice
from diffh2o_ros.data.language.words import lists, pick, pick_weighted

OPENED, CLOSED = 0.08, 0.2  # share of orders with words of courtesy before and behind them


@dataclass(frozen=True)
class _Denied:
    """Two lists of `asides.txt`: what is not so, after the deed and as an order."""

    said: str
    ordered: str


def with_purpose(body: str, voice: Voice) -> str:
    """The body and what it is done for."""
    return f"{body} {pick_weighted(lists('purposes')[voice.facts.action], voice.rng).text}"


def _denied(facts: Facts, told: Told, subject: Subject) -> list[_Denied]:
    """What is not so, beside what the sentence tells."""
    found = [_Denied("not dropped", "do not drop it")]
    if told.hand and facts.hand != "both" and facts.action != "offhand" and not subject.is_hand:
        found += 2 * [_Denied("not the other hand", "do not use the other hand")]
    if not facts.put_back and facts.action in ("lift", "inspect", "shake", "drink", "toast"):
        found.append(_Denied("not back", "do not put it back"))
    if facts.upright and facts.action in ("lift", "place", "pass", "rotate"):
        found.append(_Denied("not tilted", "do not tilt it"))
    return found


def with_negation(text: str, voice: Voice, told: Told) -> str:
    """A sentence without punctuation, and something that is not so."""
    denied = pick(_denied(voice.facts, told, voice.subject), voice.rng)
    if _is_order(voice.subject) and voice.rng.random() < 0.5:
        said = voice.fill(pick_weighted(lists("asides")[denied.ordered], voice.rng).text)
        joint = pick((", but ", ". ", ". ", "; "), voice.rng)
        return text + joint + (said[0].upper() + said[1:] if joint == ". " else said)
    said = voice.fill(pick_weighted(lists("asides")[denied.said], voice.rng).text)
    return text + pick((", ", " "), voice.rng) + said


def with_courtesy(text: str, voice: Voice) -> str:
    """An order with words of courtesy; all else as it is."""
    if not _is_order(voice.subject) or voice.terse:
        return text
    if voice.rng.random() < OPENED:
        text = f"{pick_weighted(lists('asides')['openings'], voice.rng).text} {text}"
    if voice.rng.random() < CLOSED and ". " not in text:
        said = pick_weighted(lists("asides")["endings"], voice.rng).text
        if text.endswith(("left", "right")) and said.startswith("right"):
            return text
        text += f"{', ' if said.startswith(('please', 'thank', 'if', 'would')) else ' '}{said}"
    return text


def _is_order(subject: Subject) -> bool:
    return subject.form == "base" and subject.words in ("", "please", "could you", "can you")
