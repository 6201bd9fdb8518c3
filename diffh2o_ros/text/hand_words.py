"""Where a sentence speaks of a hand that acts.

"With the left hand" does, "the mug on the left" and "the left-hand drawer" do not.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from diffh2o_ros.text.verbs import taught_forms, untaught_forms
from diffh2o_ros.text.word_file import patterns, word_set

LEFT, RIGHT, BOTH, ONE, OTHER = "left", "right", "both", "one", "other"

_OWNER = r"\b(?:the|your|my|his|her|their|its|our|one's|an?|(?:the\s+)?[^\W_]+'s)\s+"
_HAND = r"(?:hand|palm|fist|arm|index finger|fore ?finger|finger ?tip|finger|thumb)"
_END = r"(?=\s*(?:$|[^\w\s'-]))"
_PLACES = r"(?:side|edge|corner|end|half|part|portion|drawer|shelf|door|lane|wall|column|row)s?\b"
_PARTS = {"owner": _OWNER, "hand": _HAND, "end": _END}
_PHRASES = tuple(
    (None if kind == "none" else kind, phrase)
    for kind, _, phrase in (line.partition(" ") for line in patterns("hands", "phrases", **_PARTS))
)
_IDLE = rf"(?:{'|'.join(patterns('hands', 'idle', **_PARTS))})\b"
_AWAY = "(?:off|out|away|down|free|back|where)"
_UNUSED = tuple(
    re.compile(pattern)
    for pattern in patterns(
        "hands",
        "unused",
        aside=rf"(?:<idle>|{_AWAY}\b)(?:\s+(?:of|it|this|the way|from))*",
        named=r"(?:<owner>)?(?P<side>left|right)[- ]?<hand>s?\b",
        staying=f"(?:{'|'.join(patterns('hands', 'staying'))})",
        idle=_IDLE,
        **_PARTS,
    )
)
_SIDE = re.compile(r"\b(left|right)(?![\w'])")
_NOUN = re.compile(
    rf"(?P<joint>-|\s*)(?:most\s+)?{_HAND}s?(?:'s?\s+(?:fingers?|finger ?tips|palm|thumb|grip))?"
    r"(?![\w'])(?P<hyphen>-?)"
)
_HANDED = re.compile(r"[- ]?handed(?:ly|ness)?\b")
_MAYBE_WITH = r"(?:with\s+|using\s+|in\s+|from\s+)?"
#: What makes a bare "left" a hand: with your left, in my right, the left one alone.
_HELD = re.compile(rf"\b(?:with|using|use|uses|used|in)\s+(?:only\s+|just\s+)?(?:{_OWNER})?$")
_LISTED = re.compile(
    rf"\s*(?:,|&|/|and|or|nor|to|then|,? and then)\s*(?:with\s+|to\s+|into\s+)?(?:{_OWNER})?"
    rf"(?:left|right)[- ]?{_HAND}s?\b"
)
_ELLIPTIC = re.compile(
    rf"\b(?:instead of|rather than|other than|not|except|into)\s+{_MAYBE_WITH}(?:{_OWNER})?$|"
    rf"\b(?:but|nor|or|and|then|never|without|&)\s+{_MAYBE_WITH}{_OWNER}$|"
    rf"\b(?:but|nor|or|and|then|never)\s+(?:with|using)\s+$|/$"
)
_AGREED = re.compile(r"(?:^|[.!?;])\W*(?:(?:ok|okay|now|well|so)\W+)?(?:all )?$")  # right, ...
_TRANSFER = r"\b(?:pass|hand|give|gave|switch|transfer|shift|mov|swap|put|bring|brought)\w*\b"


@dataclass
class Mention:
    """A place that speaks of `kind`: LEFT, RIGHT, BOTH, ONE (either, not both) or OTHER (the one
    that was not named before); None where it says nothing of which."""

    start: int
    end: int
    kind: str | None
    receives: bool = False  #: it gets the object from the other hand
    may_receive: bool = False  #: or the object goes to that side: nobody can tell
    or_before: bool = False  #: an alternative to the mention before
    negated: bool = False
    unused: bool = False  #: said to be idle, by the words of the mention itself


def find_mentions(text: str) -> list[Mention]:
    """All of a sentence in small letters, in order."""
    found: list[Mention] = []
    taken = [False] * (len(text) + 1)

    def add(mention: Mention) -> None:
        if not any(taken[mention.start : mention.end]):
            taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
            found.append(mention)

    for match in (m for pattern in _UNUSED for m in pattern.finditer(text)):
        add(Mention(match.start(), match.end(), match["side"], negated=True, unused=True))
    for kind, pattern in _PHRASES:
        for match in re.finditer(pattern, text):
            add(Mention(match.start(), match.end(), kind))
    for match in _SIDE.finditer(text):
        mention = _side(text, match)
        if mention is not None:
            add(mention)
    speaks = found or re.search(r"\b(?:a|the|any|which|what) hand\b", text)
    for match in _SIDE.finditer(text) if speaks else ():
        mention = _leaning(text, match, found)
        if mention is not None:
            add(mention)
    found.sort(key=lambda m: m.start)
    for before, mention in itertools.pairwise(found):
        between = text[before.end : mention.start]
        joined = re.fullmatch(rf"\s*(?:,?\s*or|/)\s*(?:\w+\s+)?(?:{_OWNER})?", between)
        mention.or_before = joined is not None
    return found


def _side(text: str, match: re.Match) -> Mention | None:
    """The mention whose "left" or "right" this is, if it stands for a hand by itself."""
    before, after = text[: match.start()], text[match.end() :]
    if match[1] == RIGHT and _AGREED.search(before) and after.lstrip()[:1] in (",", ".", "!"):
        return None
    start = match.start() - len(re.search(rf"(?:{_OWNER})?(?:own\s+)?$", before)[0])
    if handed := _HANDED.match(after):
        follows = _next_word(after[handed.end() :])
        if follows in word_set("small_words", "people") or _stands_alone(follows):
            return Mention(match.start(), match.end() + handed.end(), match[1])
        return None
    if noun := _NOUN.match(after):
        end = match.end() + noun.end() - len(noun["hyphen"])
        rest = text[end:]
        if noun["hyphen"] or re.match(rf"[- ]?{_PLACES}", rest):
            return None
        if re.search(r"\b(?:is|was|are|what's|it's|all|been|turn|turns|on|at)\s+$", before):
            return None  # all that is left hand over; turn right
        if re.search(rf"\b(?:on|at)\s+{_OWNER}$", before) and not re.search(r"\bbalanc", before):
            return None
        follows = _next_word(rest)
        alone = _stands_alone(follows)
        if not alone and (noun["joint"] == "-" or _is_object(before)):
            return None  # the left-hand mug; lift the left hand mug
        return Mention(start, end, match[1], receives=_receives(before, rest))
    if _LISTED.match(after) and not re.search(rf"\b(?:to|on|at|towards?)\s+(?:{_OWNER})?$", before):
        return Mention(start, match.end(), match[1])
    one = re.match(r"\s+one\b(?!\s+of)", after)
    if _HELD.search(before) and (one or _ends_bare(after)):
        return Mention(start, match.end() + (one.end() if one else 0), match[1])
    return None


def _leaning(text: str, match: re.Match, found: list[Mention]) -> Mention | None:
    """A bare "left" or "right" that other words make a hand: from the left hand to the right."""
    before, after = text[: match.start()], text[match.end() :]
    start = match.start() - len(re.search(rf"(?:{_OWNER})?$", before)[0])
    one = re.match(r"\s+one\b(?!\s+of)", after)
    end = match.end() + (one.end() if one else 0)
    if not one and (_next_word(after) == "of" or not _ends_bare(after)):
        return None
    joint = re.search(rf"\s*(?:,\s*)?(?:\band|\bor|&)\s+(?:{_OWNER})?$", before)
    if _ELLIPTIC.search(before) or (joint and any(m.end == joint.start() for m in found)):
        return Mention(start, end, match[1])
    does = _next_word(after)
    if re.search(rf"{_OWNER}$", before) and does.endswith("s") and does in taught_forms():
        return Mention(start, end, match[1])  # the left hand holds it, the right lifts the lid
    from_other = [m for m in found if re.search(r"\bfrom\s+$", text[: m.start])]
    if from_other and re.fullmatch(r"\s*(?:in|on)?to\s+", text[from_other[-1].end : start]):
        return Mention(start, end, match[1], receives=True)
    by_hand = re.match(rf"\s+(?:with|using|by)\s+(?:{_OWNER})?(?:left|right)[- ]?{_HAND}", after)
    named = any(m.kind == match[1] for m in found)  # a hand gives nothing to itself
    to_somebody = re.search(r"\b(?:someone|somebody|person|people|friend)\s+to\s+$", text[:start])
    if re.search(r"\bto\s+$", text[:start]) and not (named or by_hand or to_somebody):
        verbs = [word for word in re.findall(r"[a-z]+", before) if word in taught_forms()]
        if verbs and re.match(_TRANSFER, verbs[-1]):
            return Mention(start, end, None, may_receive=True)
    return None


def _receives(before: str, rest: str) -> bool:
    """Whether a named hand is given the object by the other one."""
    if re.search(rf"\bfor\s+(?:{_OWNER})?$", before) and re.match(r"\s+to take\b", rest):
        return True
    let = re.search(rf"\blet(?:s|ting)?\s+(?:{_OWNER})?$", before)
    if let and re.match(r"\s+take over\b", rest):
        return True
    if re.search(rf"\b(?:in)?to\s+(?:{_OWNER})?$", before):
        return re.search(r"\b(?:tak|took)\w*\s+(?:\w+\s+){1,4}into\s+\S*\s*$", before) is None
    put = re.search(rf"\b(?:put|plac|lay|laid)\w*\s+(?:it|them)\s+in\s+(?:{_OWNER})?$", before)
    return put is not None


def _next_word(text: str) -> str:
    """The word that follows at once; nothing before a sign or the end."""
    match = re.match(r"[\s-]*([^\W_]+(?:'[^\W_]+)*)", text)
    return match[1] if match else ""


def _stands_alone(follows: str) -> bool:
    """Whether words for a hand are whole before the word `follows`."""
    if not follows or follows in word_set("small_words", "function") or follows.endswith("ly"):
        return True
    return _is_grip(follows) or follows in taught_forms() or follows in untaught_forms()


def _is_grip(word: str) -> bool:
    return word in word_set("small_words", "grips")


def _ends_bare(after: str) -> bool:
    """The same without "hand": with the left lift it, but not with the right grip."""
    if re.match(r"\s+taking \w+ time\b", after):
        return True
    follows = _next_word(after)
    if follows in taught_forms() or follows in untaught_forms():
        follow = r"\s+(?:up|out|down|over|the|an?|it|them|this|that)\b"
        return re.match(rf"\W*{follows}{follow}", after) is not None
    return not _is_grip(follows) and _stands_alone(follows)


def _is_object(before: str) -> bool:
    """Whether what follows is what a verb is done to: lift the, pick up the."""
    match = re.search(r"([^\W_]+)(?:\s+(?:up|for|down|over))?\s+(?:the|that|this)\s+$", before)
    verb = taught_forms().get(match[1]) if match else None
    return verb is not None and verb not in ("use", "extend", "raise", "bring")
