"""Triangles flipped so that all of them show their front to the outside."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.components import components
from diffh2o_ros.geometry.distance import inside
from diffh2o_ros.geometry.mesh import Mesh

# An open surface whose areas add up to more than this fraction of their sum faces one way, as what
# one view of a camera gives. Whether it bulges that way is plain from a volume of this much
# area^1.5.
_ONE_WAY, _BULGE = 0.3, 0.03
# Sine of how far from below a camera may look, and of how steep a bowl's opening is.
_FROM_BELOW, _UPRIGHT = 0.3, 0.9


def orient_outward(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Faces with consistent winding and outward normals.

    Neighbors that disagree are flipped to agree with the majority of their part. A closed part
    whose volume is negative is flipped inside out, unless it lies within another one: then it is
    a cavity and meant so. Open parts, pieces of one scan perhaps, keep their winding relative to
    each other and are flipped together when their volume about their common center is negative;
    what one view gives may be hollow or flat, and is also held not to be seen through the table.

    Args:
        vertices: (V, 3) meters, duplicates merged.
        faces: (F, 3) indices.

    Returns:
        (F, 3) int64.
    """
    edges = _Edges(faces)
    disagreeing, part = _disagreeing(edges)
    if disagreeing.any():
        faces = _flip(faces, disagreeing)
        edges.flip(disagreeing)
    closed = _closed_parts(edges, part)

    is_open = ~closed[part]
    if is_open.any():
        center = vertices[faces[is_open]].mean(axis=(0, 1))
        if _shows_its_back(vertices - center, faces[is_open]):
            faces = _flip(faces, is_open)

    volume = np.bincount(part, weights=_volumes(vertices, faces))
    inverted, solid = closed & (volume < 0), closed & (volume > 0)
    if inverted.any() and solid.any():
        _, first = np.unique(part, return_index=True)
        probes = vertices[faces[first[inverted], 0]]
        inverted[inverted] = ~inside(Mesh(vertices, faces[solid[part]]), probes)
    return _flip(faces, inverted[part]) if inverted.any() else faces


def _shows_its_back(vertices: np.ndarray, faces: np.ndarray) -> bool:
    """Whether an open surface about the origin is to be flipped for its fronts to be outside."""
    volume = _volumes(vertices, faces).sum()
    a, b, c = Mesh(vertices, faces).corners()
    areas = np.cross(b - a, c - a, axis=0) / 2
    towards, area = areas.sum(axis=1), np.linalg.norm(areas, axis=0).sum()
    if np.linalg.norm(towards) < _ONE_WAY * area:
        return bool(volume < 0)
    upward = towards[2] / np.linalg.norm(towards)  # the camera would look down from there
    if abs(volume) < _BULGE * area**1.5:
        return bool(upward < -_FROM_BELOW)
    if volume < 0:
        upward = -upward
    # Seen from below, bulging down: a bowl without thickness if it opens straight up.
    from_below = -_UPRIGHT < upward < -_FROM_BELOW
    return bool((volume < 0) != from_below)


def _flip(faces: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.where(chosen[:, None], faces[:, ::-1], faces)


class _Edges:
    """The 3 F sides of the faces, side i of face i // 3, and how they meet at edges."""

    def __init__(self, faces: np.ndarray) -> None:
        start, end = faces.reshape(-1), faces[:, [1, 2, 0]].reshape(-1)
        low, high = np.minimum(start, end), np.maximum(start, end)
        #: (3 F,) one number for each edge, and whether the side runs towards its higher vertex.
        self.keys, self.forward = low * (faces.max() + 1) + high, start < end
        order = np.argsort(self.keys)
        keys = self.keys[order]
        same = np.concatenate([[False], keys[1:] == keys[:-1], [False]])
        pairs = np.flatnonzero(same[1:-1] & ~same[:-2] & ~same[2:])
        #: (E,) the two sides of each edge that has just two.
        self.first, self.second = order[pairs], order[pairs + 1]

    def flip(self, chosen: np.ndarray) -> None:
        """Some of the faces, (F,) bool, are flipped."""
        self.forward ^= np.repeat(chosen, 3)

    @property
    def agree(self) -> np.ndarray:
        """(E,) bool: whether the two sides run in opposite directions."""
        return self.forward[self.first] != self.forward[self.second]


def _disagreeing(edges: _Edges) -> tuple[np.ndarray, np.ndarray]:
    """(F,) bool the faces to flip for neighbors to agree, and (F,) int the part of each face.

    Neighbors share an edge with each other alone. A part is what is connected through them.
    """
    agree, one, other = edges.agree, edges.first // 3, edges.second // 3
    patch = components(one[agree], other[agree], len(edges.keys) // 3)
    size = np.bincount(patch)
    count = len(size)
    # Every patch of faces that agree twice, as it is and flipped, each connected with what its
    # neighbors then must be.
    one, other = patch[one[~agree]], patch[other[~agree]]
    label = components(
        np.concatenate([one, one + count]), np.concatenate([other + count, other]), 2 * count
    )
    as_it_is, flipped = label[:count], label[count:]
    _, part = np.unique(np.minimum(as_it_is, flipped), return_inverse=True)
    flip = as_it_is > flipped  # a one-sided surface, where they are the same, stays as it is
    most = np.bincount(part, weights=flip * size) > np.bincount(part, weights=size) / 2
    flip ^= most[part] & (as_it_is != flipped)
    return flip[patch], part[patch]


def _closed_parts(edges: _Edges, part: np.ndarray) -> np.ndarray:
    """(parts,) bool: every edge is walked equally often in both directions within the part."""
    balanced, agree = np.zeros(len(edges.keys), bool), edges.agree
    balanced[edges.first[agree]] = balanced[edges.second[agree]] = True
    rest = np.flatnonzero(~balanced)
    closed = np.ones(part.max() + 1, bool)
    # An edge that several parts touch counts for each of them on its own.
    keys = edges.keys[rest] * len(closed) + part[rest // 3]
    keys, inverse = np.unique(keys, return_inverse=True)
    balance = np.bincount(inverse, weights=np.where(edges.forward[rest], 1, -1))
    closed[keys[balance != 0] % len(closed)] = False
    return closed


def _volumes(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,) signed volumes of the tetrahedra between each face and the origin."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = Mesh(vertices, faces).corners()
    return (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6
