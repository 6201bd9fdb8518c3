"""Random points of an object, with what hands want to know of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree

from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

SAMPLES = 2500
#: Surface samples this near (meters) belong to a handle or a rim.
NEAR_HANDLE, NEAR_RIM = 0.008, 0.016


@dataclass
class Surface:
    """Random points (S, 3) of an object, outward normals (S, 3), and what they belong to.

    Attributes:
        thickness: (S,) meters of material behind each point.
        on_handle, on_rim: (S,) bool.
    """

    points: np.ndarray
    normals: np.ndarray
    thickness: np.ndarray
    on_handle: np.ndarray
    on_rim: np.ndarray


def sample_surface(
    thing: ProceduralObject, sdf: SignedDistanceGrid, rng: np.random.Generator
) -> Surface:
    mesh = thing.mesh
    triangles = mesh.vertices[mesh.faces]
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    area = np.linalg.norm(cross, axis=1)
    face = rng.choice(len(area), size=SAMPLES, p=area / area.sum())
    a, b = np.sort(rng.random((2, SAMPLES)), 0)
    weights = np.stack([a, b - a, 1 - b], 1)
    points = (weights[:, :, None] * triangles[face]).sum(1)
    normals = cross[face] / np.maximum(area[face], 1e-12)[:, None]
    near = {}
    for name, reach in (("handle", NEAR_HANDLE), ("rim", NEAR_RIM)):
        region = getattr(thing, name)
        near[name] = (
            np.zeros(SAMPLES, bool)
            if region is None
            else (cKDTree(region.points).query(points, distance_upper_bound=reach)[0] < reach)
        )
    return Surface(points, normals, _thickness(sdf, points, normals), near["handle"], near["rim"])


def _thickness(sdf: SignedDistanceGrid, points: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Meters (S,) from each point straight in to where the object ends, by sphere tracing."""
    origin, inward = (torch.as_tensor(x, dtype=torch.float32) for x in (points, -normals))
    depth = torch.full((len(points),), 0.001)
    inside = torch.ones(len(points), dtype=torch.bool)
    for _ in range(60):
        value = sdf.query(origin + depth[:, None] * inward)
        # The first millimeters count as inside whatever a coarse grid says of a thin wall.
        inside &= (value < 0) | (depth < 0.0015)
        if not bool(inside.any()):
            break
        depth = torch.where(inside, depth + value.abs().clamp_min(0.0007), depth)
    return depth.numpy().astype(float)
