"""Sentences of one phrase: pick up the mug by the handle with your left hand and put it back."""

from __future__ import annotations

import re
from functools import cache

from diffh2o_ros.data.language.asides import with_purpose
from diffh2o_ros.data.language.endings import with_hold, with_way_back
from diffh2o_ros.data.language.facts import Told
from diffh2o_ros.data.language.phrases import phrases
from diffh2o_ros.data.language.template import Template
from diffh2o_ros.data.language.voice import Voice
from diffh2o_ros.data.language.words import kinds, pick

# What somebody does by the handle or from above, up to where that is said.
_WHY = re.compile(
    r" (to (?!the |<|\w*other |fro\b)\w+|as if|as people|so that|for an?|like|until|while)\b"
)
# What ends in raising, without saying yet how far.
_RAISING = re.compile(
    r"\{(lift|raise|hoist|elevate|bring)\}(?!.*\b(air|above|over|off|from|clear|table|front)\b)[^{]*$"
)
TAKING = re.compile(r"[^@]*\{(pick|take|grab|grasp|lift|raise|grip|seize|get|hold)\}[^{@]*@")


@cache
def pool(
    action: str,
    bimanual: bool,
    voice: str,
    named: bool,
    directed: bool,
    back: bool,
    several: bool,
    split: str,
) -> tuple[Template, ...]:
    """The phrases that fit; undirected ones where no directed one does.

    Args:
        voice: "active", "passive" or "hand" (a hand is the subject).
        back: the object is put back. several: what is repeated is so more than twice.
    """
    fit = [
        template
        for template in phrases(action)
        if _has_voice(template, voice)
        and (named or not template.names_hand)
        and (bimanual or not template.two_handed)
        and not (back and template.ends_elsewhere)
        and (several or not template.says_several)
        and (action != "offhand" or _hands_over(template.text, voice, named))
        and (split == "all" or template.held_out == (split == "held_out"))
    ]
    if voice == "passive" and split == "held_out":  # not eaten, if eat is trained on
        heard = {t.passive for t in phrases(action) if not t.held_out}
        fit = [template for template in fit if template.passive not in heard]
    chosen = [t for t in fit if t.names_direction] if directed else []
    return tuple(chosen or [t for t in fit if not t.names_direction])


def _has_voice(template: Template, voice: str) -> bool:
    if voice == "passive":
        return template.passive is not None
    return not template.text.startswith("<obj> [is]")


def _hands_over(text: str, voice: str, named: bool) -> bool:
    """Whether a phrase for a hand-over can name the hands, if they are to be named."""
    if voice == "hand":  # the first hand takes it and gives it to the other
        return "@" in text and ("<other>" in text or " it> to the other hand" in text)
    if named:
        return any(mark in text for mark in ("@", "<hand>", "<side>", "<other>"))
    return "<other>" not in text


def short(voice: Voice, template: Template, told: Told) -> str:
    """The sentence without punctuation, opening with its subject."""
    facts, subject, rng = voice.facts, voice.subject, voice.rng
    text = template.passive if subject.passive else template.text
    named = told.hand and not subject.is_hand
    if named and "<other>" in text and "@" in text and rng.random() < 0.2:
        named = False  # the receiving hand alone is named
    phrase = voice.hand_phrase() if named and not template.names_hand else ""
    takes = TAKING.match(template.text) is not None
    start, mark, rest = voice.fill(text).partition("@")
    only_here = rest.startswith("!")
    rest = rest.removeprefix("!")
    if not phrase and not told.hand and not subject.is_hand and (mark or "{" in start):
        phrase = voice.one_hand() if facts.action != "offhand" or mark else ""
    told_hold = told.hold and (takes or facts.action != "offhand")

    opening, ending = "", []
    if phrase and not voice.terse and may_open(phrase, voice) and rng.random() < 0.1:
        opening, phrase = phrase + ",", ""
    if mark and ((told_hold and takes) or only_here or rng.random() < 0.6):
        start += voice.taken(told_hold and takes, phrase) + " "
        told_hold, phrase = told_hold and not takes, ""
    body = re.sub(r"\s+(?=,)", "", start + rest).strip()
    if "with <obj>" in body:
        phrase = re.sub("^with ", "using ", phrase)
    if phrase:
        ending = [phrase]
    if told.level and _RAISING.search(template.text):
        ending.insert(0, voice.fill("<level>"))
    if told.count and may_count(template):
        ending.insert(int(rng.integers(len(ending) + 1)), voice.times())
    if told.manner:
        body = _with_manner(body, ending, voice)
    body = " ".join([body, *ending])
    if told_hold:
        body = with_hold(body, voice)
    if told.purpose and not says_why(template):
        body = with_purpose(body, voice)
    if told.back and not re.search(r"\{(set|put|place)\}| (set|put|placed) ", body):
        body = with_way_back(body, voice, told_hold)
    words = "" if subject.passive else subject.words
    return " ".join(part for part in (opening, words, voice.inflected(body)) if part)


def says_why(template: Template) -> bool:
    """Whether a phrase ends in what it is done for, or in what it is like."""
    return _WHY.search(template.text) is not None


def may_count(template: Template) -> bool:
    """Whether it may be followed by how often that is done."""
    return not template.says_several and not says_why(template)


def may_open(phrase: str, voice: Voice) -> bool:
    """With your left hand, please lift it; but not: with your left hand, the task is to lift it."""
    subject = voice.subject
    direct = subject.form != "base" or subject.words in ("", "please", "I")
    hand = voice.facts.action != "offhand" and phrase.startswith(("with", "using"))
    gerund = subject.form == "ing" and not subject.words
    return direct and hand and not gerund and not subject.watched


def _with_manner(body: str, ending: list[str], voice: Voice) -> str:
    """Put an adverb before a verb or, in `ending`, before or after the hand phrase."""
    rng, manner = voice.rng, voice.facts.manner
    adverbs = kinds("adverb")[manner]
    adverb, chance = pick(adverbs, rng), rng.random()
    # The manner is that of what is done with the object, not of reaching for it.
    verbs = [match.start() for match in re.finditer(r"\{(?!reach\})", body)]
    if chance < 0.45 and voice.subject.passive:
        return body.replace("[is]", f"[is] {adverb}")
    if chance < 0.45:
        place = verbs[-1] if chance < 0.2 else verbs[0]
        return body[:place] + adverb + " " + body[place:]
    if chance < 0.75:
        ending.insert(0, adverb)
    else:
        ending.append(pick(kinds("manner")[manner], rng))
    return body
