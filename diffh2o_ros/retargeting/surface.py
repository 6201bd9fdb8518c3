"""An object's surface as robot hands meet it: how far points are from it, and where it faces."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch

from diffh2o_ros.contact.backend import KERNELS, backend_of
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

#: Step of the differences that tell how normals change (meters).
STEP = 0.003
_CPU = torch.device("cpu")
_CORNERS = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])


class ObjectSurface:
    """Of an object, in its own frame; arrays are NumPy's.

    A solver asks for a few hundred points a thousand times: a tenth of a millisecond each, of which
    torch's autograd would be most.
    """

    def __init__(self, sdf: SignedDistanceGrid) -> None:
        self._values = sdf.values.numpy().astype(float)
        self._origin, self._spacing = sdf.origin.numpy().astype(float), float(sdf.spacing)

    def query(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Signed distances (P,), meters, negative inside, of points (P, 3), and outward unit
        normals (P, 3).

        By trilinear interpolation, normals of the gradient between nodes; beyond the grid, the
        value at its nearest point plus the way there.
        """
        if backend_of(_CPU) == KERNELS:
            from diffh2o_ros.contact.kernels.surface import query_points

            distance, normal = np.empty(len(points)), np.empty((len(points), 3))
            gradients = self._gradients.reshape(*self._values.shape, 3)
            query_points(
                *(self._values, gradients, self._origin, self._spacing),
                *(np.ascontiguousarray(points, float), distance, normal),
            )
            return distance, normal
        return self._by_arrays(points)

    def _by_arrays(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`query` where nothing is compiled."""
        where = (points - self._origin) / self._spacing
        nearest = np.clip(where, 0, np.array(self._values.shape) - 1.0)
        cell = np.minimum(nearest.astype(int), np.array(self._values.shape) - 2)
        part = nearest - cell
        node = cell @ self._strides
        sides = np.stack([1 - part, part])  # (2, P, 3), weights of the low and the high nodes
        i, j, k = _CORNERS.T
        weights = sides[i, :, 0] * sides[j, :, 1] * sides[k, :, 2]  # (8, P)
        rows = node + (_CORNERS @ self._strides)[:, None]
        distance = (weights * self._values.ravel()[rows]).sum(0)
        gradient = np.einsum("cp,cpx->px", weights, self._gradients[rows])
        beyond = (where - nearest) * self._spacing
        away = np.linalg.norm(beyond, axis=1)
        normal = gradient + beyond / np.maximum(away, 1e-9)[:, None]
        length = np.linalg.norm(normal, axis=1, keepdims=True)
        return distance + away, normal / np.maximum(length, 1e-9)

    def normals(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outward unit normals (P, 3) at points (P, 3), and their Jacobians (P, 3, 3) by the point,
        by central differences."""
        offsets = STEP * np.concatenate([np.zeros((1, 3)), np.eye(3), -np.eye(3)])
        around = (points[:, None] + offsets).reshape(-1, 3)
        normal = self.query(around)[1].reshape(len(points), 7, 3)
        return normal[:, 0], (normal[:, 1:4] - normal[:, 4:]).transpose(0, 2, 1) / (2 * STEP)

    @cached_property
    def _strides(self) -> np.ndarray:
        _, height, depth = self._values.shape
        return np.array([height * depth, depth, 1])

    @cached_property
    def _gradients(self) -> np.ndarray:
        """(X * Y * Z, 3) at the nodes."""
        gradients = np.gradient(self._values, self._spacing)
        return np.ascontiguousarray(np.stack(gradients, -1).reshape(-1, 3))
