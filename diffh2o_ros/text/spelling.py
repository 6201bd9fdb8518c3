"""Words for a hand as people type them: in one word, as two letters, with letters swapped."""

from __future__ import annotations

import re

_SIDES = {"l": "left", "r": "right"}
_RULES = tuple(
    (re.compile(pattern, flags), instead)
    for pattern, flags, instead in (
        (r"\b(?P<side>left|right)hand(?P<end>ed(?:ly)?|s)?\b", re.IGNORECASE, None),
        (r"\b(?P<side>[LR])(?:\.H\.|H\b)", 0, None),
        (r"\b(?P<before>my|your|the|with|using) (?P<side>[lr])h\b", re.IGNORECASE, None),
        (r"\b(?:leff?tt|lefft|lef|letf|lfet|elft)(?=[ -]hand)", re.IGNORECASE, "left"),
        (r"\b(?:rigth|rihgt|rght|righ|rigt|rightt|irght)(?=[ -]hand)", re.IGNORECASE, "right"),
        (r"\b(?P<side>left|right) (?:hnad|hadn|han|hnd|ahnd|haand)\b", re.IGNORECASE, None),
    )
)


def spelled_out(text: str) -> str:
    """The text with "lefthand", "RH" and "rigth hand" as "left hand" and "right hand"."""
    for pattern, instead in _RULES:
        text = pattern.sub(_whole if instead is None else instead, text)
    return text


def _whole(match: re.Match) -> str:
    found = match.groupdict()
    side = _SIDES.get(found["side"].lower(), found["side"])
    before, end = found.get("before"), found.get("end") or ""
    words = f"{side}{'-' if end.startswith('ed') else ' '}hand{end}"
    return f"{before} {words}" if before else words
