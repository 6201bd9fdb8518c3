"""Whether a side of a surface is missing, as in what one view of a depth camera gives.

Looked at from outside, a whole object shows the fronts of its faces. Where a side is missing one
sees through to the backs of those on the other. So the object is looked at from 26 directions,
along the lines of a grid, and what counts is how much of what is seen from each are backs. Small
holes, and faces that are missing at random, show few of them from everywhere; a missing side shows
hardly anything else from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sides import crossings

# Lines along each side of the grid.
_LINES = 24
# From a direction in which more than this fraction of what is seen are backs, a side is missing ...
_BACKS = 0.5
# ... if such directions are more than this fraction of all, or one shows next to nothing else.
_LEAST_OPEN, _HARDLY_ELSE = 0.12, 0.85
# Bowls, cups and boxes without thickness are open from above alone: from directions higher than
# this (sine). They are so by nature, and no camera looks up through a table.
_UPWARD = 0.3
# Edges shorter in all than this, beside the root of the surface's area, are those of small holes.
_SHORT_RIM = 0.5


def _directions() -> tuple[np.ndarray, np.ndarray]:
    """Half of 26 directions (13, 3), the rest being opposite, and their weights (13,):
    Lebedev's quadrature of 26 points."""
    found, weights = [], []
    for steps in product((-1, 0, 1), repeat=3):
        if steps > (0, 0, 0):
            found.append(np.array(steps) / np.linalg.norm(steps))
            weights.append({1: 1 / 21, 2: 4 / 105, 3: 9 / 280}[np.abs(steps).sum()])
    return np.array(found), np.array(weights)


_HALF, _WEIGHTS = _directions()
DIRECTIONS = np.concatenate([_HALF, -_HALF])
"""(26, 3) from the object to whoever looks at it."""
WEIGHTS = np.concatenate([_WEIGHTS, _WEIGHTS])
"""(26,) fractions of the sphere that they stand for."""


@dataclass(frozen=True)
class View:
    """What is seen of a mesh from outside."""

    seen: np.ndarray
    """(26,) area covered as seen from each of `DIRECTIONS`, square meters."""
    backs: np.ndarray
    """(26,) of which backs."""

    @property
    def open_from(self) -> np.ndarray:
        """(26,) bool: directions from which a side is missing."""
        return self.backs > _BACKS * self.seen

    @cached_property
    def back_fraction(self) -> float:
        """Of all that is seen from all around, the fraction that are backs."""
        return float((WEIGHTS * self.backs).sum() / (WEIGHTS * self.seen).sum())

    @property
    def missing(self) -> np.ndarray | None:
        """(3,) unit vector towards the side that is missing; None where none is."""
        open_from = self.open_from
        few = (WEIGHTS * open_from).sum() < _LEAST_OPEN
        if few and (self.backs < _HARDLY_ELSE * self.seen).all():
            return None
        if DIRECTIONS[open_from, 2].min() > _UPWARD:
            return None
        mean = (WEIGHTS * self.backs / self.seen * open_from) @ DIRECTIONS
        return mean / max(np.linalg.norm(mean), 1e-9)


@lru_cache(maxsize=32)
def view(mesh: Mesh) -> View | None:
    """A mesh looked at from all around, remembered; None where it has no edge long enough for a
    side to be missing."""
    if mesh.is_closed:
        return None
    start, end = (mesh.vertices[index] for index in rim(mesh).T)
    length = np.linalg.norm(end - start, axis=1).sum()
    if length < _SHORT_RIM * np.sqrt(mesh.area):
        return None
    vertices = mesh.vertices - mesh.center
    cell = 2 * np.linalg.norm(vertices, axis=1).max() / _LINES
    seen, backs = np.zeros((2, 2 * len(_HALF)))
    for i, direction in enumerate(_HALF):
        axes = frame(direction)
        local = np.einsum("ij,kj->ik", vertices, axes / cell)
        # Off the middle by less than a cell, so that no line runs along an edge of a box.
        local[:, :2] += _LINES / 2 + np.array([0.5137, 0.4721])
        corners = Mesh(local, mesh.faces).corners()
        _, u, v, height, up = crossings(corners, (_LINES + 1, _LINES + 1))
        line = u * (_LINES + 1) + v
        order = np.lexsort((height, line))
        line, up = line[order], up[order]
        first = np.flatnonzero(np.diff(line, prepend=-1))
        last = np.flatnonzero(np.diff(line, append=-1))
        for k, shown in ((i, up[last]), (i + len(_HALF), ~up[first])):
            seen[k] = len(shown) * cell**2
            backs[k] = np.count_nonzero(~shown) * cell**2
    return View(np.maximum(seen, 1e-12), backs)


def frame(direction: np.ndarray) -> np.ndarray:
    """(3, 3) right-handed axes, a row each, the last one along `direction`."""
    across = np.cross(direction, np.eye(3)[np.abs(direction).argmin()])
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(direction, across), direction])


def rim(mesh: Mesh) -> np.ndarray:
    """(E, 2) vertices of the edges that have a face on one side only."""
    start, end = mesh.faces.reshape(-1), mesh.faces[:, [1, 2, 0]].reshape(-1)
    keys = np.sort(np.minimum(start, end) * len(mesh.vertices) + np.maximum(start, end))
    new = np.concatenate([[True], keys[1:] != keys[:-1], [True]])
    return np.stack(np.divmod(keys[new[:-1] & new[1:]], len(mesh.vertices)), axis=1)
