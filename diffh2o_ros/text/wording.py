"""What a sentence says in so many words: of hands, of what is not to be done, and whether of
anything that the networks know.

The networks read single tokens and understand no "not". So a sentence that rules out a hand becomes
one that names the hand that is meant; what else it rules out is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from diffh2o_ros.text.hand_words import BOTH, LEFT, ONE, OTHER, RIGHT, Mention, find_mentions
from diffh2o_ros.text.negation import find_negations, lead_in
from diffh2o_ros.text.negation_words import Negation
from diffh2o_ros.text.spelling import spelled_out
from diffh2o_ros.text.table_words import done_on_table
from diffh2o_ros.text.task import TaskError, check_task
from diffh2o_ros.text.typography import plain
from diffh2o_ros.text.verb_words import find_verbs, is_rubbing
from diffh2o_ros.text.word_file import patterns

HandSet = frozenset[str]
ONLY = {side: frozenset({side}) for side in (LEFT, RIGHT)}
PAIR: HandSet = frozenset({LEFT, RIGHT})
EITHER = frozenset(ONLY.values())
ANY: frozenset[HandSet] = EITHER | {PAIR}

#: Sentences that ask for nothing to happen.
_INACTION = re.compile(rf"\b(?:{'|'.join(patterns('idioms', 'inaction'))})\b|^\W*no(?:pe)?\b\W*$")
#: Not only with the left hand: with both.
_NOT_ONLY = re.compile(
    r"\bnot (?:only|just|merely|solely) (?:(?:with|using|in|by|the|your|my) )*(?:left|right)\b"
)
_HANDLESS = re.compile(
    r"\b(?:without|no)\s+(?:\w+ing\s+)?(?:(?:any|your|the|my)\s+)?hands\b|"
    r"\b(?:without any|no) hand\b(?! (?:but|except|other))|\bneither hand\b|"
    r"\bhands?[- ]free(?:ly)?\b"
)
_HARMLESS = ("use", "look", "watch", "find")
_OTHER = {LEFT: RIGHT, RIGHT: LEFT}
#: What else may be named where a kind of hands is ruled out, so that nothing is to be added.
_INSTEAD = {LEFT: {RIGHT, BOTH}, RIGHT: {LEFT, BOTH}, BOTH: {ONE, LEFT, RIGHT}, ONE: {BOTH}}
_CONFUSING = tuple(map(re.compile, patterns("idioms", "no hands")))
_GOES = re.compile("|".join(patterns("idioms", "the object goes")))
_NAMED = {frozenset({hands}) for hands in (*ONLY.values(), PAIR)}


@dataclass(frozen=True)
class Wording:
    """A sentence, understood as far as words go.

    prompt: what the networks read. hands: the sets of hands that it allows to act, `ANY` where it
    names none. silent: it says nothing of hands at all. acts: it names an action that the
    networks were taught. untaught: what else it asks for, as base forms. left_out: what it says is
    not to be done, in its own words, though the networks could do it. task: the sentence itself, on
    one line. on_table: what of it is done on the table, see `done_on_table`.
    """

    prompt: str
    hands: frozenset[HandSet]
    silent: bool
    acts: bool
    untaught: tuple[str, ...]
    left_out: tuple[str, ...]
    task: str = ""
    on_table: str | None = None


def read_wording(task: str) -> Wording:
    """The wording of a task. Raises TaskError for a text that is none (see `check_task`), and for
    a sentence that asks for nothing to be done, or for doing it without any hand."""
    task = check_task(task)
    return replace(_read(spelled_out(plain(task))), task=task)


@lru_cache(maxsize=64)
def _read(sentence: str) -> Wording:
    text = "".join(c.lower() if len(c.lower()) == 1 else c for c in sentence)
    mentions = find_mentions(text)
    negations, verbs = find_negations(text, find_verbs(text, mentions), mentions)
    done = [verb for verb in verbs if not verb.negated]
    undone = [verb for verb in verbs if verb.negated]
    hands = _hands(mentions, text)
    idle = _INACTION.search(text) and not any(n.of_hand for n in negations)
    refused = undone or idle or any(n.whole and not n.of_hand for n in negations)
    if not done and refused and not is_rubbing(text):
        raise TaskError(
            'the task asks for nothing to be done: say what to do, such as "pick up the mug"'
        )
    outs = [n for n in negations if not n.of_hand and (n.subject or _matters(n))]
    prompt = _prompt(sentence, mentions, negations, outs, hands)
    return Wording(
        prompt=prompt,
        hands=hands,
        silent=not mentions and re.search(r"\b(?:both|two|either|each|hands)\b", text) is None,
        acts=any(v.taught for v in done) or is_rubbing(text),
        untaught=tuple(dict.fromkeys(v.base for v in done if not v.taught)),
        left_out=tuple(sentence[n.start : n.stop].strip(" ,") for n in outs if n.subject is None),
        on_table=done_on_table(text, [verb.base for verb in done]),
    )


def describe(hands: frozenset[HandSet]) -> str:
    """The hands that a sentence names, in words."""
    if hands == EITHER:
        return "one hand"
    if len(hands) == 1:
        (only,) = hands
        return "both hands" if only == PAIR else f"the {next(iter(only))} hand"
    return f"the {'left' if ONLY[LEFT] in hands else 'right'} hand"


def _matters(negation: Negation) -> bool:
    """Whether it rules out what the networks might do."""
    return any(
        (verb.taught or verb.base == "touch") and verb.base not in _HARMLESS
        for verb in negation.verbs
        if verb.negated
    )


def _hands(mentions: list[Mention], text: str) -> frozenset[HandSet]:
    """The sets of hands that the mentions allow."""
    may_receive = any(m.may_receive for m in mentions)
    meant = [m for m in mentions if m.kind and not m.negated]
    kinds = {m.kind for m in meant}
    ruled_out = {m.kind for m in mentions if m.negated}
    sides = kinds & {LEFT, RIGHT}
    more = _NOT_ONLY.search(text) is not None
    if not meant and ({LEFT, RIGHT} <= ruled_out or _HANDLESS.search(text)):
        raise TaskError("the task rules out both hands: name one that may act")
    if BOTH in kinds or any(m.receives for m in meant) or (more and sides):
        return frozenset({PAIR})
    if len(sides) == 2:
        return EITHER if any(m.or_before for m in meant) else frozenset({PAIR})
    if OTHER in kinds and (sides or ONE in kinds):
        return frozenset({PAIR})
    if not ruled_out and any(m.kind == OTHER and _is_goal(m, text) for m in meant):
        return frozenset({PAIR})  # it goes to the other hand, so that there is one before
    if sides:
        (side,) = sides
        return frozenset({ONLY[side], PAIR} if may_receive else {ONLY[side]})
    for side in (LEFT, RIGHT):
        if side in ruled_out:
            return frozenset({ONLY[_OTHER[side]]})
    if ONE in kinds or BOTH in ruled_out:
        return EITHER
    return frozenset({PAIR}) if ONE in ruled_out else ANY


def _is_goal(mention: Mention, text: str) -> bool:
    """Whether something goes there: to the other hand."""
    return re.search(r"\b(?:in)?to\s+$", text[: mention.start]) is not None or (
        text.startswith(("to ", "into "), mention.start)
    )


def _prompt(
    sentence: str,
    mentions: list[Mention],
    negations: list[Negation],
    outs: list[Negation],
    hands: frozenset[HandSet],
) -> str:
    """The sentence with the hand that is meant in place of one that is ruled out, and without the
    negations."""
    edits: list[tuple[int, int, str]] = []
    text = sentence.lower() if len(sentence.lower()) == len(sentence) else sentence
    for negation in outs:
        first = negation.start if negation.subject is None else negation.subject.start
        edits.append((lead_in(text, first), negation.stop, " "))
    positive = {m.kind for m in mentions if not m.negated}
    if any(m.negated for m in mentions) and hands in _NAMED:
        others = [m for m in mentions if m.kind == OTHER and not m.negated]
        for m in others:  # "the other hand", or "with the other" alone
            lead = re.match(r"(?:with|in|using|to|into) |", text[m.start :])[0]
            edits.append((m.start, m.end, lead + describe(hands)))
    if hands <= EITHER and len(hands) == 1:  # "with your left" is less sure to be understood
        for m in (m for m in mentions if m.kind in _OTHER and not m.negated):
            words = _with_noun(m.kind, sentence[m.start : m.end])
            edits += [(m.start, m.end, words)] * (words != sentence[m.start : m.end])
        edits += [(a, b, " ") for a, b in _confusing(text, mentions, hands)]
    idle = {id(n.subject) for n in outs}
    for mention in (m for m in mentions if m.negated and id(m) not in idle):
        words = sentence[mention.start : mention.end]
        meant = _meant(mention, words)
        own = [n for n in negations if n.of_hand and n.start < mention.start <= n.stop]
        near = own[-1] if own else None
        aside = near is not None and not near.whole and not near.verbs
        if mention.unused:
            first = lead_in(text, mention.start)
            taken = bool(_INSTEAD[mention.kind] & positive)
            opens = first == 0 or re.search(r"[,.;:!?]\W*$|\band $", sentence[: mention.start])
            meant = meant if opens else meant.replace("use", "with", 1)
            edit = (first, mention.end, "") if taken else (mention.start, mention.end, meant)
            edits.append(edit)
        elif aside and _INSTEAD[mention.kind] & positive:
            edits.append((lead_in(text, near.start), mention.end, " "))
        else:
            edits.append((mention.start, mention.end, meant))
    cut = [(a, b) for a, b, _ in edits]
    if any(m.negated for m in mentions):
        for n in negations:
            if n.of_hand and not any(a < n.end and n.start < b for a, b in cut):
                edits.append((n.start, n.end, n.instead))
    if not edits:
        return sentence
    prompt, at = "", 0
    for start, end, instead in sorted(edits):
        if start >= at:
            prompt, at = prompt + sentence[at:start] + instead, end
    prompt = _tidied(prompt + sentence[at:])
    if hands in _NAMED and (hands != _hands(find_mentions(prompt.lower()), prompt.lower())):
        prompt = f"{prompt.rstrip(' .!?')} with {describe(hands)}"
    return prompt


def _tidied(prompt: str) -> str:
    """A sentence of which parts were taken out, without what is left around them."""
    prompt = re.sub(r"\s+", " ", prompt)
    prompt = re.sub(r"^(?:[\s,;:.-]|(?:and|but|or)\b)+", "", prompt).rstrip(" ,;:-")
    prompt = re.sub(r"[\s,]+(?:if|because|since|while|when|as|unless|and|but|or)$", "", prompt)
    prompt = re.sub(r"\b(?:a|the) hand (?=(?:the|your|my|his|her) (?:left|right)\b)", "", prompt)
    prompt = re.sub(r"\b(with|using) (with|using)\b", r"\1", prompt)
    return re.sub(r"\s+(?=[,.;!?])", "", prompt)


def _confusing(
    text: str, mentions: list[Mention], hands: frozenset[HandSet]
) -> Iterator[tuple[int, int]]:
    """Where the word for the other side stands for no hand, and for no way that the object goes:
    the networks hear of both hands in "pick up the mug on the left with the right hand"."""
    for pattern in _CONFUSING:
        for match in pattern.finditer(text):
            named = any(m.start < match.end() and match.start() < m.end for m in mentions)
            goes = " on " in match[0] and _GOES.search(text[: match.start()])
            if not named and not goes and frozenset({ONLY[match["side"]]}) != hands:
                yield match.span()


def _with_noun(side: str, words: str) -> str:
    """Words for a hand that say "hand" or the like."""
    if re.search(r"hand|palm|fist|arm|finger|thumb", words, re.IGNORECASE):
        return words
    words = re.sub(r"southpaw", f"{side}-handed", words, flags=re.IGNORECASE)
    if "handed" in words:
        return words
    return re.sub(r"(?<=left)(?:y|ie)$|(?<=right)y$|\s+one$|$", " hand", words, count=1, flags=re.I)


def _meant(mention: Mention, words: str) -> str:
    """Words for the hand that is meant where those of the mention rule one out."""
    if mention.unused:
        return f"{'with' if words.startswith('with') else 'use'} the {_OTHER[mention.kind]} hand"
    if mention.kind in _OTHER:
        other = _OTHER[mention.kind]
        words = _with_noun(mention.kind, words)
        return re.sub(mention.kind, other, words, flags=re.IGNORECASE)
    if "handed" in words.lower() or "manual" in words.lower():
        return "one-handed" if mention.kind == BOTH else "two-handed"
    return "one hand" if mention.kind == BOTH else "both hands"
