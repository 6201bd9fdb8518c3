"""Basis point set (Prokudin et al. 2019): an object's shape as 1024 vectors to its surface."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np
import torch

from .distance import closest_points
from .mesh import Mesh

BASIS_RADIUS = 0.15
"""Radius in metres of the ball that the basis points fill uniformly."""


def make_basis(num_points: int = 1024, seed: int = 0) -> np.ndarray:
    """Uniform points in a ball of ``BASIS_RADIUS``; (num_points, 3) float32.

    The committed ``basis.npy`` is this call with its defaults. Networks are trained on that file:
    it must never change, whatever numpy's generators do in future.
    """
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=(num_points, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    radius = BASIS_RADIUS * rng.uniform(size=(num_points, 1)) ** (1 / 3)
    return (radius * direction).astype(np.float32)


@lru_cache(maxsize=1)
def basis() -> np.ndarray:
    """The committed basis, (1024, 3) float32 metres, relative to the object's centre."""
    with resources.files(__package__).joinpath("basis.npy").open("rb") as file:
        points = np.load(file, allow_pickle=False)
    points.setflags(write=False)
    return points


def basis_point_set(vertices: np.ndarray, faces: np.ndarray, center: np.ndarray) -> torch.Tensor:
    """Vectors from every basis point to the nearest point of the surface.

    Args:
        vertices: (V, 3) metres.
        faces: (F, 3) indices.
        center: (3,) where the basis is placed: the centre of the object's bounding box.

    Returns:
        (1024, 3) float32 metres.
    """
    points = basis().astype(np.float64) + np.asarray(center, dtype=np.float64)
    _, closest = closest_points(Mesh(vertices, faces), points)
    return torch.from_numpy((closest - points).astype(np.float32))
