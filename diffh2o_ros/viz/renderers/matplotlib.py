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

from diffh2o_ros.viz.camera import VIEW_ANGLE, Camera
from diffh2o_ros.viz.palette import (
    AMBIENT,
    BACKGROUND,
    DIFFUSE,
    GLASS,
    HEADLIGHT,
    LIGHTS,
    OBJECT,
    SHARP_EDGE,
)
from diffh2o_ros.viz.scene import TABLE_SPACING, RenderScene
from diffh2o_ros.viz.surface import vertex_normals

DPI = 100
LONGEST_EDGE = 0.02  # meters; triangles sort well by their middle only while they are small
NEAREST = 0.05  # meters before the camera, where drawing starts


class PainterRenderer:
    """Draws frames of a scene, one picture per view, side by side."""

    name = "matplotlib"

    @staticmethod
    def installed() -> str:
        """It draws wherever the library runs: see `backend.Renderer`."""
        return "slower, needs no OpenGL"

    def __init__(self, scene: RenderScene, views: Sequence[str], size: tuple[int, int]):
        self._scene, self._views = scene, views
        edges = np.linspace(0, size[0], len(views) + 1).round().astype(int)
        self._sizes = [(int(width), size[1]) for width in np.diff(edges)]
        if scene.colored_object is None:
            self._object_vertices, self._object_faces = trimesh.remesh.subdivide_to_size(
                scene.interaction.object_vertices, scene.interaction.object_faces, LONGEST_EDGE
            )
            self._object_colors = (*OBJECT, 1.0)
        else:
            surface, colors = scene.colored_object
            self._object_vertices, self._object_faces = surface.vertices, surface.faces
            paint = colors[surface.faces].mean(1)
            self._object_colors = np.column_stack([paint, np.ones(len(paint))])

    def draw(self, frame: int) -> np.ndarray:
        """(height, width, 3) uint8 picture of one frame."""
        scene = self._scene
        colors = scene.hand_colors
        opacity = GLASS if scene.shown.contacts else 1.0
        bodies = [
            (hand.vertices[frame], hand.faces, (*colors[hand.side], opacity))
            for hand in scene.hands
        ]
        placed = scene.posed(self._object_vertices, frame)
        bodies.append((placed, self._object_faces, self._object_colors))
        table = None if scene.table is None else scene.table_colors(frame)
        pictures = []
        for view, size in zip(self._views, self._sizes, strict=True):
            camera = scene.camera(frame, view, size[0] / size[1])
            pictures.append(self._draw_view(bodies, table, camera, size))
        return np.concatenate(pictures, 1)

    def close(self) -> None:
        """Nothing is held between pictures."""

    def _draw_view(
        self, bodies: list, table: np.ndarray | None, camera: Camera, size: tuple[int, int]
    ) -> np.ndarray:
        width, height = size
        half = np.tan(np.deg2rad(VIEW_ANGLE / 2))
        extent = (-half * width / height, half * width / height, -half, half)
        figure = Figure((width / DPI, height / DPI), dpi=DPI, facecolor=BACKGROUND)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1), xlim=extent[:2], ylim=extent[2:])
        axes.axis("off")
        polygons, colors, depth = [], [], []
        for vertices, faces, color in bodies:
            corners = vertices[faces]
            normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            facing = np.einsum("fd,fd->f", normals, camera.position - corners[:, 0]) > 0
            flat, distance = _project(corners[facing], camera)
            shape = _smooth(normals[facing], vertex_normals(vertices, faces)[faces[facing]])
            polygons.append(flat)
            paint = np.broadcast_to(color, (len(faces), 4))[facing].copy()
            paint[:, :3] = np.clip(_light(shape, camera)[:, None] * paint[:, :3], 0, 1)
            colors.append(paint)
            depth.append(distance.mean(1))
        order = np.argsort(-np.concatenate(depth))
        if table is not None:
            axes.imshow(self._ground(table, camera, size), extent=extent, aspect="auto")
        paint = np.concatenate(colors)[order]
        # Edges in the color of their face close the hairlines between anti-aliased neighbors; of
        # glass they would be seen twice.
        edges = {"edgecolors": paint, "linewidths": np.where(paint[:, 3] < 1, 0, 0.4)}
        flat = np.concatenate(polygons)[order]
        axes.add_collection(PolyCollection(flat, facecolors=paint, **edges))
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3].copy()

    def _ground(self, colors: np.ndarray, camera: Camera, size: tuple[int, int]) -> np.ndarray:
        """(height, width, 3) picture of the table alone: where each pixel's ray meets its plane."""
        table, (width, height) = self._scene.table, size
        sight, right, up = camera.axes()
        half = np.tan(np.deg2rad(VIEW_ANGLE / 2))
        across = half * (2 * np.arange(width) + 1 - width) / height
        down = half * (2 * np.arange(height) + 1 - height) / height
        rays = sight + across[None, :, None] * right - down[:, None, None] * up
        falling = np.minimum(rays[..., 2], -1e-9)  # rays that rise never meet it: far outside
        met = camera.position + rays * ((table.height - camera.position[2]) / falling)[..., None]
        where = [
            (met[..., 0] - table.axis_x[0]) / TABLE_SPACING,
            (met[..., 1] - table.axis_y[0]) / TABLE_SPACING,
        ]
        picture = [
            map_coordinates(colors[..., c], where, order=1, cval=BACKGROUND[c]) for c in range(3)
        ]
        return np.clip(np.stack(picture, -1), 0, 1)


def _project(points: np.ndarray, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Picture coordinates (..., 2) of points (..., 3), in tangents of the angle from the middle,
    and their distances (...) along the line of sight."""
    sight, right, up = camera.axes()
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
