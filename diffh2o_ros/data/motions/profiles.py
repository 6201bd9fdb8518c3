"""Time courses of human movement, and paths in space drawn with them."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc


def minimum_jerk(tau: np.ndarray) -> np.ndarray:
    """Share of a reach done at share tau of its time (Flash & Hogan, 1985); tau clamps to 0..1."""
    tau = np.clip(tau, 0.0, 1.0)
    return tau**3 * (10 - 15 * tau + 6 * tau**2)


def skewed(tau: np.ndarray, half: float, order: float = 3.0) -> np.ndarray:
    """Minimum jerk whose half way is done at share `half` of the time; above order 3 it starts and
    ends more gently, and is faster between: at 4 it is minimum snap.

    Below .5 it speeds up faster than it slows down, as reaches to small things do (MacKenzie et
    al., 1987): at .42 it is fastest at .385, and 1.8 times as fast as on average.
    """
    return betainc(order, order, np.clip(tau, 0.0, 1.0) ** (np.log(0.5) / np.log(half)))


def ramp(frames: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Minimum jerk (T, ...) from frame `start` (...) to frame `end`, at frames (T,)."""
    frames = frames.reshape(-1, *(1,) * np.ndim(start))
    return minimum_jerk((frames - start) / np.maximum(np.subtract(end, start), 1e-6))


def bezier(points: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Cubic Bezier curves: control points (..., 4, 3) at parameters s (T,) -> (..., T, 3)."""
    s = s[:, None]
    weights = ((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3)
    return sum(w * points[..., i : i + 1, :] for i, w in enumerate(weights))


def wander(rng: np.random.Generator, channels: int, frames: int) -> np.ndarray:
    """Slow smooth noise (frames, channels) of standard deviation 1, from 0 on.

    Sums of sinusoids with periods of 1.2 to 6 seconds (at 30 frames a second), breath and sway
    among them; what is held up by muscles never rests.
    """
    period = 30 * np.exp(rng.uniform(np.log(1.2), np.log(6.0), (4, channels)))
    phase = rng.uniform(0, 2 * np.pi, (4, channels))
    # What is slow is large.
    weight = period / np.sqrt((period**2).sum(0) / 2)
    t = np.arange(frames)[:, None, None]
    return (weight * (np.sin(2 * np.pi * t / period + phase))).sum(1)
