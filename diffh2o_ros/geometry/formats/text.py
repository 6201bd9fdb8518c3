"""Text of numbers, as fast as NumPy goes and without believing any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diffh2o_ros.geometry.mesh import MeshError

_CHUNK = 8 << 20
_NEWLINE, _SPACE = 10, 32
# What parts words, as for bytes.split.
_FILLED = ~np.isin(np.arange(256), list(b" \t\n\r\v\f"))
# What C libraries of Microsoft print for numbers that are none.
_MICROSOFT = re.compile(rb"[+-]?1\.#(IND|QNAN|SNAN|INF)\d*", re.IGNORECASE)
_BOMS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


@dataclass(frozen=True)
class Lines:
    """Some lines of a text that follow one another.

    Attributes:
        text: their bytes, each line with a newline at its end.
        first: number of the first one, from 1.
        ends: (L,) where each line's newline is.
        counts: (L,) how many words each has.
        heads: (L,) where the first word of each begins, at the line's end if there is none.
    """

    text: bytes
    first: int
    ends: np.ndarray
    counts: np.ndarray
    heads: np.ndarray

    def part(self, chosen: np.ndarray, without: int = 0) -> bytes:
        """The text of the (L,) bool chosen lines, less the first `without` letters of each."""
        letters = np.frombuffer(self.text, np.uint8)
        if without:
            letters = letters.copy()
            letters[self.heads[chosen, None] + np.arange(without)] = _SPACE
        if not chosen.all():
            letters = letters[np.repeat(chosen, np.diff(self.ends, prepend=-1))]
        return letters.tobytes()

    def starting(self, word: bytes) -> np.ndarray:
        """(L,) bool: the lines whose first word is this one, in letters of either case."""
        letters = np.frombuffer(self.text, np.uint8)
        found = np.flatnonzero(self._initials == word[0])
        for at, letter in enumerate(word[1:], 1):
            # A line's newline is the last letter that is looked at.
            here = letters[np.minimum(self.heads[found] + at, self.ends[found])]
            found = found[(here | 32) == letter]
        here = letters[np.minimum(self.heads[found] + len(word), self.ends[found])]
        chosen = np.zeros(len(self.heads), bool)
        chosen[found[~_FILLED[here]]] = True
        return chosen

    @cached_property
    def _initials(self) -> np.ndarray:
        """(L,) the first letter of each line, small."""
        return np.frombuffer(self.text, np.uint8)[self.heads] | 32

    def error(self, at: int, problem: str) -> MeshError:
        """What to raise where line `at` of these is not as it should be."""
        words = shorten(self.text[self.heads[at] : self.ends[at]])
        return MeshError(f"line {self.first + at} ({words}) {problem}")


def shorten(text: bytes) -> str:
    """The start of a text, for a message of one line."""
    words = " ".join(text[:200].decode("utf-8", "replace").split())
    words = "".join(c if c.isprintable() else "?" for c in words)
    return f"'{words}'" if len(words) <= 40 else f"'{words[:37]}...'"


def plain(data: bytes) -> bytes:
    """A text without byte order mark and what old systems put at its end, in an ASCII-compatible
    encoding, its lines ended by newlines alone. What is not ASCII stays as it is: no number is."""
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            data = data.decode(encoding, "replace").encode() if mark[:1] != b"\xef" else data[3:]
            break
    data = data.rstrip(b"\0\x1a")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def in_lines(text: bytes, first: int = 1) -> Iterator[Lines]:
    """A text by some megabytes of whole lines at a time."""
    start = 0
    while start < len(text):
        end = len(text)
        if end - start > _CHUNK:
            end = text.rfind(b"\n", start, start + _CHUNK) + 1 or text.find(b"\n", start) + 1 or end
        part = text[start:end]
        lines = measured(part if part.endswith(b"\n") else part + b"\n", first)
        yield lines
        start, first = end, first + len(lines.ends)


def measured(text: bytes, first: int) -> Lines:
    """The lines of a text that ends with a newline; the first one has the number `first`."""
    letters = np.frombuffer(text, np.uint8)
    filled = _FILLED[letters]
    begins = filled.copy()
    begins[1:] &= ~filled[:-1]
    ends = np.flatnonzero(letters == _NEWLINE)
    begins = np.flatnonzero(begins)
    until = np.searchsorted(begins, ends)
    counts = np.diff(until, prepend=0)
    heads = np.append(begins, len(text))[until - counts]
    return Lines(text, first, ends, counts, np.where(counts > 0, heads, ends))


def floats(text: bytes) -> np.ndarray:
    """(N,) float64, the words of a text. Raises MeshError that names one that is no number."""
    words = text.split()
    if b"_" not in text:  # Python reads 1_000
        try:
            return np.array(list(map(float, words)), np.float64)
        except ValueError:
            pass
    return np.array([_number(word) for word in words], np.float64)


def integers(words: list[bytes]) -> np.ndarray:
    """(N,) int64. Raises MeshError that names a word that is no integer."""
    try:
        found = np.array(list(map(int, words)), np.int64)
        if b"_" not in b"".join(words):
            return found
    except (ValueError, OverflowError):
        pass
    wrong = next(word for word in words if re.fullmatch(rb"[+-]?\d{1,18}", word) is None)
    raise MeshError(f"{shorten(wrong)} is not the number of a vertex")


def _number(word: bytes) -> float:
    if b"_" not in word:
        try:
            return float(word)
        except ValueError:
            if _MICROSOFT.fullmatch(word):
                return np.nan
    mend = "; write numbers with a point" if re.fullmatch(rb"[+-]?\d+,\d+", word) else ""
    raise MeshError(f"{shorten(word)} is not a number{mend}")
