"""Word files: lists of words and phrases in plain text, to be read and edited by people.

    # a comment
    [to left]              the name of a list
    to the left *3         an entry, and its weight where that is not 1
    on <poss> left
    + receiver left        all entries of a list further up

What stands before the first name belongs to a list without one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diffh2o_ros.errors import Diffh2oError

_NAME = re.compile(r"\[([\w ]+)\]")
_WEIGHTED = re.compile(r"(.*\S)\s+\*([1-9]\d*)")
_ENGLISH = Path(__file__).parent / "words"


class WordFileError(Diffh2oError):
    """A word file that does not follow its notation; the message names the line."""


@dataclass(frozen=True)
class Entry:
    """A line of a list; the weight says how often it is drawn, beside the others."""

    text: str
    weight: int
    place: str  #: file and number of the line

    def error(self, message: str) -> WordFileError:
        """What to raise where the entry is not as it should be."""
        return WordFileError(f"{self.place}: '{self.text}' {message}")


def read_word_file(path: Path) -> dict[str, tuple[Entry, ...]]:
    """The lists of a file by name, in the order of the file.

    Raises:
        WordFileError: a weight that is no whole number from 1, a list named twice, or a list that
            is referred to and not there.
    """
    lists: dict[str, list[Entry]] = {}
    own: list[Entry] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        entry = Entry(line, 1, f"{path.name}, line {number}")
        if not line or line.startswith("#"):
            continue
        if match := _NAME.fullmatch(line):
            if match[1] in lists:
                raise entry.error("is there twice")
            own = lists[match[1]] = []
            continue
        own = lists.setdefault("", []) if own is None else own
        if line.startswith("+ "):
            if line[2:] not in lists:
                raise entry.error("names no list further up")
            own += lists[line[2:]]
        else:
            match = _WEIGHTED.fullmatch(line)
            text, weight = (match[1], int(match[2])) if match else (line, 1)
            if re.search(r"\s\*", text):
                raise entry.error("has a bad weight: write *2, *3 ... at its end")
            own.append(Entry(text, weight, entry.place))
    return {name: tuple(entries) for name, entries in lists.items()}


@cache
def _english(file: str) -> dict[str, tuple[Entry, ...]]:
    return read_word_file(_ENGLISH / f"{file}.txt")


@cache
def word_set(file: str, name: str) -> frozenset[str]:
    """The single words, between blanks, of a list in `text/words/<file>.txt`.

    Raises:
        WordFileError: a word is there twice.
    """
    found: set[str] = set()
    for entry in _english(file)[name]:
        for word in entry.text.split():
            if word in found:
                raise entry.error(f"has '{word}', which the list has already")
            found.add(word)
    return frozenset(found)


@cache
def word_table(file: str, name: str) -> dict[str, tuple[str, ...]]:
    """A list in `text/words/<file>.txt`: the first word of a line, and those that follow it.

    Raises:
        WordFileError: two lines begin with the same word.
    """
    found: dict[str, tuple[str, ...]] = {}
    for entry in _english(file)[name]:
        first, *others = entry.text.split()
        if first in found:
            raise entry.error(f"tells of '{first}' again")
        found[first] = tuple(others)
    return found


def patterns(file: str, name: str, **parts: str) -> list[str]:
    """A list of regular expressions in `text/words/<file>.txt`; what `parts` names stands in them
    as <name>, and is put there."""
    found = [entry.text for entry in _english(file)[name]]
    for part, meant in parts.items():
        found = [text.replace(f"<{part}>", meant) for text in found]
    return found
