"""Where the camera stands: as near as it can be with everything that matters in the picture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.errors import RenderError

VIEWS = ("front", "side")
VIEW_ANGLE = 26.0  # degrees, vertical
MARGIN = 0.08  # of half a picture, left free at the sides
HEADROOM = 0.16  # the same above and below, where captions are
_DIRECTIONS = 200  # in which the farthest points of the object are kept


@dataclass(frozen=True)
class Camera:
    """Where the eye is and what it looks at, (3,) meters each; up is +z."""

    position: np.ndarray
    target: np.ndarray

    def axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Unit vectors (3,): along the sight, to the right, and up."""
        sight = self.target - self.position
        sight = sight / np.linalg.norm(sight)
        right = np.cross(sight, (0.0, 0.0, 1.0))
        right = right / np.linalg.norm(right)
        return sight, right, np.cross(right, sight)


def fitted(points: np.ndarray, towards: np.ndarray, aspect: float) -> Camera:
    """The nearest camera that has points (N, 3) in its picture, `MARGIN` and `HEADROOM` clear.

    Args:
        towards: (3,) from what is seen to the camera.
        aspect: width of the picture over its height.
    """
    axes = Camera(np.asarray(towards, float), np.zeros(3)).axes()
    depth, x, y = (points @ axis for axis in axes)
    half = np.tan(np.deg2rad(VIEW_ANGLE / 2))
    near_x, middle_x = _between(x, depth, aspect * half * (1 - MARGIN))
    near_y, middle_y = _between(y, depth, half * (1 - HEADROOM))
    near = min(near_x, near_y)
    position = np.stack([near, middle_x, middle_y]) @ np.stack(axes)
    # Any target on the line of sight is as good: one at the depth of the points stays readable.
    return Camera(position, position + (depth.mean() - near) * axes[0])


def _between(offset: np.ndarray, depth: np.ndarray, half: float) -> tuple[float, float]:
    """For points at (N,) offsets along one axis of the picture: the depth up to which a camera may
    come, and its offset, with equal room on both sides.

    A camera at depth d and offset c sees a point where |offset - c| <= half (depth - d). So each
    point bounds c from both sides, and the bounds meet at the depth that is returned.
    """
    least, most = (offset - half * depth).max(), (offset + half * depth).min()
    return (most - least) / (2 * half), (least + most) / 2


def towards_camera(view: str, hands: Collection[str]) -> np.ndarray:
    """(3,) from the action to the camera: `front` faces the person, `side` looks at the palm's side
    of the acting hand. Raises RenderError for any other view."""
    if view not in VIEWS:
        raise RenderError(f"view must be one of {', '.join(VIEWS)}, not {view!r}")
    side = -1.0 if set(hands) == {"left"} else 1.0
    return np.array((0.80, 0.42 * side, 0.42) if view == "front" else (-0.12, side, 0.34))


def swept_points(interaction: Interaction) -> np.ndarray:
    """Points (N, 3) of the hands and the object in all frames, in the motion's frame."""
    pose = interaction.object_pose.astype(float)
    vertices = outline(interaction.object_vertices.astype(float))
    placed = vertices @ pose[:, :3, :3].transpose(0, 2, 1) + pose[:, None, :3, 3]
    hands = [hand.vertices[:, ::7].reshape(-1, 3) for hand in interaction.hands.values()]
    return np.concatenate([placed.reshape(-1, 3), *hands])


def object_middles(interaction: Interaction) -> np.ndarray:
    """(T, 3) where the middle of the object's box is, in the motion's frame."""
    vertices = interaction.object_vertices.astype(float)
    pose = interaction.object_pose.astype(float)
    return pose[:, :3, :3] @ ((vertices.min(0) + vertices.max(0)) / 2) + pose[:, :3, 3]


def outline(vertices: np.ndarray) -> np.ndarray:
    """The vertices farthest out, in directions all around (a spherical Fibonacci lattice)."""
    number = np.arange(_DIRECTIONS) + 0.5
    z, angle = 1 - 2 * number / _DIRECTIONS, np.pi * (1 + np.sqrt(5)) * number
    radius = np.sqrt(1 - z * z)
    around = np.stack([radius * np.cos(angle), radius * np.sin(angle), z], 1)
    return vertices[np.unique((vertices @ around.T).argmax(0))]
