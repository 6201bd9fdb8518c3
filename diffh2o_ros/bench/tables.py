"""Numbers as they are printed."""

from __future__ import annotations

from collections.abc import Mapping

from diffh2o_ros.markdown import NONE


def duration(seconds: float) -> str:
    """Three digits, in seconds or milliseconds."""
    if seconds >= 0.9995:
        return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:.0f} s"
    return f"{1e3 * seconds:.3g} ms"


def spread(timing: Mapping[str, float] | None) -> str:
    """`640 ms (610 ms to 702 ms)`: the median, and the 10 to 90 % range of several."""
    if timing is None:
        return NONE
    median = duration(timing["median"])
    if timing["count"] < 2:
        return median
    return f"{median} ({duration(timing['low'])} to {duration(timing['high'])})"


def size(count: int) -> str:
    """16000 as 16k, 2000000 as 2M."""
    for unit, letter in ((10**6, "M"), (10**3, "k")):
        if count >= unit:
            return f"{count / unit:g}{letter}"
    return str(count)


def megabytes(count: float | None) -> str:
    """Bytes as MB."""
    return NONE if count is None else f"{count / 1e6:.0f} MB"
