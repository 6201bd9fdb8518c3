"""What an object weighs, as a solid of even density."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh

#: kg/m^3 of an object on the whole, and the range of masses it leads to (kg).
DENSITY, LIGHTEST, HEAVIEST = 500.0, 0.02, 1.0
GRAVITY = 9.81  #: m/s2


def plausible_mass(mesh: Mesh) -> float:
    """Mass (kg), of a mesh with holes or inside out, too; the least one of what has no volume."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] - mesh.center for i in range(3))
    volume = abs(np.einsum("fk,fk->", a, np.cross(b, c))) / 6
    return float(np.clip(DENSITY * volume, LIGHTEST, HEAVIEST))


def mass_of(mesh: Mesh) -> tuple[float, np.ndarray, np.ndarray]:
    """Mass (kg), center (3,) and inertia (3, 3) about it."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    volume = np.einsum("fk,fk->f", a, np.cross(b, c)) / 6
    total = volume.sum()
    center = (volume[:, None] * (a + b + c) / 4).sum(0) / total
    # Second moments of the tetrahedra between the center and each face:
    # (sum of the corners' squares + square of their sum) / 20 of the volume.
    corners = np.stack([a, b, c], 1) - center
    apex = corners.sum(1)
    volume = np.einsum("fk,fk->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    second = np.einsum("f,fki,fkj->ij", volume / 20, corners, corners)
    second += np.einsum("f,fi,fj->ij", volume / 20, apex, apex)
    mass = float(np.clip(DENSITY * total, LIGHTEST, HEAVIEST))
    second *= mass / total
    return mass, center, np.trace(second) * np.eye(3) - second
