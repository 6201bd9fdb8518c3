"""Unpickling that builds NumPy arrays and plain Python values, and can call nothing else.

A pickle may name any function there is and have it called. Files of other people are read with
this: a name that is not on the list is refused before anything of it runs.
"""

from __future__ import annotations

import pickle
import zipfile
import zlib

import numpy as np


class RefusedError(ValueError):
    """A pickle asks for something that is not on the list; the message is one clause."""


#: What parsers raise on files that are cut short or something else altogether.
DAMAGE = (
    OSError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile, zlib.error, ValueError,
    TypeError, AttributeError, IndexError, KeyError, MemoryError, OverflowError, ImportError,
    NotImplementedError,
)  # fmt: skip


def _latin1_bytes(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes in an old pickle protocol: as text, with a call to encode it."""
    if encoding != "latin1":
        raise RefusedError(f"holds text in {encoding}, which is not read")
    return text.encode(encoding)


# Where NumPy keeps these has changed between versions: take them from where it says now.
_NUMPY = {
    "ndarray": np.ndarray,
    "dtype": np.dtype,
    "_reconstruct": np.zeros(0).__reduce__()[0],
    "_frombuffer": np.zeros(0).__reduce_ex__(5)[0],
    "scalar": np.float64(0).__reduce__()[0],
}


class RestrictedUnpickler(pickle.Unpickler):
    """Reads arrays, NumPy's scalars, and the containers, numbers and texts that need no name.

    A file format that needs more names overrides `allowed`.
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
