"""What the header of a PLY file declares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.mesh import MeshError

#: NumPy's names of C's numbers; both may stand in a header.
_OF_C = {
    "char": "int8",
    "uchar": "uint8",
    "short": "int16",
    "ushort": "uint16",
    "int": "int32",
    "uint": "uint32",
    "long": "int64",
    "ulong": "uint64",
    "float": "float32",
    "double": "float64",
}
TYPES = _OF_C | {name: name for name in _OF_C.values()}
_NAMES = TYPES.keys()
_FORMATS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
_LONGEST = 1 << 20


@dataclass(frozen=True)
class Property:
    """A number, or a list of numbers with their number before them."""

    name: str
    dtype: np.dtype
    count: np.dtype | None = None  #: type of a list's number of entries


@dataclass(frozen=True)
class Element:
    """Rows of the same properties."""

    name: str
    rows: int
    properties: tuple[Property, ...]

    @property
    def smallest(self) -> int:
        """Bytes of a binary row whose lists are all empty."""
        return sum((p.count or p.dtype).itemsize for p in self.properties)

    def lists(self) -> list[int]:
        """Which of the properties are lists."""
        return [at for at, p in enumerate(self.properties) if p.count is not None]


@dataclass(frozen=True)
class Header:
    """All elements in the order of the file.

    Attributes:
        order: byte order, "<" or ">"; "" where the rows are text.
        begin: where the rows begin, bytes from the start of the file.
        lines: number of lines of the header.
    """

    order: str
    elements: tuple[Element, ...]
    begin: int
    lines: int


def read_header(data: bytes) -> Header:
    """Raises MeshError."""
    elements: list[tuple[str, int, list[Property]]] = []
    order, at, number = None, 0, 0
    ending = _line_end(data)
    while True:
        end = data.find(ending, at, at + _LONGEST)
        if end < 0:
            raise MeshError("its header has no end ('end_header'): it is cut short or no PLY")
        line, at, number = data[at:end], end + len(ending), number + 1
        words = line.decode("latin-1").split()  # what is not ASCII stands in comments and names
        match words:
            case ["end_header"]:
                break
            case ["ply"] if number == 1:
                pass
            case [] | ["comment" | "obj_info", *_]:
                pass
            case ["format", name, _] if name in _FORMATS:
                order = _FORMATS[name]
            case ["element", name, rows] if rows.isdecimal() and len(rows) < 19:
                elements.append((name, int(rows), []))
            case ["property", "list", count, dtype, name] if (
                elements and {count, dtype} <= TYPES.keys()
            ):
                if TYPES[count][0] == "f":
                    raise MeshError(f"line {number}: a list has no {count} number of entries")
                property = Property(name, _dtype(dtype, order), _dtype(count, order))
                elements[-1][2].append(property)
            case ["property", dtype, name] if elements and dtype in TYPES:
                elements[-1][2].append(Property(name, _dtype(dtype, order)))
            case _:
                raise MeshError(f"line {number} of its header, {texts.shorten(line)}, is not PLY")
    if order is None:
        raise MeshError("its header does not say 'format ascii' or 'format binary_...'")
    names = [name for name, _, _ in elements]
    if len(set(names)) < len(names):
        raise MeshError("its header declares an element twice")
    whole = tuple(Element(name, rows, tuple(ps)) for name, rows, ps in elements)
    return Header(order, whole, at, number)


def _line_end(data: bytes) -> bytes:
    """What ends the header's lines; after its last one, a binary row may begin with any byte."""
    after = data[3:].lstrip(b" \t")[:2]
    if after == b"\r\n":
        return b"\r\n"
    return b"\r" if after[:1] == b"\r" else b"\n"


def _dtype(name: str, order: str | None) -> np.dtype:
    return np.dtype(TYPES[name]).newbyteorder(order or "=")
