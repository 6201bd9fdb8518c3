"""A phrase for an action, in the notation of `notation.py`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cached_property

from diffh2o_ros.text.word_file import Entry
from diffh2o_ros.text.word_forms import inflect

HELD_OUT = 0.15  # about this share of the less plain templates is never used for training
PLAIN = 6  # templates of this weight and more are never held out
_DIRECTIONS = ("<to>", "<at>", "<receiver>")
_SEVERAL = re.compile(
    r"\b(few|several|repeatedly|blows|shakes|over and over|again and again|away)\b"
)
_MARKS = re.compile(r"(~ )?(both: )?(?:\?([\w|]+) )?(\S.*)")


@dataclass(frozen=True)
class Template:
    """One phrase: its text, how often it is drawn, and what it needs to be true."""

    text: str
    weight: int = 1
    ends_elsewhere: bool = False
    two_handed: bool = False
    nouns: str = ""
    core: str = ""  #: what the phrases made of one have in common: kept from training together

    @property
    def names_hand(self) -> bool:
        return "<hand>" in self.text or "<side>" in self.text or self.two_handed

    @property
    def names_direction(self) -> bool:
        return any(slot in self.text for slot in _DIRECTIONS)

    @cached_property
    def says_several(self) -> bool:
        """Whether it says that something is done more than once or twice."""
        return _SEVERAL.search(self.text) is not None

    @cached_property
    def held_out(self) -> bool:
        """Whether it is kept from training: fixed by its text, never so for the plain ones."""
        digest = hashlib.sha256((self.core or self.text).encode()).digest()
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


def expanded(template: Template, takes: tuple[str, ...]) -> tuple[Template, ...]:
    """The phrases made of one for what is done with a thing that is held: it alone, and after each
    of `takes`."""
    deed = template.text
    alone = deed.replace("<it>", "<obj>", 1)
    joint = ", " if len(split_clauses(deed)) > 1 else " and "
    texts = (*((alone,) if "<obj>" in alone else ()), *(take + joint + deed for take in takes))
    weights = (template.weight, *(1 for _ in takes))[-len(texts) :]
    return tuple(
        replace(template, text=text, weight=weight, core=deed)
        for text, weight in zip(texts, weights, strict=True)
    )


def passive_clause(text: str) -> str | None:
    """ "{raise} <it> up" -> "raised up"; None where a verb has another object, or one is left."""
    pattern = r"\{(\w+)\}((?: up| out| over| down)?) <(?:obj|it)>"
    said = re.sub(pattern, lambda m: inflect(m[1], "participle") + m[2], text)
    unfit = re.search(r"\{|<it>|<obj>|\bgot\b|\bhad\b", said)
    return None if unfit else said


def split_clauses(text: str) -> tuple[str, ...]:
    """The clauses of a phrase, one for each verb that is inflected."""
    return tuple(re.split(r"(?:, and|,| and) (?=\{)", text))


def parse(entry: Entry) -> Template:
    """The template that an entry of a phrase file writes down.

    Raises:
        WordFileError: an unknown mark, or no phrase behind the marks.
    """
    match = _MARKS.fullmatch(entry.text)
    away, both, nouns, text = match.groups()
    if "{" not in text and "[is]" not in text:
        raise entry.error("has no {verb}")
    if wrong := re.search(r"[:~?]", text):
        raise entry.error(f"has a stray {wrong[0]}: marks are ~ both: ?word|word, in this order")
    return Template(text, entry.weight, bool(away), bool(both), nouns or "")
