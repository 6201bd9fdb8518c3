"""Flat array fields of messages: Python fills and reads them without an object a number."""

from __future__ import annotations

import array

import numpy as np


def flat(kind: str, values: np.ndarray | list[float]) -> array.array:
    """An array field: float32[] is "f", float64[] "d", uint32[] "I". Bytes are copied, not
    numbers."""
    return array.array(kind, np.ascontiguousarray(values, dtype=kind).tobytes())


def rows(
    values: array.array, width: int, name: str, error: type[ValueError] = ValueError
) -> np.ndarray:
    """An array field as rows (n, width), of its own memory. Raises `error` where one is not
    whole."""
    if len(values) % width:
        raise error(f"{name} must hold rows of {width} numbers, not {len(values)} in all")
    return np.array(values).reshape(-1, width)
