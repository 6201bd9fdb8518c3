"""Messages as bytes (OMG CDR, little-endian), as rmw has them. Unlike rosbags' own serializer this
one takes arrays for lists of points, of which a surface has thousands."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from diffh2o_ros.export.ros.messages import Message

if TYPE_CHECKING:
    from rosbags.typesys.store import Typestore

_HEADER = b"\x00\x01\x00\x00"  # what follows is little-endian; it does not count for alignment
_COUNT = struct.Struct("<I")
_FORMATS = {
    "bool": "?",
    "byte": "B",
    "char": "B",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "float32": "f",
    "float64": "d",
}
_PACKED = {name: struct.Struct(f"<{format}") for name, format in _FORMATS.items()}


def serialized(message: Message, store: Typestore) -> bytes:
    """A message of a store's classes.

    Numbers in lists are arrays of the field's type, as `rosbags` has them. A list of messages that
    hold numbers of one type alone, such as Point, may be an array (n, of how many) of that type.
    """
    out = _Bytes(store)
    out.add(message, message.__msgtype__)
    return _HEADER + bytes(out.data)


class _Bytes:
    def __init__(self, store: Typestore) -> None:
        from rosbags.interfaces import Nodetype

        self.data = bytearray()
        self._nodes = Nodetype
        self._store = store

    def add(self, message: Message, kind: str) -> None:
        for name, about in self._store.fielddefs[kind][1]:
            self._field(getattr(message, name), about)

    def _field(self, value: Any, about: tuple) -> None:
        """A field, as the type store describes it."""
        node, inner = about
        if node == self._nodes.NAME:
            self.add(value, inner)
        elif node == self._nodes.BASE:
            self._base(value, inner[0])
        else:
            if node == self._nodes.SEQUENCE:
                self._number(_COUNT, len(value))
            if not isinstance(value, np.ndarray):
                for element in value:
                    self._field(element, inner[0])
            elif len(value):
                self._align(value.itemsize)
                self.data += value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes()

    def _base(self, value: Any, kind: str) -> None:
        if kind == "string":
            text = value.encode()
            self._number(_COUNT, len(text) + 1)
            self.data += text + b"\0"
        else:
            self._number(_PACKED[kind], value)

    def _number(self, packed: struct.Struct, value: Any) -> None:
        self._align(packed.size)
        self.data += packed.pack(value)

    def _align(self, size: int) -> None:
        self.data += bytes(-len(self.data) % size)
