"""On which side of a surface the nodes of a grid lie, from where the grid's lines cross it.

Along a line that comes from outside, the generalized winding number (Jacobson et al. 2013) grows
by one wherever the line enters a closed surface and falls by one wherever it leaves. So one pass
over the triangles answers for every node of every line, where a winding number is a sum over all
triangles for each node.

A scan with holes lets some lines through, and one with a stray triangle counts it. There, lines
along all three axes are followed in both directions and vote; where they are at odds, the winding
number itself decides.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.distance import Winding
from diffh2o_ros.geometry.mesh import Mesh

# Lines are moved off the nodes by these fractions of a cell: CAD files have edges just where nodes
# are, and which of two triangles a line crosses must not hang on rounding.
_OFFSET = np.array([1.2337e-4, -0.9411e-4, 0.7193e-4])
_SURE = 5  # votes of six; one is what a stray triangle or a small hole costs


class GridSides:
    """The side of each node of a grid.

    Args:
        mesh: consistently oriented; it may have holes.
        origin: (3,) the first node, meters.
        axes: (3, 3) the grid's axes, a row each, as long as a cell, meters.
        shape: (3,) number of nodes.
    """

    def __init__(
        self, mesh: Mesh, origin: np.ndarray, axes: np.ndarray, shape: tuple[int, int, int]
    ) -> None:
        self._origin, self._axes, self._winding = origin, axes, Winding(mesh)
        local = np.einsum("ij,jk->ik", mesh.vertices - origin, np.linalg.inv(axes)) + _OFFSET
        corners = Mesh(local, mesh.faces).corners()
        #: (X, Y, Z) how many of the six directions say inside.
        self._votes = np.zeros(shape, np.int8)
        if mesh.is_closed:
            self._votes[_wound(corners, shape, axis=2)[0] > 0] = 6
        else:
            for axis in range(3):
                for wound in _wound(corners, shape, axis):
                    self._votes += wound > 0

    def inside(self, nodes: np.ndarray) -> np.ndarray:
        """(N,) bool for the nodes of (N, 3) indices."""
        votes = self._votes[tuple(nodes.T)]
        inside = votes >= _SURE
        odd = np.flatnonzero((votes < _SURE) & (votes > 6 - _SURE))
        inside[odd] = self._winding.inside(self._origin + nodes[odd] @ self._axes)
        return inside


def _wound(
    corners: np.ndarray, shape: tuple[int, int, int], axis: int
) -> tuple[np.ndarray, np.ndarray]:
    """Winding numbers (X, Y, Z) of the nodes, followed along an axis upwards and downwards.

    corners: (3, 3, F) three corners of three coordinates, in cells from the first node.
    """
    u, v = (axis + 1) % 3, (axis + 2) % 3
    _, i, j, height, up = crossings(corners[:, [u, v, axis]], (shape[u], shape[v]))
    above = np.clip(np.ceil(height), 0, shape[axis]).astype(np.intp)
    # One node more than there are takes the crossings above them all.
    wound = np.zeros((shape[u], shape[v], shape[axis] + 1), np.int16)
    np.add.at(wound, (i, j, above), np.where(up, -1, 1).astype(np.int16))
    np.cumsum(wound, axis=2, out=wound)
    wound = np.moveaxis(wound, (0, 1, 2), (u, v, axis))
    nodes, last = np.split(wound, [shape[axis]], axis=axis)
    return nodes, nodes - last


def crossings(
    corners: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where lines along the third axis meet triangles.

    Args:
        corners: (3, 3, F) three corners of three coordinates, the first two in cells: line (i, j)
            runs through them.
        shape: how many lines there are.

    Returns:
        Of each crossing: the face, the line's i and j, the height, and whether the face shows its
        front upwards there; five of (N,).
    """
    face, i, j = _lines_over(corners[:, :2], shape)
    corners = corners[..., face]
    corners[:, 0] -= i
    corners[:, 1] -= j
    # Twice the areas between the line and each edge: of one sign where it meets the triangle.
    (au, av, az), (bu, bv, bz), (cu, cv, cz) = corners
    across_a, across_b, across_c = bu * cv - bv * cu, cu * av - cv * au, au * bv - av * bu
    up = (across_a > 0) & (across_b > 0) & (across_c > 0)
    met = up | ((across_a < 0) & (across_b < 0) & (across_c < 0))
    height = across_a * az + across_b * bz + across_c * cz
    height = height[met] / (across_a + across_b + across_c)[met]
    return face[met], i[met], j[met], height, up[met]


def _lines_over(
    corners: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of a face (3, 2, F) and a line (i, j) through its bounding rectangle: three of (N,)."""
    low = np.maximum(np.ceil(corners.min(axis=0)), 0).astype(np.intp)
    high = np.minimum(np.floor(corners.max(axis=0)).T, np.array(shape) - 1).astype(np.intp).T
    rows, columns = np.maximum(high - low + 1, 0)
    some = np.flatnonzero(rows * columns)
    lines = (rows * columns)[some]
    face = np.repeat(some, lines)
    index = np.arange(len(face)) - np.repeat(np.cumsum(lines) - lines, lines)
    row, column = np.divmod(index, columns[face])
    return face, low[0][face] + row, low[1][face] + column
