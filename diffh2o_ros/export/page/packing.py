"""Arrays small enough for a page: whole numbers of a step, what changes along the first axis alone,
byte by byte, deflated. `src/unpacking.js` reads it."""

from __future__ import annotations

import zlib
from base64 import b64encode

import numpy as np

#: The largest whole number: products with the step are exact enough in float32.
_MOST = 2**20


class PackedArrays:
    """Arrays by number; equal ones are kept once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple, int] = {}
        self._parts: list[bytes] = []
        self.index: list[dict] = []
        """Of each array, for the page: shape, step, and whether it holds differences."""

    def add(self, values: np.ndarray, step: float = 1.0, changes: bool = True) -> int:
        """The number of an array of at least one axis.

        Args:
            values: finite.
            step: to which they are rounded; larger where values exceed a million steps.
            changes: whether to keep the changes along the first axis, smaller where it is time.
        """
        values = np.asarray(values, np.float64)
        step = max(step, float(np.abs(values).max(initial=0)) / _MOST)
        whole = np.round(values / step).astype(np.int64)
        kept = np.diff(whole, axis=0, prepend=0) if changes else whole
        zigzag = np.where(kept < 0, -2 * kept - 1, 2 * kept).astype("<u4")
        planes = np.ascontiguousarray(zigzag.reshape(-1)).view(np.uint8).reshape(-1, 4).T
        data = planes.tobytes()
        key = (values.shape, step, changes, data)
        if key not in self._numbers:
            self._numbers[key] = len(self._parts)
            self._parts.append(data)
            self.index.append({"shape": values.shape, "step": step, "changes": changes})
        return self._numbers[key]

    def text(self) -> str:
        """All of them, one after the other, deflated, in base64."""
        return b64encode(zlib.compress(b"".join(self._parts), 9)).decode("ascii")
