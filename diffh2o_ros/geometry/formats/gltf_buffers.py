"""The numbers of a glTF file: buffers beside it or in it, and the accessors that look into them."""

from __future__ import annotations

import base64
import binascii
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.geometry.paths import open_file

_COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_MAX_BYTES, _MOST_ZEROS = 1 << 30, 1 << 23


class Buffers:
    """Reads accessors of a document.

    Args:
        document: the JSON.
        binary: the binary chunk of a GLB file, None if there is none.
        folder: where the buffers that are files lie.
    """

    def __init__(self, document: dict[str, Any], binary: bytes | None, folder: Path) -> None:
        self._document, self._binary, self._folder = document, binary, folder
        self._loaded: dict[int, bytes] = {}

    def read(self, index: int, width: str) -> np.ndarray:
        """(N,) for SCALAR, else (N, components): float64 of what is normalized or a float, int64
        of other integers. Raises MeshError."""
        accessor = item(self._document, "accessors", index)
        if accessor.get("type") != width:
            raise MeshError(f"accessor {index} is of type {accessor.get('type')!r}, not {width}")
        count, columns = whole(accessor, "count"), _WIDTHS[width]
        kind = _component(accessor)
        if "bufferView" in accessor:
            found = self._look(accessor, kind, count, columns)
        elif "sparse" in accessor:
            if count > _MOST_ZEROS:
                raise MeshError(f"accessor {index} declares {count} entries")
            found = np.zeros((count, columns), kind)
        else:
            raise MeshError(f"accessor {index} has no data; if it is compressed, save it plain")
        if "sparse" in accessor:
            found = self._with_sparse(found.copy(), accessor["sparse"], kind)
        if kind.kind == "f":
            found = found.astype(np.float64)
        elif accessor.get("normalized"):
            found = np.maximum(found.astype(np.float64) / np.iinfo(kind).max, -1)
        else:
            found = found.astype(np.int64)
        return found[:, 0] if columns == 1 else found

    def _with_sparse(self, found: np.ndarray, sparse: dict, kind: np.dtype) -> np.ndarray:
        count = whole(sparse, "count")
        indices = self._look(sparse["indices"], _component(sparse["indices"]), count, 1)[:, 0]
        if len(indices) and (indices.min() < 0 or indices.max() >= len(found)):
            raise MeshError("a sparse accessor replaces what is not there")
        found[indices] = self._look(sparse["values"], kind, count, found.shape[1])
        return found

    def _look(self, accessor: dict, kind: np.dtype, count: int, columns: int) -> np.ndarray:
        """(N, columns) in place."""
        view = item(self._document, "bufferViews", whole(accessor, "bufferView"))
        number = whole(view, "buffer")
        data = self._buffer(number)
        start, length = whole(view, "byteOffset", 0), whole(view, "byteLength")
        offset, size = whole(accessor, "byteOffset", 0), kind.itemsize * columns
        stride = whole(view, "byteStride", size)
        needed = offset + stride * (count - 1) + size if count else 0
        if stride < size or needed > length or start + length > len(data):
            raise MeshError(f"it looks into buffer {number} beyond its end; it may be cut short")
        return np.ndarray(
            (count, columns), kind, data, start + offset if count else 0, (stride, kind.itemsize)
        )

    def _buffer(self, index: int) -> bytes:
        if index not in self._loaded:
            self._loaded[index] = self._load(index)
        return self._loaded[index]

    def _load(self, index: int) -> bytes:
        buffer = item(self._document, "buffers", index)
        uri, length = buffer.get("uri"), whole(buffer, "byteLength")
        if uri is None:
            if index != 0 or self._binary is None:
                raise MeshError(
                    f"buffer {index} is not in it; if it is compressed (meshopt), save it plain"
                )
            data, name = self._binary, "its binary part"
        else:
            data, name = self._fetch(uri), f"buffer {texts.shorten(uri.encode())}"
        if len(data) < length:
            raise MeshError(f"{name} is cut short: it holds {len(data)} of {length} bytes")
        return data

    def _fetch(self, uri: str) -> bytes:
        if uri[:5].lower() == "data:":
            head, _, body = uri.partition(",")
            if not head.lower().endswith(";base64"):
                return unquote_to_bytes(body)
            try:
                return base64.b64decode(unquote(body), validate=True)
            except (binascii.Error, ValueError):
                raise MeshError("a buffer within it is not base64; copy it again") from None
        shown = texts.shorten(uri.encode())
        named = os.path.normpath(unquote(uri))  # a file from elsewhere may name any of this machine
        away = named.startswith(("/", "~")) or named.split(os.sep)[0] == os.pardir
        if away or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|~", uri) or "\0" in named:
            raise MeshError(f"its buffer {shown} is not beside it; put it there, or save as GLB")
        path = self._folder / named
        if not os.path.exists(path):
            raise MeshError(f"its buffer {shown} is missing; put it beside it, or save as GLB")
        return open_file(path, _MAX_BYTES)


def item(document: dict[str, Any], name: str, index: Any) -> dict[str, Any]:
    """An entry of a list of the document. Raises MeshError if there is none."""
    entries = document.get(name, [])
    if type(index) is not int or not 0 <= index < len(entries):
        raise MeshError(f"it refers to entry {str(index)[:20]} of '{name}', which is not there")
    return entries[index]


def whole(entry: dict[str, Any], name: str, default: int | None = None) -> int:
    """A number of bytes or of entries. Raises MeshError."""
    value = entry.get(name, default)
    if type(value) is not int or value < 0:
        raise MeshError(f"'{name}' is {str(value)[:20]}, but must be a whole number from 0 up")
    return value


def _component(accessor: dict[str, Any]) -> np.dtype:
    kind = accessor.get("componentType")
    if kind not in _COMPONENTS:
        raise MeshError(f"it has numbers of type {str(kind)[:20]}, which glTF does not know")
    return np.dtype(_COMPONENTS[kind])
