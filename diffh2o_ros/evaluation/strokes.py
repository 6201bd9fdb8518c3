"""What is done again and again: shakes, strokes along the table, blows, read off the object's path.

A repeated motion shows in turning points: extremes of a coordinate between which it swings by more
than some length. What is slow, such as the lift below a shake, is taken off first.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.evaluation.displacement import Displacement
from diffh2o_ros.evaluation.holding import holding
from diffh2o_ros.motion.interaction import Interaction

TREND = 0.5  # seconds over which a path is averaged to know what is slow in it
SETTLING, LEAVING = 0.4, 0.27  # seconds after the grasp and before the end that do not count
IN_THE_AIR = 0.05  # meters above the support
SHAKEN, BRIEF = 0.025, 0.55  # meters and seconds from one turn of a shake to the next
SHAKES = 3  #: swings, one after another
WIPED, WIPES = 0.03, 2  # meters of a stroke along the table; strokes
DOWN, UP = 0.01, 0.03  # meters: on the table, and clear of it
DRAGGED = 0.03  # meters along the table within a stamp: more is a wipe
STRUCK = 0.03  # meters that a point falls in a blow, and rises after it
TARGET = 0.10  # meters above the support where a blow may end
FAST = 0.5  # m/s that a blow comes down with
BLOWS = 2  #: of a hammer


def turning_points(values: np.ndarray, least: float) -> list[int]:
    """Indices of the extremes of values (T,) between which they swing by `least` or more; the
    first and the last of them are ends of swings, the others reversals."""
    if not len(values):
        return []
    found, low, high = [], 0, 0
    rising = None
    for at, value in enumerate(values):
        low = at if value < values[low] else low
        high = at if value > values[high] else high
        if rising is not True and value - values[low] >= least:
            found.append(low)
            rising, high = True, at
        elif rising is not False and values[high] - value >= least:
            found.append(high)
            rising, low = False, at
    if rising is not None:
        found.append(high if rising else low)
    return found


def without_trend(path: np.ndarray, fps: float) -> np.ndarray:
    """A path (T, 3) beside its moving average over half a second."""
    half = max(round(TREND * fps / 2), 1)
    padded = np.pad(path, ((half, half), (0, 0)), "edge")
    sums = np.cumsum(np.pad(padded, ((1, 0), (0, 0))), axis=0)
    width = 2 * half + 1
    return path - (sums[width:] - sums[:-width]) / width


def oscillation_cm(interaction: Interaction) -> float:
    """How far the object goes to and fro: the largest range of a coordinate of its center beside
    the trend, from shortly after the grasp to shortly before the end, centimeters."""
    path = without_trend(Displacement.of(interaction).center, interaction.fps)
    first = interaction.grasp_frame + round(SETTLING * interaction.fps)
    inner = path[first : len(path) - round(LEAVING * interaction.fps)]
    return 100 * float(np.ptp(inner, axis=0).max()) if len(inner) else 0.0


def shakes(interaction: Interaction) -> int:
    """Swings of the object to and fro in the air, one soon after another: the longest series."""
    moved = Displacement.of(interaction)
    high = np.flatnonzero(moved.floor >= IN_THE_AIR)
    if not len(high):
        return 0
    inner = slice(high[0], high[-1] + 1)
    axis = _principal(without_trend(moved.center, interaction.fps)[inner])
    turns = np.array(turning_points(moved.center[inner] @ axis, SHAKEN), int)
    clear = moved.floor[inner][turns] >= IN_THE_AIR
    brief = np.diff(turns) <= BRIEF * interaction.fps
    return longest_run(brief & clear[1:] & clear[:-1])


def wipes(interaction: Interaction) -> int:
    """Strokes of the object along the table, without being lifted, while a hand holds it."""
    moved = Displacement.of(interaction)
    low = np.flatnonzero(np.abs(moved.floor) <= DOWN)
    low = low[low >= interaction.grasp_frame]
    held = holding(interaction, low)
    low = low[held["left"] | held["right"]]
    most = 0
    for run in np.split(low, np.flatnonzero(np.diff(low) > 1) + 1):
        if len(run) > 1:
            path = moved.center[run, :2]
            most = max(most, len(turning_points(path @ _principal(path), WIPED)) - 1)
    return most


def stamps(interaction: Interaction) -> int:
    """How often the object comes down onto the table and is taken up again, without being moved
    along it."""
    moved = Displacement.of(interaction)
    height = moved.floor[interaction.grasp_frame :]
    place = moved.center[interaction.grasp_frame :, :2]
    count, was_up, down = 0, False, []
    for at, value in enumerate(height):
        if value <= DOWN and was_up:
            down.append(at)
        elif value >= UP:
            if down:
                way = np.linalg.norm(np.diff(place[down[0] : down[-1] + 1], axis=0), axis=1).sum()
                count += bool(way <= DRAGGED)
            was_up, down = True, []
    return count


def blows(interaction: Interaction) -> int:
    """Fast strokes down to a target near the table, and up again, of some corner of the object's
    bounding box."""
    moved = Displacement.of(interaction)
    first = interaction.grasp_frame
    speed = FAST / interaction.fps
    most = 0
    for height in moved.corners[first:, :, 2].T:
        turns = turning_points(height, STRUCK)
        count = 0
        for before, bottom, after in zip(turns, turns[1:], turns[2:], strict=False):
            falls = height[before] > height[bottom] < height[after]
            fastest = np.diff(height[before : bottom + 1]).min() if falls else 0.0
            low = moved.floor[first + bottom] <= TARGET
            count += bool(falls and low and fastest <= -speed)
        most = max(most, count)
    return most


def _principal(path: np.ndarray) -> np.ndarray:
    """The axis (N,) along which a path (T, N) goes farthest."""
    return np.linalg.svd(path - path.mean(0), full_matrices=False)[2][0]


def longest_run(verdicts: np.ndarray) -> int:
    """How many true ones (N,) follow one another at most."""
    edges = np.diff(np.concatenate([[0], verdicts.astype(int), [0]]))
    runs = np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0)
    return int(runs.max()) if len(runs) else 0
