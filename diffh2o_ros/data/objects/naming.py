"""Words for size that hold for an object."""

from __future__ import annotations

import numpy as np


def size_words(extents: np.ndarray) -> tuple[str, ...]:
    """Words for size that hold for an object of these extents (3,), meters, as it lies."""
    length, height = max(extents[:2]), extents[2]
    largest, smallest = max(extents), min(extents)
    rules = {
        "tiny": largest < 0.03,
        "small": largest < 0.07,
        "large": largest > 0.2 and np.prod(extents) > 1e-3,
        "big": np.prod(extents) > 3e-3,
        "tall": height > 0.15 and height > 2 * length,
        "long": length > 0.18 and length > 4 * np.median(extents),
        "flat": height < 0.035 and height < 0.3 * np.median(extents),
        "thin": largest > 6 * np.median(extents) and smallest < 0.03,
    }
    return tuple(word for word, holds in rules.items() if holds)
