"""Objects to be timed on: made here, like a scan of something to hold, of any number of faces.

A closed lumpy body of about 7 x 6 x 11 cm that stands at the origin. Its lumps are drawn from a
seed and are a millimeter high: every seed is another mesh to all caches, and yet one target grasp
fits them all.
"""

from __future__ import annotations

import numpy as np

#: Seed of the object that has been seen before; from the next one on, seeds are new objects.
FAMILIAR = 0
#: Faces of a usual scan (the YCB set's "16k" files), and of a fine one.
SCAN_FACES, FINE_FACES = 16_000, 200_000
HALF_SIDES = (0.034, 0.029, 0.055)  # meters
LUMPS, LUMP_HEIGHT = 12, 0.001  # waves over the surface; meters
#: Fractions of the distance between two vertices: finer scans are smoother, too.
ROUGHNESS, IRREGULARITY = 0.03, 0.25


def lumpy_object(faces: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3) float64, meters, z up, and faces (F, 3) int64 of a closed mesh.

    Args:
        faces: how many, about: the nearest number of the form 12 n^2.
        seed: of the lumps and the roughness.
    """
    rng = np.random.default_rng(seed)
    cells = max(1, round((faces / 12) ** 0.5))
    directions, triangles = _cube_sphere(cells)
    step = np.pi / 2 / cells  # between two vertices, radians
    directions = directions + IRREGULARITY * step * rng.uniform(-0.5, 0.5, directions.shape)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    # A superellipsoid is between a ball and a box, as most things on a table are.
    radius = (np.abs(directions / HALF_SIDES) ** 3).sum(1) ** (-1 / 3)
    waves = 4 * rng.normal(size=(LUMPS, 3))
    phases = rng.uniform(0, 2 * np.pi, LUMPS)
    lumps = np.zeros(len(directions))
    for wave, phase in zip(waves, phases, strict=True):
        lumps += np.sin(directions @ wave + phase)
    radius = radius + LUMP_HEIGHT * (2 / LUMPS) ** 0.5 * lumps
    radius = radius + ROUGHNESS * step * radius.mean() * rng.normal(size=len(directions))
    vertices = radius[:, None] * directions
    vertices[:, 2] -= vertices[:, 2].min()
    return vertices, triangles


def _cube_sphere(cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (V, 3) of a cube's surface of cells x cells squares a side, and the faces.

    The squares are spread by equal angles, so that triangles are of nearly one size.
    """
    # The grid points of a cube that lie on its surface, and their numbers.
    line = np.arange(cells + 1)
    u, v = (a.reshape(-1) for a in np.meshgrid(line, line, indexing="ij"))
    zero, full = np.zeros_like(u), np.full_like(u, cells)
    sides = ((zero, v, u), (full, u, v), (u, zero, v), (v, full, u), (v, u, zero), (u, v, full))
    points = np.concatenate([np.stack(side, 1) for side in sides])
    keys = (points[:, 0] * (cells + 1) + points[:, 1]) * (cells + 1) + points[:, 2]
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    corner = (line[:-1, None] * (cells + 1) + line[:-1]).reshape(-1)
    a, b, c, d = corner, corner + cells + 1, corner + cells + 2, corner + 1
    quads = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    triangles = np.concatenate([quads + side * (cells + 1) ** 2 for side in range(6)])
    angles = np.pi / 4 * (2 * points[first] / cells - 1)
    directions = np.tan(angles)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions, number[triangles].astype(np.int64)
