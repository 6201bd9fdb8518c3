"""Unpickling that builds NumPy arrays and plain Python values, and can call nothing else.

A pickle may name any function there is and have it called. Files of other people are read with
this: a name that is not on the list is refused before anything of it runs. Arrays are put together
here as well, since NumPy's own way back from a pickle believes whatever element type it is told.
"""

from __future__ import annotations

import math
import pickle
import re
import tokenize
import zipfile
import zlib

import numpy as np


class RefusedError(ValueError):
    """A pickle asks for something that is not on the list; the message is one clause."""


#: What parsers raise on files that are cut short or something else altogether.
DAMAGE = (
    OSError,
    EOFError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    zlib.error,
    tokenize.TokenError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    ImportError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
)


class _ElementType:
    """Stands in for `numpy.dtype`: numbers, truth values, texts and objects, nothing compound."""

    def __init__(self, text: str, *_align_and_copy) -> None:
        if not isinstance(text, str) or not re.fullmatch(r"[biufSUO]\d{0,9}", text):
            raise RefusedError(f"holds an array of {str(text)[:20]!r}, which is not read")
        self._text, self._order = text, "="

    def __setstate__(self, state: tuple) -> None:
        _, self._order, subarray, names, fields, *_ = state
        if any(part is not None for part in (subarray, names, fields)):
            raise RefusedError("holds an array of records, which is not read")

    @property
    def dtype(self) -> np.dtype:
        order = "=" if self._order == "|" else self._order
        return np.dtype(self._text).newbyteorder(order)


class _Array(np.ndarray):
    """An array that fills itself with what the pickle says of it, once that was checked."""

    def __setstate__(self, state: tuple) -> None:
        *_, shape, element, fortran, content = state
        dtype = element.dtype
        if dtype.hasobject != isinstance(content, list):
            raise RefusedError("holds an array whose content is not of its type")
        size = len(content) if dtype.hasobject else len(content) // max(dtype.itemsize, 1)
        if size != math.prod(shape):
            raise RefusedError("holds an array whose content does not fit its shape")
        super().__setstate__((1, shape, dtype, bool(fortran), content))


def _empty_array(*_kind_shape_type) -> _Array:
    """Stands in for NumPy's `_reconstruct`; what is in the array comes after."""
    return _Array(0)


class _Kind:
    """Stands in for `numpy.ndarray`, which pickles name but need not call."""


def _buffer(content, element: _ElementType, shape: tuple, order: str) -> np.ndarray:
    """Stands in for NumPy's `_frombuffer`, of pickle protocol 5."""
    return np.frombuffer(content, element.dtype).reshape(shape, order=order).copy()


def _scalar(element: _ElementType, content: bytes | str) -> np.generic:
    if isinstance(content, str):  # bytes of Python 2
        content = content.encode("latin1")
    return np.frombuffer(content, element.dtype, count=1)[0]


def _latin1_bytes(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes in an old pickle protocol: as text, with a call to encode it."""
    if encoding != "latin1":
        raise RefusedError(f"holds text in {encoding}, which is not read")
    return text.encode(encoding)


# By name alone: where in NumPy these are has changed between versions.
_NUMPY = {
    "ndarray": _Kind,
    "dtype": _ElementType,
    "_reconstruct": _empty_array,
    "_frombuffer": _buffer,
    "scalar": _scalar,
}


class RestrictedUnpickler(pickle.Unpickler):
    """Reads arrays, NumPy's scalars, and the containers, numbers and texts that need no name.

    A file format that needs more names overrides `allowed`. What is read may raise `RefusedError`
    or any of `DAMAGE`.
    """

    def allowed(self, module: str, name: str) -> object | None:
        """What `module.name` stands for in the file, or None where it is refused."""
        if module.partition(".")[0] == "numpy":
            return _NUMPY.get(name)
        return _latin1_bytes if (module, name) == ("_codecs", "encode") else None

    def find_class(self, module: str, name: str):
        found = self.allowed(module, name)
        if found is None:
            raise RefusedError(
                f"asks for {module}.{name}, which such a file does not need; it is not loaded"
            )
        return found
