"""Size and kind of an object in a few numbers, to tell whether it is like those of training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from scipy.spatial import ConvexHull

from diffh2o_ros.geometry.mend import drop_unused
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sides import GridSides

#: Each descriptor in words that its value follows, and the unit after that.
DESCRIPTORS = {
    "longest": ("the object's longest side is", " m"),
    "middle": ("the object's middle side is", " m"),
    "shortest": ("the object's shortest side is", " m"),
    "aspect": ("the object's longest side over its shortest is", ""),
    "fill": ("the fraction of its box that the object fills is", ""),
}
# Cells along each side of the box, for counting what is filled.
_CELLS = 20
# What lies outside a range by less than this fraction is not worth a word.
_SLACK = 0.02


def shape_descriptors(mesh: Mesh) -> dict[str, float]:
    """Numbers by name, the same however the object is rotated about the vertical; remembered.

    `longest`, `middle` and `shortest` side of the upright box that encloses the object, meters;
    `aspect`, longest over shortest; `fill`, the fraction of the box that lies inside the object.
    Holes in a scan do little to them.
    """
    return dict(_measured(mesh))


@lru_cache(maxsize=32)
def _measured(mesh: Mesh) -> dict[str, float]:
    axes, low, high = upright_box(mesh)
    # A sheet has no thickness; a tenth of a millimeter keeps its ratios finite.
    sides = np.maximum(high - low, 1e-4)
    shortest, middle, longest = np.sort(sides)
    cell = axes * (np.maximum(high - low, 1e-9) / _CELLS)[:, None]
    grid = GridSides(mesh, low @ axes + cell.sum(axis=0) / 2, cell, (_CELLS,) * 3)
    filled = grid.inside(np.stack(np.indices((_CELLS,) * 3), -1).reshape(-1, 3))
    return {
        "longest": float(longest),
        "middle": float(middle),
        "shortest": float(shortest),
        "aspect": float(longest / shortest),
        "fill": float(filled.mean()),
    }


def upright_box(mesh: Mesh) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The enclosing box with vertical edges whose footprint is smallest.

    One of its edges lies along an edge of the convex hull seen from above (Freeman & Shapira,
    "Determining the minimum-area encasing rectangle", 1975).

    Returns:
        Axes (3, 3), a row each, the last one vertical; lowest and highest coordinate (3,) along
        them, meters.
    """
    seen, _ = drop_unused(mesh.vertices, mesh.faces)
    # Joggled: an upright sheet is a line from above, and has a hull all the same.
    hull = seen[ConvexHull(seen[:, :2], qhull_options="QJ").vertices, :2]
    edges = np.roll(hull, -1, axis=0) - hull
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    along = np.stack([np.cos(angles), np.sin(angles)], -1)
    across = np.stack([-along[:, 1], along[:, 0]], -1)
    areas = np.ptp(hull @ along.T, axis=0) * np.ptp(hull @ across.T, axis=0)
    best = int(areas.argmin())
    axes = np.eye(3)
    axes[0, :2], axes[1, :2] = along[best], across[best]
    local = np.einsum("ij,kj->ki", seen, axes)
    return axes, local.min(axis=1), local.max(axis=1)


def outside(
    descriptors: Mapping[str, float], ranges: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """One line for each descriptor beyond its range; none for an object like those of training.

    descriptors: of `shape_descriptors`. ranges: what training saw, {name: {"min", "max", ...}}.
    """
    lines = []
    for name, (words, unit) in DESCRIPTORS.items():
        if name not in ranges:
            continue
        value, low, high = descriptors[name], ranges[name]["min"], ranges[name]["max"]
        if not low * (1 - _SLACK) <= value <= high * (1 + _SLACK):
            found, seen = f"{value:.3g}{unit}", f"{low:.3g} to {high:.3g}{unit}"
            lines.append(f"{words} {found}; training saw {seen}: expect worse grasps")
    return lines
