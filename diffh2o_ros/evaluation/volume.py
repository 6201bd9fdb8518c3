"""The volume two bodies share, by counting the points of a 2 mm grid that lie inside both.

Counting is exact to the grid for any mesh that winding numbers can tell inside from outside, open
scans included, where boolean operations on meshes need watertight ones. Grid points come in blocks
of 4 x 4 x 4; one signed distance at a block's center settles all 64 where the surface is farther
away than the block's corner, so only the blocks a surface runs through are looked at closely.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.distance import Winding, closest_points
from diffh2o_ros.geometry.mesh import Mesh

SPACING = 0.002  # meters between grid points
SAME = 1e-6  # meters; a hand that holds fast moves less than this from frame to frame
_SIDE = 4
_OFFSETS = (
    np.stack(np.meshgrid(*[np.arange(_SIDE)] * 3, indexing="ij"), -1).reshape(-1, 3)
    - (_SIDE - 1) / 2
) * SPACING
_REACH = np.linalg.norm(_OFFSETS[0])


def shared_volumes(body: Mesh, others: np.ndarray, other_faces: np.ndarray) -> np.ndarray:
    """Volumes that a body shares with another one in each of T poses.

    Args:
        body: the one that stays.
        others: (T, V, 3) posed vertices of the other one, meters, in the same frame.
        other_faces: (F, 3) its triangles.

    Returns:
        (T,) cubic meters.
    """
    low = np.maximum(body.bounds[0], others.min((0, 1)))
    high = np.minimum(body.bounds[1], others.max((0, 1)))
    centers = cell_centers(low, high, _SIDE * SPACING)
    filled = _occupancy(body, centers, np.ones((len(centers), len(_OFFSETS)), bool))
    some = filled.any(1)
    centers, filled = centers[some], filled[some]
    volumes = np.zeros(len(others))
    counted = None
    for frame, posed in enumerate(others):
        if counted is not None and np.abs(posed - others[counted]).max() < SAME:
            volumes[frame] = volumes[counted]
            continue
        counted = frame
        near = ((centers > posed.min(0) - _REACH) & (centers < posed.max(0) + _REACH)).all(1)
        both = _occupancy(Mesh(posed, other_faces), centers[near], filled[near])
        volumes[frame] = both.sum() * SPACING**3
    return volumes


def cell_centers(low: np.ndarray, high: np.ndarray, size: float) -> np.ndarray:
    """Centers (C, 3) of the cubes that cover the box from `low` to `high`; none if it is empty."""
    axes = [np.arange(a, b, size) + size / 2 for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)


def _occupancy(body: Mesh, centers: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(C, 64) bool: the wanted points of each block that lie inside the body."""
    found = np.zeros_like(wanted)
    winding = Winding(body)
    away = closest_points(body, centers)[0] > _REACH
    whole = away & winding.inside(centers)
    found[whole] = wanted[whole]
    block, point = np.nonzero(wanted & ~away[:, None])
    found[block, point] = winding.inside(centers[block] + _OFFSETS[point])
    return found
