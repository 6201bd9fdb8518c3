"""What happens to every body after it is built: mild smooth irregularity, and coming to rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

# Rotations (3, 3) that bring a body from the frame it is drawn in (its own axis up) to how it lies.
POSES = {
    "upright": np.eye(3),
    "inverted": np.diag([1.0, -1.0, -1.0]),
    "side": np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),  # its +x is up
    "edge": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]),  # its +y is up
    "face": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]),  # its +y is down
}


@dataclass(frozen=True)
class Warp:
    """Smooth irregularity that moves points sideways only, so that a flat bottom stays flat.

    low, high (3,): corners of the body's bounding box, meters. taper, bend and ripple are shares of
    its size, turn is the twist from bottom to top and phase the direction of the irregularity,
    radians.
    """

    low: np.ndarray
    high: np.ndarray
    taper: float
    bend: float
    rotation: float
    ripple: float
    phase: float

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Points (N, 3) of the body, moved."""
        size = np.maximum(self.high - self.low, 1e-6)
        height = (points[:, 2] - self.low[2]) / size[2]
        x, y = (points[:, :2] - (self.low + self.high)[:2] / 2).T
        grow = 1 + self.taper * (height - 0.5)
        angle = self.rotation * height
        x, y = (
            grow * (np.cos(angle) * x - np.sin(angle) * y),
            grow * (np.sin(angle) * x + np.cos(angle) * y),
        )
        lean = self.bend * size[2] * height**2
        wave, phase = self.ripple * size[:2].min(), self.phase
        x, y = (
            x + lean * np.cos(phase) + wave * np.sin(4.0 * height + 3.0 * y / size[1] + phase),
            y + lean * np.sin(phase) + wave * np.sin(5.0 * height - 3.0 * x / size[0] + 2 * phase),
        )
        return np.stack([x, y, points[:, 2]], axis=1)

    def normal(self, point: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Unit normal (3,) after the warp of a face at `point` (3,) with this normal before it."""
        step = 1e-5 * np.eye(3)
        jacobian = (self(point + step) - self(point - step)).T / 2e-5
        turned = np.linalg.solve(jacobian.T, normal)
        return turned / np.linalg.norm(turned)


def volume_centroid(vertices: np.ndarray, faces: np.ndarray) -> tuple[float, np.ndarray]:
    """Volume (m^3) and center of mass (3,) of a closed surface of even density."""
    corners = vertices[faces]
    six = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    volume = six.sum() / 6
    return volume, (corners.sum(axis=1) * six[:, None]).sum(axis=0) / (24 * volume)


def settle(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Rotation (3, 3) that takes the body to the stable resting pose nearest to the given one.

    A pose is stable if the center of mass stands over the facet of the convex hull it rests on.
    """
    _, center = volume_centroid(vertices, faces)
    hull = ConvexHull(vertices)
    normals = hull.equations[:, :3]
    corners = vertices[hull.simplices]
    drop = -(hull.equations[:, 3] + normals @ center)
    foot = center + drop[:, None] * normals
    inside = np.full(len(normals), np.inf)
    for k in range(3):
        start, end = corners[:, k], corners[:, (k + 1) % 3]
        third = corners[:, (k + 2) % 3]
        inward = np.cross(normals, end - start)
        inward *= np.sign((inward * (third - start)).sum(axis=1, keepdims=True))
        inward /= np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-12)
        inside = np.minimum(inside, (inward * (foot - start)).sum(axis=1))
    down = np.where(inside > -1e-7, -normals[:, 2], -np.inf)
    return _turn_down(normals[int(np.argmax(down))])


def stands_upside_down(vertices: np.ndarray, faces: np.ndarray) -> bool:
    """Whether the body, turned over, would stand on its top and not tip at a push of 11 degrees."""
    _, center = volume_centroid(vertices, faces)
    top = vertices[:, 2].max()
    contacts = vertices[vertices[:, 2] > top - 3e-4, :2]
    if len(contacts) < 3 or np.ptp(contacts, axis=0).min() < 0.004:
        return False
    sides = ConvexHull(contacts, qhull_options="QJ").equations
    margin = -(sides[:, :2] @ center[:2] + sides[:, 2]).max()
    return bool(margin > max(0.2 * (top - center[2]), 0.002))


def _turn_down(normal: np.ndarray) -> np.ndarray:
    """Smallest rotation (3, 3) that takes the unit vector to -z (Rodrigues)."""
    axis = np.cross(normal, [0.0, 0.0, -1.0])
    cosine = -normal[2]
    if cosine < -1 + 1e-9:
        return np.diag([1.0, -1.0, -1.0])
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + cross + cross @ cross / (1 + cosine)
