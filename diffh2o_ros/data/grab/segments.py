"""Cuts a recording into reach and interaction, by contact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.format import FPS, GRASP_FRAMES, MAX_FRAMES
from diffh2o_ros.data.grab.files import Unusable

STILL, MOVED = 0.002, 0.010  #: meters that some point of an object moves at rest, and at least
FLICKER = 0.1  #: seconds; contact that is lost or made for less is noise
CLOSING = 0.5  #: seconds that a hand may take from touching the object to holding it
LONGEST_REACH = 2.5  #: seconds; what goes before, from a T-pose often, is left out
SHORTEST_REACH, SHORTEST_INTERACTION = 0.2, 0.5
RETREAT = 1.0  #: seconds that are kept after the object was let go of
PUT_BACK = 0.05  #: meters from where it stood; nearer, it counts as put back
HOLDING_SHARE = 0.25  #: of the time the object moves; a hand that joins in for less only helps


@dataclass(frozen=True)
class Segments:
    """Which frames of a recording are used, numbers of its own frames."""

    reach: np.ndarray  #: (GRASP_FRAMES,) times of the reach; the last is the grasp
    interaction: np.ndarray  #: (N,) times of the interaction, N <= MAX_FRAMES - GRASP_FRAMES
    held: np.ndarray  #: (GRASP_FRAMES + N, 2) which hand holds the object, from the grasp on
    hand: str  #: `left`, `right` or `both`
    first: str  #: the side that has the object first
    together: bool  #: both hands hold it at once, for most of the time
    put_back: bool  #: it is let go of at the end, where it lay

    @property
    def grasp(self) -> int:
        return int(self.reach[-1])


def segment(corners: np.ndarray, touching: np.ndarray, fps: float) -> Segments:
    """Finds the first contact that moves the object, and what led to it and came of it.

    The grasp is the last frame before the object moves, or half a second after the first touch,
    whatever comes first: the hand has closed by then and the object lies still.

    Args:
        corners: (T, 8, 3) corners of the object's bounding box, meters.
        touching: (T, 2) whether the left and the right hand touch it.

    Raises:
        Unusable: no contact, no motion under it, or too short.
    """
    if not touching.any():
        raise Unusable("no contact")
    touching = np.stack([_steady(side, round(FLICKER * fps)) for side in touching.T], 1)
    grasp = _grasp(corners, touching.any(1), fps)
    moved = _moved(corners, grasp)
    last_elsewhere = np.flatnonzero(moved[:grasp] > MOVED)
    start = max(
        0, round(grasp - LONGEST_REACH * fps), last_elsewhere[-1] + 1 if len(last_elsewhere) else 0
    )
    if grasp - start < SHORTEST_REACH * fps:
        raise Unusable("too short", "the hand is at the object from the start")
    last_touch = int(np.flatnonzero(touching.any(1))[-1])
    end = min(len(moved) - 1, last_touch + RETREAT * fps, _carried_off(corners, touching, grasp))
    count = min(int((end - grasp) / fps * FPS), MAX_FRAMES - GRASP_FRAMES)
    if count < SHORTEST_INTERACTION * FPS:
        raise Unusable("too short", "it ends just after the grasp")
    interaction = grasp + np.arange(1, count + 1) * fps / FPS
    # A frame between two of the recording is one of contact where the earlier is.
    shown = np.concatenate([[grasp], interaction.astype(int)])
    held = touching[shown] & _acting(touching[shown], moved[shown] > MOVED)
    acting = held.any(0)
    if not acting.any():
        raise Unusable("no contact", "nobody holds the object while it moves")
    return Segments(
        reach=np.linspace(start, grasp, GRASP_FRAMES),
        interaction=interaction,
        held=np.concatenate([np.zeros((GRASP_FRAMES - 1, 2), bool), held]),
        hand="both" if acting.all() else ("left" if acting[0] else "right"),
        first="left" if _first(held[:, 0]) < _first(held[:, 1]) else "right",
        together=bool(held.all(1).sum() > 0.5 * held.any(1).sum()),
        put_back=bool(not held[-1].any() and moved[shown[-1]] < PUT_BACK),
    )


def _steady(contact: np.ndarray, frames: int) -> np.ndarray:
    """Contact (T,) without gaps, then without touches, of fewer than `frames` frames."""
    contact = contact.copy()
    for wanted in (True, False):
        for start, end in runs(contact != wanted):
            inside = start > 0 and end < len(contact)
            if end - start < frames and (inside or not wanted):
                contact[start:end] = wanted
    return contact


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """(start, end) of every stretch of true flags (T,), the end exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _moved(corners: np.ndarray, frame: int) -> np.ndarray:
    """(T,) how far the corner that moved most is from where it was at `frame`, meters."""
    return np.linalg.norm(corners - corners[frame], axis=-1).max(-1)


def _grasp(corners: np.ndarray, contact: np.ndarray, fps: float) -> int:
    for start, end in runs(contact):
        moved = _moved(corners, start)[start:end]
        if moved.max() > MOVED:
            leaves = int(np.argmax(moved > MOVED))
            still = int(np.flatnonzero(moved[:leaves] <= STILL)[-1])
            return start + min(still, round(CLOSING * fps))
    if contact.any():
        raise Unusable("no motion", "the object is touched but never moves")
    raise Unusable("no contact")


def _carried_off(corners: np.ndarray, touching: np.ndarray, grasp: int) -> int:
    """The first frame after `grasp` at which the object has moved although no hand touches it, as
    glasses do on a nose; past the end where there is none."""
    for start, end in runs(~touching.any(1)):
        if start > grasp:
            moved = _moved(corners, start)[start:end] > MOVED
            if moved.any():
                return start + int(np.argmax(moved))
    return len(corners)


def _acting(touching: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """(2,) whether each hand touches the object in a good share of the frames it moves in, or
    alone in more than a few."""
    if not moving.any():
        return np.zeros(2, bool)
    alone = touching[moving] & ~touching[moving][:, ::-1]
    return (touching[moving].mean(0) >= HOLDING_SHARE) | (alone.sum(0) > FLICKER * FPS)


def _first(held: np.ndarray) -> int:
    """The first frame in which a hand holds the object; past the end where it never does."""
    return int(np.argmax(held)) if held.any() else len(held)
