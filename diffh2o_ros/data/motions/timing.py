"""When a hand that goes to a grasp does what: wrist, opening, and each finger's closing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.format import FPS
from diffh2o_ros.hands import anatomy

NAMES = anatomy.degrees_of_freedom()[0]
FINGERS = ("thumb", "index", "middle", "ring", "little")
#: Which finger each angle (D,) is of.
_FINGER_OF = np.array([FINGERS.index(name.split("_")[0]) for name in NAMES])
#: Fitts's law (1954), seconds: a + b * log2(2 * distance / width). With targets as wide as what
#: lies on a table, people take .9 s for 28 to 46 cm.
FITTS = (0.46, 0.175)
#: Widths that make a difference to it, meters.
WIDTHS = (0.02, 0.12)
#: Fastest and slowest reach, seconds.
DURATIONS = (0.45, 1.55)
#: How differently long people take: standard deviation of the logarithm.
PACES_VARY = 0.28
#: Of speed profiles: minimum jerk is 3.
ORDERS = (3.2, 5.0)
#: Frames by which a finger is next to the surface before it has closed.
NEAR = 3
#: Share of hands that stay on an object before they lift it, and for how many frames.
LINGER, LONG = 0.15, (3, 14)


@dataclass(frozen=True)
class Timing:
    """Frames of one way from a rest to a grasp; before `start` the hand waits."""

    frames: int  #: of the whole
    start: float  #: the wrist sets off
    arrive: float  #: the wrist is there
    half: float  #: share of its way's time at which half of it is done
    order: float  #: how gently it starts and ends, see `profiles.skewed`
    contact: float  #: about when the first finger touches
    opening: np.ndarray  #: (2, D) when each angle opens
    closing: np.ndarray  #: (2, D) when each angle closes

    @property
    def last(self) -> int:
        """The frame in which the hand holds."""
        return self.frames - 1


def reach_seconds(distance: float, width: float, pace: float, rng: np.random.Generator) -> float:
    """How long a reach takes.

    Args:
        distance: of the wrist's way, width: of the object, meters. pace: by manner, 1 as usual.
    """
    a, b = FITTS
    usual = a + b * np.log2(2 * max(distance, 0.05) / np.clip(width, *WIDTHS))
    return float(np.clip(usual * pace * np.exp(PACES_VARY * rng.standard_normal()), *DURATIONS))


def draw_reach(rng: np.random.Generator, frames: int, seconds: float) -> Timing:
    """A reach whose fingers come to the object one after another, over some 300 ms (people: 70 to
    800), and hold it all in the last frame."""
    last = frames - 1
    spread = np.clip(8 * np.exp(0.5 * rng.standard_normal()), 2, 12)
    # Some stay on what they have come to for a while before they lift it.
    lingers = rng.uniform(*LONG) if rng.random() < LINGER else rng.uniform(0, LONG[0] / 2)
    # What closes last comes near the surface some frames before it is there.
    contact = last - max(spread - NEAR, 0) - lingers
    return _drawn(rng, frames, seconds, contact, spread, half=rng.uniform(0.32, 0.47))


def draw_leave(rng: np.random.Generator, frames: int, seconds: float, pause: float) -> Timing:
    """What, played backwards, is a hand that lets go after a pause and leaves: fingers come off
    nearly at once, and the wrist speeds up sooner than it slows down."""
    spread = rng.uniform(1, 5)
    contact = frames - 1 - pause - spread
    return _drawn(rng, frames, seconds, contact, spread, half=rng.uniform(0.52, 0.62))


def _drawn(
    rng: np.random.Generator,
    frames: int,
    seconds: float,
    contact: float,
    spread: float,
    half: float,
) -> Timing:
    arrive = contact + rng.uniform(-2.0, 1.0)
    start = max(arrive - seconds * FPS, rng.uniform(0, 2))
    span = arrive - start
    order = rng.random(len(FINGERS))
    # The first one is there by itself for a moment.
    order = ((order - order.min()) / np.ptp(order)) ** 0.5
    # Fingers differ, and the joints of a finger a little.
    joint = len(_FINGER_OF)
    close = contact + spread * order[_FINGER_OF] + rng.uniform(-0.8, 0.8, joint)
    takes = span * rng.uniform(0.22, 0.36, 5)[_FINGER_OF]
    opens = start + span * (rng.uniform(-0.1, 0.12, 5)[_FINGER_OF] + rng.uniform(0, 0.05, joint))
    lasts = span * rng.uniform(0.25, 0.4, 5)[_FINGER_OF]
    return Timing(
        frames=frames,
        start=start,
        arrive=arrive,
        half=half,
        order=rng.uniform(*ORDERS),
        contact=contact,
        opening=np.stack([opens, opens + lasts]),
        closing=np.stack([close - takes, np.minimum(close, frames - 1)]),
    )
