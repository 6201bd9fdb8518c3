"""A phrase for an action, and the notation in which phrases are written down.

A line is a weight, marks and a text. In the text {verb} is inflected with its subject; <obj> is the
object and <it> its pronoun (<its> the possessive, <was> "it was"), <poss> the actor's possessive
and <self> the reflexive. @ follows the words with which the object is taken: a phrase for the hand
or for the hold may stand there (the one for the hand at the end, too, unless it says @!). <hand> is
a hand named inside the phrase, <other> the one that gets the object from it, "<side> to <far>"
their bare names; <to>, <at> and <receiver> are direction phrases, <someone> is a receiver without a
direction and <liquid> what is poured or drunk. A text that starts with "<obj> [is]" is passive.

Marks: ~ the object cannot come back to its place after this; both: two hands do it, and the phrase
says so; ?word|word only said of an object whose name holds one of the words.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from diffh2o_ros.text.word_forms import inflect

HELD_OUT = 0.15  # about this share of the less plain templates is never used for training
PLAIN = 6  # templates of this weight and more are never held out
_DIRECTIONS = ("<to>", "<at>", "<receiver>")
_LINE = re.compile(r"(\d+) (~ )?(both: )?(?:\?(\S+) )?(.*)")


@dataclass(frozen=True)
class Template:
    """One phrase: its text, how often it is drawn, and what it needs to be true."""

    text: str
    weight: int = 1
    ends_elsewhere: bool = False
    two_handed: bool = False
    nouns: str = ""

    @property
    def names_hand(self) -> bool:
        return "<hand>" in self.text or "<side>" in self.text or self.two_handed

    @property
    def names_direction(self) -> bool:
        return any(slot in self.text for slot in _DIRECTIONS)

    @cached_property
    def held_out(self) -> bool:
        """Whether it is kept from training: fixed by its text, never so for the plain ones."""
        digest = hashlib.sha256(self.text.encode()).digest()
        return self.weight < PLAIN and digest[0] < 256 * HELD_OUT

    @cached_property
    def passive(self) -> str | None:
        """The same said of the object, if English can."""
        if self.text.startswith("<obj> [is]"):
            return self.text
        said = passive_clause(self.text)
        return None if said is None else "<obj> [is] " + said

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """What follows the taking of the object, clause by clause; () if that is not told apart."""
        match = re.match(r"[^@]*<obj>[^@]*@!?(?:,| and) (\{.*)", self.text)
        return split_clauses(match[1]) if match else ()

    def fits(self, name: str) -> bool:
        """Whether it may be said of a thing called `name`."""
        return not self.nouns or re.search(self.nouns, name, re.I) is not None


def passive_clause(text: str) -> str | None:
    """ "{raise} <it> up" -> "raised up"; None where a verb has another object, or one is left."""
    pattern = r"\{(\w+)\}((?: up| out| over| down)?) <(?:obj|it)>"
    said = re.sub(pattern, lambda m: inflect(m[1], "participle") + m[2], text)
    unfit = re.search(r"\{|<it>|<obj>|\bgot\b|\bhad\b", said)
    return None if unfit else said


def split_clauses(text: str) -> tuple[str, ...]:
    """The clauses of a phrase, one for each verb that is inflected."""
    return tuple(re.split(r"(?:, and|,| and) (?=\{)", text))


def parse(lines: str) -> tuple[Template, ...]:
    """Templates from lines `weight [marks] text`."""
    found = []
    for line in lines.strip().splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"not a phrase: '{line.strip()}'; write a weight, then the text")
        weight, away, both, nouns, text = match.groups()
        found.append(Template(text, int(weight), bool(away), bool(both), nouns or ""))
    return tuple(found)
