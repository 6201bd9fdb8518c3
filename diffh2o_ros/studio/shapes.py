"""Shapes that come one after the other under one name, drawn by viser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from viser import SceneApi, SceneNodeHandle


@dataclass(frozen=True, eq=False)
class Shape:
    """What is drawn at one place.

    Attributes:
        kind: of `KINDS`.
        points: (n, 3) corners, meters, in a frame of its own.
        colors: (n, 3) of the points, or (3,) of all; 0..1.
        opacity: 0..1.
        size: meters: how wide a line, how large a point, how high a text is.
        pose: (4, 4) of its frame, in that of the scene or in `moves_with`.
        moves_with: the frame that carries it; "" for none.
        text: what a text says.
    """

    kind: str
    points: np.ndarray
    colors: np.ndarray
    opacity: float = 1.0
    size: float = 0.0
    pose: np.ndarray = field(default_factory=lambda: np.eye(4))
    moves_with: str = ""
    text: str = ""

    @property
    def placed(self) -> np.ndarray:
        """(n, 3) its points where its pose has them."""
        return (self.points @ self.pose[:3, :3].T + self.pose[:3, 3]).astype(np.float32)


class Drawn(Protocol):
    """A shape that is shown."""

    handle: SceneNodeHandle

    def change(self, shape: Shape) -> bool:
        """Shows another shape of its kind in its place; False where it must be drawn anew."""


class _Mesh:
    """Triangles. Of one surface that moves, only the corners are sent again; of a rigid one, too: a
    browser that is slow shows new poses before new corners, and the hand would let go."""

    def __init__(self, scene: SceneApi, name: str, shape: Shape) -> None:
        self._shape = shape
        # Corners that are shared make a surface smooth.
        _, self._first, faces = np.unique(
            shape.points, axis=0, return_index=True, return_inverse=True
        )
        self._faces = faces.reshape(-1, 3)
        self.handle = scene.add_mesh_simple(
            name,
            *(shape.placed[self._first], self._faces),
            color=_rgb(shape.colors).tolist(),
            opacity=shape.opacity if shape.opacity < 1 else None,
            side="double",
        )

    def change(self, shape: Shape) -> bool:
        before = self._shape
        if not np.array_equal(shape.colors, before.colors):
            return False
        if not np.array_equal(shape.points, before.points):
            if shape.points.shape != before.points.shape:
                return False
            if not np.array_equal(shape.points[self._first][self._faces.ravel()], shape.points):
                return False
        elif np.array_equal(shape.pose, before.pose):
            return True
        self._shape, self.handle.vertices = shape, shape.placed[self._first]
        return True


class _Lines:
    """Line segments."""

    def __init__(self, scene: SceneApi, name: str, shape: Shape) -> None:
        ends = shape.placed.reshape(-1, 2, 3)
        colors = np.broadcast_to(_rgb(shape.colors), shape.points.shape).reshape(ends.shape)
        self.handle = scene.add_line_segments(name, ends, colors, thickness=shape.size)

    def change(self, shape: Shape) -> bool:
        return False


class _Points:
    """Points, each of its color."""

    def __init__(self, scene: SceneApi, name: str, shape: Shape) -> None:
        self.handle = scene.add_point_cloud(
            name,
            *(shape.placed, _rgb(shape.colors)),
            point_size=shape.size,
            point_shape="circle",
            precision="float32",
        )

    def change(self, shape: Shape) -> bool:
        self.handle.points, self.handle.colors = shape.placed, _rgb(shape.colors)
        return True


class _Text:
    """Words at a place."""

    def __init__(self, scene: SceneApi, name: str, shape: Shape) -> None:
        self.handle = scene.add_label(
            name, shape.text, font_size_mode="scene", font_scene_height=shape.size
        )
        self.handle.position = shape.pose[:3, 3]

    def change(self, shape: Shape) -> bool:
        self.handle.text, self.handle.position = shape.text, shape.pose[:3, 3]
        return True


#: How each kind is drawn. Triangles and lines have the points of one after those of the other.
KINDS: dict[str, type[Drawn]] = {
    "triangles": _Mesh,
    "lines": _Lines,
    "points": _Points,
    "text": _Text,
}


def _rgb(colors: np.ndarray) -> np.ndarray:
    """Of 0..255, from colors of 0..1."""
    return np.rint(255 * np.clip(colors, 0, 1)).astype(np.uint8)
