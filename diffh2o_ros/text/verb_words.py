"""Where a sentence in small letters has its verbs, and where a word only looks like one.

"Hammer it" has one, "the hammer" and "in place" have none.
"""

from __future__ import annotations

import re

from diffh2o_ros.text.hand_words import Mention
from diffh2o_ros.text.negation import WORD
from diffh2o_ros.text.verbs import taught_forms, untaught_forms
from diffh2o_ros.text.word_file import patterns, word_set

#: Words for a verb that mean something else.
_IDIOMS = re.compile(rf"\b(?:{'|'.join(patterns('idioms', 'no verbs'))})")
#: The only verb of "run the mug over the table".
_RUBS = re.compile(
    r"\b(?:run|runs|running|ran)\b.*\b(?:back and forth|to and fro|over|along|across)\b"
)
_HANDING = re.compile(
    r"hand(?:ed|ing)\b|hands? (?:me|it|him|her|us|them|over|back|the|this|that|an?|my|your)\b"
)
#: Between "use" and a hand: it is the hand that is used, so that nothing is said to be done.
_MERELY = re.compile(r"\s+(?:(?:only|just|nothing|anything|any|but|except|other|than|not|no)\s+)*")


def _small(name: str) -> frozenset[str]:
    return word_set("small_words", name)


def find_verbs(text: str, mentions: list[Mention]) -> dict[int, tuple[str, bool]]:
    """The verbs of a sentence by where they start: base form, and whether it is taught."""
    skipped = [match.span() for match in _IDIOMS.finditer(text)]
    skipped += [(m.start, m.end) for m in mentions if m.unused]
    tokens = [(match[0], match.start(), match.end()) for match in WORD.finditer(text)]
    words = [word for word, _, _ in tokens]
    found = {}
    for i, (word, start, end) in enumerate(tokens):
        if any(first <= start < last for first, last in skipped):
            continue
        before, after = words[max(i - 4, 0) : i], words[i + 1 : i + 3]
        if word in taught_forms():
            base = taught_forms()[word]
            named = any(m.start <= start < m.end for m in mentions)
            opens = not before or before[-1] in _small("starters")
            gives = _HANDING.match(text[start:]) or (opens and word == "hand")
            hand = base == "hand" and (named or not gives or before[-1:] == ["-"])
            aims_at_hand = base == "use" and any(
                m.start >= end and _MERELY.fullmatch(text[end : m.start]) for m in mentions
            )
            if not hand and not aims_at_hand and not _is_thing(word, before):
                found[start] = base, True
        elif word in untaught_forms() and _is_verb(before, after):
            found[start] = untaught_forms()[word], False
    return found


def _is_thing(word: str, before: list[str]) -> bool:
    """Whether a word that may be a verb names a thing or a place here: the hammer, in place."""
    if not before:
        return False
    if word not in _small("things"):
        noun = before[-1] in _small("before nouns") and not word.endswith(("ing", "ed"))
        return noun and not _small("light verbs") & set(before)
    if before[-1] in ("in", "of") and word in ("place", "position", "use", "view"):
        return True
    if before[-1] in word_set("negation", "auxiliaries"):
        return False
    for i, earlier in enumerate(reversed(before[-3:])):
        if earlier in _small("determiners"):
            return not _small("light verbs") & set(before[: len(before) - i])
        if (
            earlier in taught_forms()
            or earlier in _small("people")
            or earlier in ("with", "to", "and")
        ):
            return False
        if not earlier.isalnum() and "'" not in earlier:
            return False
    return False


def _is_verb(before: list[str], after: list[str]) -> bool:
    """Whether a word that is no taught verb stands where a verb does."""
    if before and before[-1] in _small("determiners"):
        return False
    if len(after) > 1 and after[1] in ("hand", "hands", "fingers", "palm"):
        return False  # open your hand
    return (
        not before
        or before[-1] in _small("starters")
        or (bool(after) and after[0] in _small("pronouns"))
    )


def is_rubbing(text: str) -> bool:
    """Whether something is run over something else, a taught action without a verb of its own."""
    return _RUBS.search(text) is not None
