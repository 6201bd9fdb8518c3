"""Needles along the seams of a boolean are removed: short edges collapsed, flat corners flipped."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.skin import Surface

WORST = 0.08  # shape of a triangle, 1 for an equilateral one, below which it is mended


def shapes(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """4 / sqrt(3) * area / longest edge^2 of each triangle (F,): 1 equilateral, 0 degenerate."""
    corners = vertices[faces]
    sides = np.roll(corners, -1, axis=1) - corners
    area = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1) / 2
    longest = (sides**2).sum(axis=2).max(axis=1)
    return 4 / np.sqrt(3) * area / np.maximum(longest, 1e-18)


def mend_needles(surface: Surface, rounds: int = 4) -> Surface:
    """The same closed surface with (nearly) no triangle of a shape below WORST."""
    vertices, faces = surface[0].copy(), surface[1].copy()
    for _ in range(rounds):
        bad = np.flatnonzero(shapes(vertices, faces) < WORST)
        changed = False
        for index in bad:
            if faces[index, 0] < 0 or shapes(vertices, faces[index][None])[0] >= WORST:
                continue
            face = faces[index]
            sides = np.linalg.norm(vertices[np.roll(face, -1)] - vertices[face], axis=1)
            short, long = int(sides.argmin()), int(sides.argmax())
            changed |= _collapse(vertices, faces, face[short], face[(short + 1) % 3]) or _flip(
                vertices, faces, index, long
            )
        faces = faces[faces[:, 0] >= 0]
        if not changed:
            break
    used, index = np.unique(faces, return_inverse=True)
    return vertices[used], index.reshape(-1, 3)


def _collapse(vertices: np.ndarray, faces: np.ndarray, a: int, b: int) -> bool:
    """Merge b into a at the middle if the surface stays closed and no triangle turns over."""
    at_a, at_b = (faces == a).any(axis=1), (faces == b).any(axis=1)
    if len(set(faces[at_a].ravel()) & set(faces[at_b].ravel()) - {a, b}) != 2:
        return False
    if np.linalg.norm(vertices[a] - vertices[b]) > 1.5e-3:
        return False
    around = np.flatnonzero(at_a ^ at_b)
    moved = np.where(faces[around] == b, a, faces[around])
    middle = (vertices[a] + vertices[b]) / 2
    before = _normals(vertices[faces[around]])
    corners = vertices[moved]
    corners[moved == a] = middle
    rotation = (before * _normals(corners)).sum(axis=1)
    solid = shapes(vertices, faces[around]) > WORST
    if (rotation[solid] < 0.3).any():
        return False
    vertices[a] = middle
    faces[around] = moved
    faces[at_a & at_b] = -1
    return True


def _flip(vertices: np.ndarray, faces: np.ndarray, index: int, side: int) -> bool:
    """Turn the longest edge of a flat triangle to the other diagonal if both halves gain by it."""
    a, b, top = np.roll(faces[index], -side)
    across = np.flatnonzero((faces == a).any(axis=1) & (faces == b).any(axis=1))
    other = int(across[across != index][0])
    bottom = int(faces[other].sum() - a - b)
    if ((faces == top).any(axis=1) & (faces == bottom).any(axis=1)).any():
        return False
    new = np.array([[top, a, bottom], [bottom, b, top]])
    if shapes(vertices, new).min() <= shapes(vertices, faces[[index, other]]).min():
        return False
    if (_normals(vertices[new]) @ _normals(vertices[faces[[other]]])[0] < 0.3).any():
        return False
    faces[index], faces[other] = new
    return True


def _normals(corners: np.ndarray) -> np.ndarray:
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-18)
