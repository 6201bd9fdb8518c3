"""Points spread evenly over a surface, whatever its triangles are."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh


def surface_points(body: Mesh, count: int) -> np.ndarray:
    """Points (count, 3) of a mesh, meters, as many to every piece of its area; always the same."""
    a, b, c = (body.vertices[body.faces[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    ends = np.cumsum(area)
    # Evenly along the areas that are laid end to end: no face gets more than its part.
    places = (np.arange(count) + 0.5) / count * ends[-1]
    face = np.minimum(np.searchsorted(ends, places), len(area) - 1)
    u, v = np.random.default_rng(0).random((2, count, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    return a[face] + u * (b - a)[face] + v * (c - a)[face]
