"""Time courses of human movement, and paths in space drawn with them."""

from __future__ import annotations

import numpy as np


def minimum_jerk(tau: np.ndarray) -> np.ndarray:
    """Share of a reach done at share tau of its time (Flash & Hogan, 1985); tau clamps to 0..1."""
    tau = np.clip(tau, 0.0, 1.0)
    return tau**3 * (10 - 15 * tau + 6 * tau**2)


def rise_and_fall(tau: np.ndarray) -> np.ndarray:
    """0 -> 1 -> 0 with no speed or acceleration at the ends; clamps tau to [0, 1]."""
    tau = np.clip(tau, 0.0, 1.0)
    return 64 * (tau * (1 - tau)) ** 3


def bezier(points: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Cubic Bezier curves: control points (..., 4, 3) at parameters s (T,) -> (..., T, 3)."""
    s = s[:, None]
    weights = ((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3)
    return sum(w * points[..., i : i + 1, :] for i, w in enumerate(weights))


def keyframes(times: np.ndarray, values: np.ndarray, num_frames: int) -> np.ndarray:
    """Minimum-jerk moves between rests: value i (K, D) is reached at times[i] (frames, rising).

    Returns (num_frames, D); the last value is held to the end.
    """
    frames = np.arange(num_frames, dtype=float)
    path = np.repeat(values[:1], num_frames, axis=0)
    for i in range(1, len(times)):
        span = max(times[i] - times[i - 1], 1e-6)
        share = minimum_jerk((frames - times[i - 1]) / span)[:, None]
        path = path + share * (values[i] - values[i - 1])
    return path
