"""When each hand holds the object: read from where the networks put the fingers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

#: Mean fingertip distance under which a hand that was away has taken the object, and over which
#: one that held it has let go (meters). In the data hands hold within 4 cm, mostly 1.
TAKEN, LET_GO = 0.050, 0.055
#: Fingers that have moved this much from how they held are on their way (meters).
STIR = 0.006
#: Fingers that are so far off (meters) have let go, whatever becomes of the object.
GONE = 0.12
#: Frames that a hold, or the hands being off, or gone, must last to be meant.
LEAST_HOLD, LEAST_OFF, LEAST_GONE = 10, 8, 15
#: Frames in which giver and taker hold the object together.
OVERLAP = 3


@dataclass(frozen=True)
class Hold:
    """Hand `side` holds the object in frames start ... stop - 1."""

    side: int
    start: int
    stop: int


def find_holds(
    tips: np.ndarray, acting: np.ndarray, grasp_frame: int, releasable: np.ndarray
) -> list[Hold]:
    """The holds of one motion, at most one a hand; from `grasp_frame` on somebody holds the
    object until the last one lets go.

    Args:
        tips: (T, 2) mean fingertip distance of either hand to the object, meters.
        acting: (2,) bool, which hands hold at `grasp_frame`; one at least.
        releasable: (T,) bool, when the object may be left alone, beside when the fingers are gone.
            Fingers that open in the middle of a swing are an error of the networks, not a release;
            an object that wanders about after the hand has left it is one, too.
    """
    tips = median_filter(tips, (5, 1), mode="nearest")
    starts = [grasp_frame if acting[s] else _taken(tips[:, s], grasp_frame) for s in (0, 1)]
    holds = [
        Hold(side, start, _let_go(tips[:, side], start))
        for side, start in enumerate(starts)
        if start is not None
    ]
    last = max(holds, key=lambda hold: hold.stop)
    gone = _lasting(tips[:, last.side] > GONE, last.start + LEAST_HOLD, LEAST_GONE)
    if gone is not None:  # since they last were as they held it
        held = tips[last.start : gone, last.side]
        on = np.flatnonzero(held <= np.median(held) + STIR)
        releasable = releasable | (np.arange(len(tips)) > last.start + on.max())
    stop = _let_go(np.where(releasable, tips[:, last.side], 0.0), last.start)
    holds[holds.index(last)] = replace(last, stop=max(last.stop, stop))
    holds.sort(key=lambda hold: hold.start)
    # Between two hands the object does not hang in the air.
    for i, (first, second) in enumerate(pairwise(holds)):
        if first.stop < second.start + OVERLAP:
            holds[i] = Hold(first.side, first.start, min(second.start + OVERLAP, second.stop))
    return holds


def _taken(tips: np.ndarray, grasp_frame: int) -> int | None:
    """The frame in which a hand that was away has closed on the object."""
    start = _lasting(tips < TAKEN, grasp_frame, LEAST_HOLD)
    if start is None:
        return None
    level = np.median(tips[start : start + LEAST_HOLD])
    while start + 1 < len(tips) and tips[start] > level + STIR:
        start += 1
    return start


def _let_go(tips: np.ndarray, start: int) -> int:
    """The frame after the last one of a hold that begins with `start`."""
    off = _lasting(tips > LET_GO, start + LEAST_HOLD, LEAST_OFF)
    if off is None:
        return len(tips)
    level = np.median(tips[start:off])
    while off - 1 > start + LEAST_HOLD and tips[off - 1] > level + STIR:
        off -= 1
    return off


def _lasting(mask: np.ndarray, start: int, length: int) -> int | None:
    """The first frame from `start` on with which `length` True ones begin."""
    for frame in range(start, len(mask) - length + 1):
        if mask[frame : frame + length].all():
            return frame
    return None
