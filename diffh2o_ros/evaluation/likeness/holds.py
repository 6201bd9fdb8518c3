"""Figures of one-second windows in which a hand holds an object that moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from diffh2o_ros.evaluation.likeness.observed import (
    FPS,
    TIPS,
    WRIST,
    ObservedHand,
    flexion,
    low_passed,
)

WINDOW = round(FPS)  #: frames
CARRIED, TURNED = 0.02, np.deg2rad(10)  # meters, radians
STEADY = 6.0  # Hz: fingers are low-passed at this; what the wrist does faster is tremor


def hold_windows(track: ObservedHand) -> Iterator[slice]:
    """Windows, one after another, in which the thumb and two fingers stay on the object and it
    moves by 2 cm or 10 degrees."""
    staying = track.touching
    for first in range(0, len(track) - WINDOW, WINDOW):
        frames = slice(first, first + WINDOW + 1)
        held = staying[frames].all(0)
        if not (held[0] and held[1:].sum() >= 2):
            continue
        carried = np.linalg.norm(track.center[frames] - track.center[first], axis=1).max()
        if carried > CARRIED or _turned(track.rotation[frames]) > TURNED:
            yield frames


def hold_figures(track: ObservedHand, frames: slice) -> dict[str, float]:
    """All figures of a window."""
    bent = low_passed(flexion(track.points[frames]).reshape(WINDOW + 1, -1), STEADY)
    seen = track.in_object[frames]
    wrist = seen[:, WRIST]
    palm = np.einsum("tji,tjk->tik", track.rotation[frames], track.palm_frame[frames])
    touching = track.touching[frames][1:]
    slips = np.linalg.norm(np.diff(seen[:, TIPS], axis=0), axis=-1)[touching] * FPS
    absolute = track.points[frames, WRIST]
    tremor = absolute - low_passed(absolute, STEADY)
    return {
        "hold: finger angle std while holding, 1 s, deg": float(bent.std(0).mean()),
        "hold: wrist drift in object frame, 1 s, mm": (
            1e3 * float(np.linalg.norm(wrist - wrist[0], axis=1).max())
        ),
        "hold: hand turn in object frame, 1 s, deg": float(np.rad2deg(_turned(palm))),
        "hold: fingertip slip in object frame mm/s": 1e3 * float(slips.mean()),
        "hold: high-frequency tremor of the wrist (>6 Hz) mm": (
            1e3 * float(np.sqrt((tremor**2).sum(-1).mean()))
        ),
    }


def _turned(rotations: np.ndarray) -> float:
    """Largest angle between the first of (T, 3, 3) rotations and the others, radians."""
    cosine = (np.einsum("tij,ij->t", rotations, rotations[0]) - 1) / 2
    return float(np.arccos(np.clip(cosine, -1, 1)).max())
