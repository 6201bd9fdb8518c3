"""The lists of words and clauses that sentences are made of, and how one of a list is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from diffh2o_ros.data.language.notation import check_notation
from diffh2o_ros.text.word_file import Entry, read_word_file

FOLDER = Path(__file__).parent


@cache
def lists(file: str) -> dict[str, tuple[Entry, ...]]:
    """The lists of `<file>.txt` in this folder by name, in its order, read once and checked.

    Raises:
        WordFileError: the file does not follow the notation.
    """
    found = read_word_file(FOLDER / f"{file}.txt")
    for entry in (entry for entries in found.values() for entry in entries):
        check_notation(entry)
    return found


@cache
def words(name: str) -> tuple[str, ...]:
    """A list of `words.txt`, each entry as often as its weight says."""
    return _repeated(lists("words")[name])


@cache
def clauses_of(name: str) -> tuple[str, ...]:
    """A list of `clauses.txt`, likewise."""
    return _repeated(lists("clauses")[name])


def _repeated(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    return tuple(entry.text for entry in entries for _ in range(entry.weight))


@cache
def kinds(kind: str) -> dict[str, tuple[str, ...]]:
    """The lists named `kind word` in `words.txt`, by word."""
    names = [name.split(" ", 1) for name in lists("words") if name.startswith(f"{kind} ")]
    return {word: words(f"{kind} {word}") for _, word in names}


def ways(action: str) -> dict[str, tuple[str, ...]]:
    """The directions an action's sentences may speak of, and the words for each."""
    return kinds(action) or kinds("to")


def pick(options: Sequence, rng: np.random.Generator):
    """One of the options, all as likely."""
    return options[int(rng.integers(len(options)))]


def pick_weighted(options: Sequence, rng: np.random.Generator):
    """One of the options, as often as its `weight` says."""
    heights = np.cumsum([option.weight for option in options])
    return options[int(np.searchsorted(heights, rng.random() * heights[-1], side="right"))]
