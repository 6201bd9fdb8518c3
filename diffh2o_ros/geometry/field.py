"""The signed distance of a mesh at the nodes of a grid.

Distances are measured at every node of a coarse grid; every finer level interpolates the level
above and measures only the nodes near the surface. That is several times cheaper than measuring
every node, and the field near the surface is the same. Sides come from :class:`GridSides`.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.nearest import SurfaceTree
from diffh2o_ros.geometry.sides import GridSides

LEVELS = 2
"""How often the cells of the coarse grid are halved."""

# Half the width of the measured band around the surface on each level, the finest first, in its
# cells. All corners of the cells that the surface runs through are within sqrt(3) of it.
_BANDS = (2.0, 2.75)
# Triangles that the nodes in it are measured against. With four, 999 distances of a thousand on
# scans are right to a hundredth of a cell; from farther away two are as good.
_CANDIDATES = (4, 2)
# On the coarse grid, one triangle stands for all in a cube of so many cells.
_FAR = 1.0


def sample_field(
    mesh: Mesh, tree: SurfaceTree, origin: np.ndarray, spacing: float, shape: np.ndarray
) -> np.ndarray:
    """Signed distances, meters, negative inside.

    Args:
        mesh: the surface; it may have holes.
        tree: of that mesh.
        origin: (3,) first node, meters.
        spacing: between nodes, meters.
        shape: (3,) number of nodes; one more than a multiple of 2^LEVELS.

    Returns:
        (X, Y, Z) float32.
    """
    sides = GridSides(mesh, origin, spacing * np.eye(3), tuple(shape))
    step = 2**LEVELS
    coarse = (shape - 1) // step + 1
    nodes = np.stack(np.indices(coarse), axis=-1).reshape(-1, 3) * step
    far = tree.thinned(_FAR * spacing)
    values = _measured(far, sides, origin, spacing, nodes, 1).reshape(coarse).astype(np.float32)
    for level in reversed(range(LEVELS)):
        step = 2**level
        for axis in range(3):
            values = _double(values, axis)
        near = np.abs(values) < _BANDS[level] * spacing * step
        nodes = np.argwhere(near) * step
        values[near] = _measured(tree, sides, origin, spacing, nodes, _CANDIDATES[level])
    return values


def _measured(
    tree: SurfaceTree,
    sides: GridSides,
    origin: np.ndarray,
    spacing: float,
    nodes: np.ndarray,
    candidates: int,
) -> np.ndarray:
    distance, _ = tree.closest(origin + spacing * nodes, candidates)
    return np.where(sides.inside(nodes), -distance, distance)


def _double(values: np.ndarray, axis: int) -> np.ndarray:
    """Insert a node between every two neighbors along one axis: n nodes become 2 n - 1.

    Cubic, from two neighbors on either side, where these are on one side of the surface: around
    a ball the error is far smaller than that of the mean of two.
    """
    values = np.moveaxis(values, axis, 0)
    doubled = np.empty((2 * len(values) - 1, *values.shape[1:]), values.dtype)
    doubled[::2] = values
    doubled[1::2] = (values[:-1] + values[1:]) / 2
    if len(values) > 3:
        inside = values < 0
        same = inside[1:] == inside[:-1]
        curvature = (doubled[3:-3:2] - (values[:-3] + values[3:]) / 2) / 8
        doubled[3:-3:2] += curvature * (same[:-2] & same[1:-1] & same[2:])
    return np.moveaxis(doubled, 0, axis)
