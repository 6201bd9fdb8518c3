"""Figures of a hand's reach for an object at rest, named as people's are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from diffh2o_ros.evaluation.likeness.observed import CHAINS, FPS, TIPS, WRIST, ObservedHand, flexion
from diffh2o_ros.geometry.distance import closest_points

STARTS, SLOWEST = 0.05, 0.02  #: share of the peak of the wrist's speed, and m/s at least
SHORTEST = 0.12  # meters
RESTS = 0.005  # meters that an object at rest may move
MOVES, TURNS = 0.01, 0.2  # m/s, rad/s: an object that moves
APPROACH = 0.08  # meters of the wrist's way
EARLIER, LATER = 0.5, 1.0  # seconds about contact in which fingers arrive
PALM = [0, 5, 9, 13, 17]  #: wrist and MCPs, whose mean is the palm's middle


@dataclass(frozen=True)
class Reach:
    """Frames of a reach."""

    start: int
    contact: int  #: first frame with two fingers on the object
    lift_off: int | None  #: first frame after it in which the object moves


def find_reach(track: ObservedHand) -> Reach | None:
    """The reach of a hand; None where it touches nothing, comes from less than 12 cm away, or
    reaches for what moves."""
    touched = np.flatnonzero(track.contact)
    if not len(touched) or touched[0] < 3:
        return None
    contact, speed = int(touched[0]), track.speed
    peak = int(speed[: contact + 1].argmax())
    slow = np.flatnonzero(speed[:peak] < max(STARTS * speed[peak], SLOWEST))
    start = int(slow[-1]) if len(slow) else 0
    wrist = track.points[:, WRIST]
    at_rest = np.linalg.norm(track.center[start : contact + 1] - track.center[start], axis=1)
    long = np.linalg.norm(wrist[contact] - wrist[start]) >= SHORTEST
    if contact - start < 4 or not long or at_rest.max() > RESTS:
        return None
    moves = np.flatnonzero(_moving(track)[contact:])
    return Reach(start, contact, contact + int(moves[0]) if len(moves) else None)


def reach_figures(track: ObservedHand, reach: Reach) -> dict[str, float]:
    """All figures of a reach; `contact to object moving` only where the object then moves."""
    return _way_figures(track, reach) | _finger_figures(track, reach) | _grasp_figures(track, reach)


def _way_figures(track: ObservedHand, reach: Reach) -> dict[str, float]:
    """How the wrist goes there."""
    frames = slice(reach.start, reach.contact + 1)
    wrist, speed = track.points[frames, WRIST], track.speed[frames]
    steps = len(wrist) - 1
    chord = wrist[-1] - wrist[0]
    straight = float(np.linalg.norm(chord))
    above = wrist[:, 2] - (wrist[0, 2] + np.linspace(0, 1, steps + 1) * chord[2])
    path = np.linalg.norm(np.diff(wrist, axis=0), axis=1)
    # Minus the logarithm of what Hogan & Sternad (2009) call dimensionless jerk.
    jerk = np.diff(wrist, 3, axis=0) * FPS**3
    duration = steps / FPS
    smooth = (jerk**2).sum() / FPS * duration**3 / speed.max() ** 2
    before = np.flatnonzero(np.cumsum(path[::-1]) >= APPROACH)
    last = wrist[-1] - wrist[-2 - before[0] if len(before) else 0]
    return {
        "reach: reach duration s": duration,
        "reach: peak speed / mean speed": float(speed.max() / speed.mean()),
        "reach: time share of peak speed": float(speed.argmax() / steps),
        "reach: path length / straight": float(path.sum() / straight),
        "reach: height of path over chord / distance": float(above.max() / straight),
        "reach: log dimensionless jerk, wrist": -float(np.log(smooth)),
        "reach: approach elevation, last 8 cm deg (down = -90)": _elevation(last),
    }


def _finger_figures(track: ObservedHand, reach: Reach) -> dict[str, float]:
    """How the fingers move meanwhile, and arrive."""
    frames = slice(reach.start, reach.contact + 1)
    bent = flexion(track.points[frames]).sum(-1)[:, 1:]  # of each finger, all its joints
    closing = np.diff(bent, axis=0)
    spread = closing.std(0) > 1e-9
    pairs = [
        np.corrcoef(closing[:, a], closing[:, b])[0, 1]
        for a, b in combinations(range(4), 2)
        if spread[a] and spread[b]
    ]
    tips = track.points[frames][:, TIPS]
    aperture = np.linalg.norm(tips[:, 0] - tips[:, 1], axis=1)
    excess = np.abs(closing).sum(0) - np.abs(bent[-1] - bent[0])
    found = {
        "reach: max aperture mm": 1e3 * float(aperture.max()),
        "reach: finger excess over net deg": float(excess.mean()),
        "reach: first to last finger contact ms": _arrival(track, reach),
    }
    if pairs:
        found["reach: correlation of finger closing speeds"] = float(np.mean(pairs))
    return found


def _arrival(track: ObservedHand, reach: Reach) -> float:
    """Milliseconds between the first touches of the first finger and the last that comes."""
    first = max(reach.contact - round(EARLIER * FPS), 0)
    window = track.touching[first : reach.contact + round(LATER * FPS) + 1]
    arrived = window.argmax(0)[window.any(0)]
    return 1e3 / FPS * float(np.ptp(arrived))


def _grasp_figures(track: ObservedHand, reach: Reach) -> dict[str, float]:
    """The hand at lift-off, or at contact where the object never moves."""
    frame = reach.contact if reach.lift_off is None else reach.lift_off
    points, palm = track.points[frame], track.palm_frame[frame]
    bent = flexion(points)
    proximal = np.diff(points[CHAINS[1:, 1:3]], axis=1)[:, 0]
    metacarpal = points[CHAINS[1:, 1]] - points[WRIST]
    middle = (points[PALM].mean(0) - track.center[frame]) @ track.rotation[frame]
    found = {
        "reach: palm normal elevation deg (down = -90)": _elevation(palm[:, 2]),
        "reach: hand axis elevation deg (fingers down = -90)": _elevation(palm[:, 0]),
        "reach: palm to surface mm": 1e3 * float(closest_points(track.body, middle[None])[0][0]),
        "reach: fingers in contact": float(track.touching[frame].sum()),
        **{
            f"reach: mean {joint} flexion deg": float(bent[1:, i].mean())
            for i, joint in enumerate(("MCP", "PIP", "DIP"))
        },
        "reach: finger abduction mean deg": float(_aside(proximal, metacarpal, palm[:, 2]).mean()),
        "reach: spread of flexion across 4 fingers deg": float(bent[1:].sum(-1).std()),
    }
    if reach.lift_off is not None:
        waits = reach.lift_off - reach.contact
        found["reach: contact to object moving ms"] = 1e3 / FPS * waits
    return found


def _aside(proximal: np.ndarray, metacarpal: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Angles (4,) by which proximal bones (4, 3) leave the plane of their metacarpal (4, 3) and
    the palm's normal (3,), degrees."""
    across = np.cross(normal, metacarpal)
    sine = (across * proximal).sum(-1) / (
        np.linalg.norm(across, axis=-1) * np.linalg.norm(proximal, axis=-1)
    )
    return np.rad2deg(np.abs(np.arcsin(np.clip(sine, -1, 1))))


def _moving(track: ObservedHand) -> np.ndarray:
    """(T,) bool: whether the object moves."""
    speed = np.linalg.norm(np.gradient(track.center, 1 / FPS, axis=0), axis=1)
    # |R1 - R2| in the Frobenius norm is 2 sqrt(2) sin(angle / 2).
    turn = np.linalg.norm(np.diff(track.rotation, axis=0), axis=(1, 2)) / np.sqrt(8)
    turning = 2 * np.arcsin(np.clip(turn, 0, 1)) * FPS
    return (speed > MOVES) | (np.append(turning, 0) > TURNS)


def _elevation(vector: np.ndarray) -> float:
    """Angle of a vector (3,) above the horizontal, degrees."""
    return float(np.rad2deg(np.arctan2(vector[2], np.linalg.norm(vector[:2]))))
