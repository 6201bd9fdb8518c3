"""Draws a scene with matplotlib alone, for machines where no OpenGL works.

The painter's algorithm: triangles that face the camera are filled from the farthest to the
nearest. Slower than VTK and without its highlights, but the same scene from the same camera.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import trimesh
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from scipy.ndimage import map_coordinates

from diffh2o_ros.viz.scene import (
    AMBIENT,
    BACKGROUND,
    DIFFUSE,
    HEADLIGHT,
    LIGHTS,
    OBJECT,
    SHARP_EDGE,
    TABLE_SPACING,
    VIEW_ANGLE,
    Camera,
    RenderScene,
    vertex_normals,
)

DPI = 100
LONGEST_EDGE = 0.02  # meters; triangles sort well by their middle only while they are small
NEAREST = 0.05  # meters before the camera, where drawing starts


class PainterRenderer:
    """Draws frames of a scene, one square picture per view, side by side."""

    name = "matplotlib"

    @staticmethod
    def installed() -> str:
        """It draws wherever the library runs: see `backend.Renderer`."""
        return "slower, needs no OpenGL"

    def __init__(self, scene: RenderScene, views: Sequence[str], size: int):
        self._scene, self._views = scene, views
        self._figure = Figure((size / DPI, size / DPI), dpi=DPI, facecolor=BACKGROUND)
        self._canvas = FigureCanvasAgg(self._figure)
        self._object_vertices, self._object_faces = trimesh.remesh.subdivide_to_size(
            scene.interaction.object_vertices, scene.interaction.object_faces, LONGEST_EDGE
        )

    def draw(self, frame: int) -> np.ndarray:
        """(size, views * size, 3) uint8 picture of one frame."""
        scene = self._scene
        colors = scene.hand_colors
        bodies = [(hand.vertices[frame], hand.faces, colors[hand.side]) for hand in scene.hands]
        bodies.append((scene.posed(self._object_vertices, frame), self._object_faces, OBJECT))
        table = scene.table_colors(frame)
        return np.concatenate(
            [self._draw_view(bodies, table, scene.camera(frame, view)) for view in self._views], 1
        )

    def close(self) -> None:
        self._figure.clear()

    def _draw_view(self, bodies: list, table: np.ndarray, camera: Camera) -> np.ndarray:
        self._figure.clear()
        half = np.tan(np.deg2rad(VIEW_ANGLE / 2))
        axes = self._figure.add_axes((0, 0, 1, 1), xlim=(-half, half), ylim=(-half, half))
        axes.axis("off")
        polygons, colors, depth = [], [], []
        for vertices, faces, color in bodies:
            corners = vertices[faces]
            normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            facing = np.einsum("fd,fd->f", normals, camera.position - corners[:, 0]) > 0
            flat, distance = _project(corners[facing], camera)
            shape = _smooth(normals[facing], vertex_normals(vertices, faces)[faces[facing]])
            polygons.append(flat)
            colors.append(np.clip(_light(shape, camera)[:, None] * color, 0, 1))
            depth.append(distance.mean(1))
        order = np.argsort(-np.concatenate(depth))
        axes.imshow(self._ground(table, camera), extent=(-half, half, -half, half))
        paint = np.concatenate(colors)[order]
        # Edges in the color of their face close the hairlines between anti-aliased neighbors.
        axes.add_collection(
            PolyCollection(
                np.concatenate(polygons)[order], facecolors=paint, edgecolors=paint, linewidths=0.4
            )
        )
        self._canvas.draw()
        return np.asarray(self._canvas.buffer_rgba())[..., :3].copy()

    def _ground(self, colors: np.ndarray, camera: Camera) -> np.ndarray:
        """(size, size, 3) picture of the table alone: where each pixel's ray meets its plane."""
        table, size = self._scene.table, round(self._figure.get_figwidth() * DPI)
        sight, right, up = _axes(camera)
        tangent = np.tan(np.deg2rad(VIEW_ANGLE / 2)) * ((np.arange(size) + 0.5) * 2 / size - 1)
        rays = sight + tangent[None, :, None] * right - tangent[:, None, None] * up
        down = np.minimum(rays[..., 2], -1e-9)  # rays that rise never meet it: far outside
        met = camera.position + rays * ((table.height - camera.position[2]) / down)[..., None]
        where = [
            (met[..., 0] - table.axis_x[0]) / TABLE_SPACING,
            (met[..., 1] - table.axis_y[0]) / TABLE_SPACING,
        ]
        picture = [
            map_coordinates(colors[..., c], where, order=1, cval=BACKGROUND[c]) for c in range(3)
        ]
        return np.clip(np.stack(picture, -1), 0, 1)


def _axes(camera: Camera) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors of the camera: along its sight, to its right, and up."""
    sight = camera.target - camera.position
    sight = sight / np.linalg.norm(sight)
    right = np.cross(sight, (0.0, 0.0, 1.0))
    right = right / np.linalg.norm(right)
    return sight, right, np.cross(right, sight)


def _project(points: np.ndarray, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Picture coordinates (..., 2) of points (..., 3), in tangents of the angle from the middle,
    and their distances (...) along the line of sight."""
    sight, right, up = _axes(camera)
    offset = points - camera.position
    distance = offset @ sight
    flat = np.stack([offset @ right, offset @ up], -1)
    return flat / np.maximum(distance, NEAREST)[..., None], distance


def _smooth(face_normals: np.ndarray, corner_normals: np.ndarray) -> np.ndarray:
    """Unit normals (F, 3) to shade faces by: the mean of those of their corners (F, 3, 3), without
    the corners that lie on a sharp edge."""
    face = face_normals / np.maximum(np.linalg.norm(face_normals, axis=1, keepdims=True), 1e-12)
    gentle = np.einsum("fcd,fd->fc", corner_normals, face) > np.cos(np.deg2rad(SHARP_EDGE))
    total = (corner_normals * gentle[..., None]).sum(1) + 1e-3 * face
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def _light(normals: np.ndarray, camera: Camera) -> np.ndarray:
    """(N,) brightness of surfaces with unit normals (N, 3), after Lambert."""
    lights = [*LIGHTS, (camera.position - camera.target, HEADLIGHT)]
    received = np.zeros(len(normals))
    for towards, strength in lights:
        direction = np.asarray(towards) / np.linalg.norm(towards)
        received += strength * np.maximum(normals @ direction, 0)
    return AMBIENT + DIFFUSE * received
