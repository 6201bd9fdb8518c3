"""Basis point set (Prokudin et al. 2019): an object's shape as 1024 vectors to its surface."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np
import torch

from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.nearest import SurfaceTree

# Up to so many faces the vectors are exact, as they are in training. Beyond, the exact tree takes
# too long to build, and triangles are so small that the nearest of the 48 with the nearest centers
# will do: on 14 scans of 200,000 faces it was the right one for all 14,336 vectors.
_EXACT_FACES, _CANDIDATES = 30_000, 48


@lru_cache(maxsize=1)
def basis() -> np.ndarray:
    """The committed basis, (1024, 3) float32 meters, relative to the object's center: uniform in a
    ball of 15 cm. Networks are trained on that file: it must never change."""
    with resources.files(__package__).joinpath("basis.npy").open("rb") as file:
        points = np.load(file, allow_pickle=False)
    points.setflags(write=False)
    return points


def basis_point_set(
    vertices: np.ndarray, faces: np.ndarray, center: np.ndarray, tree: SurfaceTree | None = None
) -> torch.Tensor:
    """Vectors from every basis point to the nearest point of the surface.

    Args:
        vertices: (V, 3) meters.
        faces: (F, 3) indices.
        center: (3,) where the basis is placed: the center of the object's bounding box.
        tree: of the mesh, if there is one already.

    Returns:
        (1024, 3) float32 meters.
    """
    points = basis().astype(np.float64) + np.asarray(center, dtype=np.float64)
    mesh = Mesh(vertices, faces)
    if len(mesh.faces) <= _EXACT_FACES:
        vectors = closest_points(mesh, points)[1] - points
    else:
        _, vectors = (tree or SurfaceTree.of(mesh)).closest(points, _CANDIDATES)
    return torch.from_numpy(vectors.astype(np.float32))
