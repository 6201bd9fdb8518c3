"""Whether contacts can hold an object: friction cones against gravity from every side."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

FRICTION = 0.8
CONE_EDGES = 6


_ANGLES = np.linspace(0, 2 * np.pi, CONE_EDGES, endpoint=False)[:, None]
_CIRCLE = np.cos(_ANGLES), np.sin(_ANGLES)


def cones(normals: np.ndarray, friction: float = FRICTION) -> np.ndarray:
    """Unit-push edges (C, CONE_EDGES, 3) of friction cones about inward normals (C, 3)."""
    helper = np.eye(3)[np.abs(normals).argmin(-1)]
    first = np.cross(normals, helper)
    first /= np.linalg.norm(first, axis=-1, keepdims=True)
    second = np.cross(normals, first)
    cosine, sine = _CIRCLE
    return normals[:, None] + friction * (cosine * first[:, None] + sine * second[:, None])


def hold_residual(
    points: np.ndarray,
    outward_normals: np.ndarray,
    center: np.ndarray,
    lever: float,
    *,
    friction: float = FRICTION,
    effort: float = 0.02,
) -> float:
    """Share of the object's weight the contacts cannot carry, worst of six gravity directions.

    Solves, per direction g, min ||W f - g|| over forces f >= 0 along the edges of linearized
    Coulomb friction cones (Murray, Li & Sastry, A Mathematical Introduction to Robotic
    Manipulation, ch. 5). 0 means held, 1 means dropped. Pushes are limited to 10 weights in all,
    softly, since a grasp that needs more is one that slips.

    Args:
        points: (C, 3) contact points, meters; outward_normals: (C, 3) of the object there.
        center: (3,) center of mass; lever: meters that make torques comparable to forces.
        friction: coefficient; effort: what a push of one weight counts, beside a weight missed.
    """
    if len(points) < 2:
        return 1.0
    edges = cones(-outward_normals, friction).reshape(-1, 3)
    arms = np.repeat((points - center) / lever, CONE_EDGES, axis=0)
    wrench = np.concatenate([edges, np.cross(arms, edges)], 1).T
    # One more row penalizes the total push, so that nearly parallel cones do not count as a hold.
    system = np.concatenate([wrench, np.full((1, wrench.shape[1]), effort)])
    worst = 0.0
    for axis in range(3):
        for sign in (-1.0, 1.0):
            target = np.zeros(7)
            target[axis] = sign
            force, _ = nnls(system, target, maxiter=200)
            worst = max(worst, float(np.linalg.norm(wrench @ force - target[:6])))
    return min(worst, 1.0)
