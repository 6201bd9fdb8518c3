"""Where hands come near an object, frame by frame: on its surface, and finger by finger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import igl
import numpy as np

from diffh2o_ros.geometry.distance import Winding, closest_points
from diffh2o_ros.geometry.mesh import Mesh

REACH = 0.015  #: meters within which nearness is drawn on the object
FAR = 0.1  #: meters beyond which nothing is said of a finger
_STEP = 1e-3


@dataclass(frozen=True)
class NearHand:
    """A hand's surface, human or robot.

    Attributes:
        points: (T, V, 3) meters, in the frame of the object's poses. faces: (F, 3).
        fingers: names. finger_of: (V,) which of them each vertex belongs to, -1 to none.
    """

    points: np.ndarray
    faces: np.ndarray
    fingers: tuple[str, ...]
    finger_of: np.ndarray

    def in_frame_of(self, poses: np.ndarray) -> np.ndarray:
        """(T, V, 3) its points in the frame of an object with these poses (T, 4, 4)."""
        poses = poses.astype(np.float64)
        away = self.points - poses[:, None, :3, 3]
        return np.einsum("tnj,tjk->tnk", away, poses[:, :3, :3], optimize=True)


def nearness(surface: Mesh, hands: Sequence[np.ndarray], faces: Sequence[np.ndarray]) -> np.ndarray:
    """(T, N) how far the object's vertices are from the nearest hand, whole millimeters, at most
    REACH.

    Args:
        surface: the object, in whose frame everything is.
        hands: (T, V, 3) of each. faces: (F, 3) of each.
    """
    points = surface.vertices
    found = np.full((len(hands[0]), len(points)), REACH)
    for hand, corners in zip(hands, faces, strict=True):
        corners = np.ascontiguousarray(corners, dtype=np.int64)
        for frame, skin in enumerate(hand):
            low, high = skin.min(0) - REACH, skin.max(0) + REACH
            near = np.flatnonzero(((points > low) & (points < high)).all(1))
            if len(near):
                skin = np.ascontiguousarray(skin, dtype=np.float64)
                squared, _, _ = igl.point_mesh_squared_distance(points[near], skin, corners)
                found[frame, near] = np.minimum(found[frame, near], np.sqrt(np.maximum(squared, 0)))
    return np.round(found / _STEP)


def finger_distances(mesh: Mesh, hand: np.ndarray, finger_of: np.ndarray, count: int) -> np.ndarray:
    """(T, count) signed distance of each finger to the object, meters, negative inside, at most
    FAR."""
    found = np.full((len(hand), count), FAR)
    low, high = mesh.vertices.min(0) - FAR, mesh.vertices.max(0) + FAR
    near = ((hand > low) & (hand < high)).all(2) & (finger_of >= 0)
    distance, _ = closest_points(mesh, hand[near])
    # Only what is nearest can be inside: the rest need no sign.
    touching = distance < REACH
    inside = Winding(mesh).inside(hand[near][touching])
    distance[np.flatnonzero(touching)[inside]] *= -1
    frames, vertices = np.nonzero(near)
    np.minimum.at(found, (frames, finger_of[vertices]), distance)
    return found
