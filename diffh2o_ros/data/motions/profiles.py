"""Time courses of human movement, and paths in space drawn with them."""

from __future__ import annotations

import numpy as np


def minimum_jerk(tau: np.ndarray) -> np.ndarray:
    """Share of a reach done at share tau of its time (Flash & Hogan, 1985); tau clamps to 0..1."""
    tau = np.clip(tau, 0.0, 1.0)
    return tau**3 * (10 - 15 * tau + 6 * tau**2)


def bezier(points: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Cubic Bezier curves: control points (..., 4, 3) at parameters s (T,) -> (..., T, 3)."""
    s = s[:, None]
    weights = ((1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3)
    return sum(w * points[..., i : i + 1, :] for i, w in enumerate(weights))
