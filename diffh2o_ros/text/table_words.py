"""Whether a sentence asks for what is done on the table: wiping it, or pressing on it."""

from __future__ import annotations

import re
from collections.abc import Collection

from diffh2o_ros.text.verb_words import is_rubbing

WIPE, PRESS = "wipe", "press"
_WIPING = frozenset(
    ("brush", "clean", "dust", "erase", "polish", "rub", "scrub", "sweep", "swipe", "wipe")
)
_PRESSING = frozenset(("press", "stamp", "tamp"))
#: Move it to and fro along the table; push it down.
_TO_AND_FRO = re.compile(
    r"\b(?:to and fro|back and forth)\b.*\b(?:table|surface|desk|counter)|"
    r"\b(?:slid|drag|mov)\w*\b.*\b(?:to and fro|back and forth)\b"
)
_PUSH = re.compile(r"\bpush\w*\b.*\b(?:down|onto|against)\b")
#: Nouns that are spelled like verbs of these.
_NOUN = re.compile(
    r"\b(?:an?|the|this|that|these|those|my|your|his|her|its|their)(?:\s+\w+)?\s+"
    r"(?:brush|stamp|press|polish)(?:es|s)?\b"
)


def done_on_table(text: str, verbs: Collection[str]) -> str | None:
    """WIPE, PRESS or None.

    Args:
        text: the sentence in small letters. verbs: base forms of what is done in it.
    """
    nouns = {verb for verb in ("brush", "stamp", "press", "polish") if _is_noun(text, verb)}
    verbs = set(verbs) - nouns
    if _WIPING & verbs or is_rubbing(text) or _TO_AND_FRO.search(text):
        return WIPE
    if _PRESSING & verbs or _PUSH.search(text):
        return PRESS
    return None


def _is_noun(text: str, verb: str) -> bool:
    """Whether a word of a sentence is there as a noun alone."""
    return verb in text and verb not in _NOUN.sub(" ", text)
