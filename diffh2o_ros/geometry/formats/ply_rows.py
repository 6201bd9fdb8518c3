"""The rows of a PLY file as arrays, one for each property that is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.formats.ply_header import Element, Header
from diffh2o_ros.geometry.mesh import MeshError

_CUT = "the file is cut short; copy it again"


@dataclass
class Columns:
    """The R rows of an element, by the place of a property among its properties.

    Attributes:
        numbers: (R,) of each property that is one number.
        lists: of each list, (R,) how many entries each row has, and (N,) all entries in order.
    """

    numbers: dict[int, np.ndarray] = field(default_factory=dict)
    lists: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)


class BinaryRows:
    """Hands out the elements of a binary file one after another."""

    def __init__(self, data: bytes, header: Header) -> None:
        self._data, self._at = data, header.begin
        self._letters = np.frombuffer(data, np.uint8)
        self._endian = "big" if header.order == ">" else "little"

    def take(self, element: Element, wanted: Collection[int]) -> Columns:
        """The next element. Raises MeshError where it is cut short."""
        if element.rows * element.smallest > len(self._data) - self._at:
            raise _cut(element)
        if element.rows == 0 or not element.properties:
            return _empty(element, wanted)
        # Most often, all lists of an element are as long as those of its first row.
        _, lists = self._walk(element, 1)
        columns = self._alike(element, [int(sizes[0]) for _, sizes in lists])
        return self._unlike(element, wanted) if columns is None else columns

    def _alike(self, element: Element, sizes: list[int]) -> Columns | None:
        """Rows whose lists have these numbers of entries; None if not all have."""
        fields, left = [], iter(sizes)
        for at, p in enumerate(element.properties):
            if p.count is None:
                fields.append((f"p{at}", p.dtype))
            else:
                fields += [(f"n{at}", p.count), (f"p{at}", p.dtype, (next(left),))]
        length = sum(np.dtype(f[1]).itemsize * (f[2][0] if len(f) > 2 else 1) for f in fields)
        if element.rows * length > len(self._data) - self._at:
            return None
        rows = np.frombuffer(self._data, np.dtype(fields), element.rows, self._at)
        lists = element.lists()
        if any((rows[f"n{at}"] != n).any() for at, n in zip(lists, sizes, strict=True)):
            return None
        self._at += element.rows * length
        columns = Columns()
        for at, p in enumerate(element.properties):
            if p.count is None:
                columns.numbers[at] = rows[f"p{at}"]
            else:
                columns.lists[at] = rows[f"n{at}"].astype(np.int64), rows[f"p{at}"].reshape(-1)
        return columns

    def _unlike(self, element: Element, wanted: Collection[int]) -> Columns:
        begins, found = self._walk(element, element.rows)
        self._at, anchor = int(begins[-1]), begins[:-1]
        columns, offset, lists = Columns(), 0, iter(found)
        for at, p in enumerate(element.properties):
            if p.count is None:
                if at in wanted:
                    columns.numbers[at] = self._gather(anchor + offset, p.dtype)
                offset += p.dtype.itemsize
                continue
            end, size = next(lists)
            if at in wanted:
                place = np.arange(size.sum()) - np.repeat(np.cumsum(size), size)
                entries = np.repeat(end, size) + place * p.dtype.itemsize
                columns.lists[at] = size, self._gather(entries, p.dtype)
            anchor, offset = end, 0
        return columns

    def _walk(self, element: Element, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Where each of the next rows begins and the one after them, (rows + 1,), and of each list
        where it ends and how many entries it has, (lists, 2, rows). Only row after row tells."""
        steps, skipped = [], 0
        for p in element.properties:
            if p.count is None:
                skipped += p.dtype.itemsize
            else:
                steps.append((skipped, p.count.itemsize, p.count.kind == "i", p.dtype.itemsize))
                skipped = 0
        begins, found = [], [([], []) for _ in steps]
        data, at, last = self._data, self._at, len(self._data)
        for _ in range(rows):
            begins.append(at)
            for (before, width, signed, item), (ends, sizes) in zip(steps, found, strict=True):
                at += before
                word = data[at : at + width]
                size = word[0] if width == len(word) == 1 else int.from_bytes(word, self._endian)
                at += width + size * item
                if at > last:
                    if signed and size >> (8 * width - 1):
                        raise MeshError(f"a row of element '{element.name}' has a negative count")
                    raise _cut(element, len(begins) - 1)
                sizes.append(size)
                ends.append(at)
            at += skipped
        if at > last:
            raise _cut(element, rows - 1)
        begins.append(at)
        return np.array(begins, np.int64), np.array(found, np.int64)

    def _gather(self, places: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """(N,) numbers that begin at these bytes."""
        letters = np.empty((len(places), dtype.itemsize), np.uint8)
        for byte in range(dtype.itemsize):
            letters[:, byte] = self._letters[places + byte]
        return letters.reshape(-1).view(dtype)


class TextRows:
    """Hands out the elements of a text file one after another: one row is one line."""

    def __init__(self, data: bytes, header: Header) -> None:
        self._blocks = texts.in_lines(texts.plain(data[header.begin :]), header.lines + 1)
        self._lines: texts.Lines | None = None
        self._filled = np.zeros(0, np.int64)  # those lines of the block that are not empty

    def take(self, element: Element, wanted: Collection[int]) -> Columns:
        """The next element. Raises MeshError where it is cut short or not as declared."""
        parts, left = [_empty(element, wanted)], element.rows if element.properties else 0
        while left:
            if not self._more():
                raise _cut(element, element.rows - left)
            rows, self._filled = self._filled[:left], self._filled[left:]
            parts.append(self._columns(element, wanted, self._lines, rows))
            left -= len(rows)
        return _joined(parts)

    def _more(self) -> bool:
        """Whether there is another line that is not empty."""
        while len(self._filled) == 0:
            self._lines = next(self._blocks, None)
            if self._lines is None:
                return False
            self._filled = np.flatnonzero(self._lines.counts)
        return True

    def _columns(
        self, element: Element, wanted: Collection[int], lines: texts.Lines, rows: np.ndarray
    ) -> Columns:
        """Of some lines that follow one another, but for empty ones."""
        text = lines.text[lines.heads[rows[0]] : lines.ends[rows[-1]]]
        values, counts = texts.floats(text), lines.counts[rows]
        at, end = np.cumsum(counts) - counts, np.cumsum(counts)
        right = np.ones(len(rows), bool)
        columns = Columns()
        for place, p in enumerate(element.properties):
            right &= at < end
            number = np.take(values, at, mode="clip")
            if p.count is None:
                at = at + 1
                if place in wanted:
                    columns.numbers[place] = number
                continue
            right &= (number >= 0) & (number == np.trunc(number)) & (number <= end - at - 1)
            size = np.where(right, number, 0).astype(np.int64)
            if place in wanted:
                entry = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
                entries = np.take(values, np.repeat(at + 1, size) + entry, mode="clip")
                columns.lists[place] = size, entries
            at = at + 1 + size
        right &= at == end
        if not right.all():
            row = rows[(~right).argmax()]
            cut = row == rows[-1] and not self._more()
            mend = _CUT if cut else "a number is missing or one too many; write it anew"
            raise lines.error(row, f"is no whole row of '{element.name}': {mend}")
        return columns


def next_row(
    rows: BinaryRows | TextRows, element: Element, wanted: Collection[int]
) -> Columns | None:
    """A row that follows the last declared one; None where nothing like it does."""
    try:
        return rows.take(Element(element.name, 1, element.properties), wanted)
    except MeshError:
        return None


def _joined(parts: list[Columns]) -> Columns:
    columns = Columns()
    for at in parts[0].numbers:
        columns.numbers[at] = np.concatenate([part.numbers[at] for part in parts])
    for at in parts[0].lists:
        sizes, entries = zip(*(part.lists[at] for part in parts), strict=True)
        columns.lists[at] = np.concatenate(sizes), np.concatenate(entries)
    return columns


def _empty(element: Element, wanted: Collection[int]) -> Columns:
    columns = Columns()
    for at in wanted:
        if element.properties[at].count is None:
            columns.numbers[at] = np.zeros(0)
        else:
            columns.lists[at] = np.zeros(0, np.int64), np.zeros(0)
    return columns


def _cut(element: Element, found: int | None = None) -> MeshError:
    held = "fewer" if found is None else found
    return MeshError(
        f"its header declares {element.rows} rows of '{element.name}' and {held} are there: {_CUT}"
    )
