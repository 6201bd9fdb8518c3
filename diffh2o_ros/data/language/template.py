"""A phrase for an action, and the notation in which phrases are written down.

A line is a weight and a text. In the text {verb} is inflected with its subject; <obj> is the object
and <it> its pronoun, <poss> the actor's possessive and <self> the reflexive; @ is a place where a
hand phrase may stand (so is the end, unless it says @!); <hand> is a hand named inside the phrase;
<to>, <at> and <receiver> are direction phrases, <someone> is a receiver without a direction and
<liquid> what is poured or drunk. In a passive phrase [is] is "is" or "are", with an adverb of
manner after it if one is used.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """One phrase: its text, how often it is drawn, and what it needs to be true."""

    text: str
    weight: int
    names_hand: bool
    names_direction: bool


def parse(lines: str) -> tuple[Template, ...]:
    """Templates from lines `weight text`."""
    found = []
    for line in lines.strip().splitlines():
        weight, text = line.strip().split(" ", 1)
        directed = any(slot in text for slot in ("<to>", "<at>", "<receiver>"))
        found.append(Template(text, int(weight), "<hand>" in text, directed))
    return tuple(found)
