"""What a picture shows: the hands, the object, the table with its shadows, and the camera's pose.

Plain arrays only, so that every renderer draws the same scene. Positions are those of the
interaction's frame: the person stands at -x and looks towards +x, z is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import igl
import numpy as np
import trimesh
from scipy.ndimage import gaussian_filter, gaussian_filter1d, maximum_filter1d

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.motion.interaction import Interaction

VIEWS = ("front", "side")
SKIN = {"right": (0.87, 0.66, 0.55), "left": (0.80, 0.58, 0.48)}
#: Of robot hands.
METAL = {"right": (0.72, 0.73, 0.76), "left": (0.60, 0.62, 0.66)}
OBJECT = (0.22, 0.47, 0.62)
TABLE = np.array((0.845, 0.825, 0.795))
BACKGROUND = np.array((0.965, 0.960, 0.950))
SHADOW = np.array((0.36, 0.33, 0.32))

#: Lights as (direction towards the light, strength); the last comes from the camera.
LIGHTS = (((1.0, 0.7, 2.2), 0.98), ((-1.5, -1.2, 1.0), 0.36))
HEADLIGHT = 0.30
AMBIENT, DIFFUSE = 0.24, 0.82  # how much of the light all surfaces return
SHARP_EDGE = 40.0  # degrees between surfaces beyond which an edge is drawn as one

VIEW_ANGLE = 26.0  # degrees, vertical
TABLE_SPACING = 0.012  # meters between the table's vertices
TABLE_REACH = 0.62  # meters from its middle to its edge
SHADOW_LEAN = np.array((-0.28, -0.20))  # meters a shadow is cast sideways per meter of height
SHADOW_FADE = 0.22  # meters of height over which a shadow loses most of its strength
CAMERA_CALM = 0.5  # seconds over which the camera averages the action


class RenderError(Diffh2oError):
    """Something that cannot be drawn; the message is one line."""


@dataclass(frozen=True)
class Camera:
    """Where the eye is and what it looks at, (3,) meters each; up is +z."""

    position: np.ndarray
    target: np.ndarray


@dataclass(frozen=True)
class Table:
    """A square grid of (n, n) vertices in the support plane, colored by what is above it."""

    axis_x: np.ndarray
    """(n,) x of the columns."""
    axis_y: np.ndarray
    """(n,) y of the rows."""
    height: float
    shade: np.ndarray
    """(n, n, 3) unlit colors without shadows, fading to the background at the edge."""

    def colors(self, points: np.ndarray) -> np.ndarray:
        """(n, n, 3) colors in 0..1, indexed [x, y], under surface points (N, 3)."""
        above = np.maximum(points[:, 2] - self.height, 0)
        ground = points[:, :2] + above[:, None] * SHADOW_LEAN
        edges = [
            np.append(a - TABLE_SPACING / 2, a[-1] + TABLE_SPACING / 2)
            for a in (self.axis_x, self.axis_y)
        ]
        strength = np.exp(-above / SHADOW_FADE)
        hits, _, _ = np.histogram2d(ground[:, 0], ground[:, 1], bins=edges, weights=strength)
        cover = gaussian_filter(1 - np.exp(-hits), 1.3)
        # What stands on the table darkens it close by; what is lifted casts a wide, faint shadow.
        amount = 0.50 * cover + 0.25 * gaussian_filter(cover, 4.0)
        return self.shade + np.clip(amount, 0, 1)[..., None] * (SHADOW * self.shade - self.shade)


class RenderScene:
    """An interaction as things to draw, its hands in colors (r, g, b) of 0..1 by side."""

    def __init__(
        self, interaction: Interaction, hand_colors: Mapping[str, tuple[float, float, float]] = SKIN
    ):
        self.interaction = interaction
        self.hand_colors = hand_colors
        self.hands = list(interaction.hands.values())
        pose, vertices = interaction.object_pose, interaction.object_vertices
        self.support_height = float((vertices @ pose[0, 2, :3]).min() + pose[0, 2, 3])

    def posed(self, points: np.ndarray, frame: int) -> np.ndarray:
        """Points (N, 3) of the mesh's frame, transformed to where the object is."""
        pose = self.interaction.object_pose[frame]
        return points @ pose[:3, :3].T + pose[:3, 3]

    @cached_property
    def table(self) -> Table:
        """The support plane, around where the object starts."""
        start = self.posed(self.interaction.object_vertices, 0)
        middle = (start.min(0) + start.max(0))[:2] / 2
        steps = np.arange(-TABLE_REACH, TABLE_REACH + TABLE_SPACING / 2, TABLE_SPACING)
        radius = np.hypot(*np.meshgrid(steps, steps, indexing="ij")) / TABLE_REACH
        fade = np.clip((1.0 - radius) / 0.45, 0, 1)[..., None]
        fade = fade * fade * (3 - 2 * fade)
        shade = BACKGROUND + fade * (TABLE - BACKGROUND)
        return Table(middle[0] + steps, middle[1] + steps, self.support_height, shade)

    def table_colors(self, frame: int) -> np.ndarray:
        """(n, n, 3) colors of the table's vertices in one frame."""
        bodies = [hand.vertices[frame] for hand in self.hands]
        return self.table.colors(np.concatenate([self.posed(self._samples, frame), *bodies]))

    def camera(self, frame: int, view: str) -> Camera:
        """The camera of a view, following the action: `front` faces the person, `side` looks at
        the palm's side of the acting hand."""
        if view not in VIEWS:
            raise RenderError(f"view must be one of {', '.join(VIEWS)}, not {view!r}")
        side = -1.0 if set(self.interaction.hands) == {"left"} else 1.0
        direction = np.array((0.80, 0.42 * side, 0.42) if view == "front" else (-0.12, side, 0.34))
        target, radius = self._framing[frame, :3], self._framing[frame, 3]
        distance = 1.06 * radius / np.sin(np.deg2rad(VIEW_ANGLE / 2))
        return Camera(target + direction / np.linalg.norm(direction) * distance, target)

    @cached_property
    def _framing(self) -> np.ndarray:
        """(T, 4) center and radius of a ball around the action, smooth in time."""
        low, high = self.interaction.object_vertices.min(0), self.interaction.object_vertices.max(0)
        corners = np.stack(np.meshgrid(*zip(low, high, strict=True)), -1).reshape(-1, 3)
        stand = self.posed(corners, 0).mean(0)
        stand[2] = self.support_height  # kept in view, so that a lift is seen to leave the table
        balls = np.empty((self.interaction.num_frames, 4))
        for frame, ball in enumerate(balls):
            hands = [hand.vertices[frame, ::7] for hand in self.hands]
            points = np.concatenate([stand[None], self.posed(corners, frame), *hands])
            ball[:3] = (points.min(0) + points.max(0)) / 2
            ball[3] = np.linalg.norm(points - ball[:3], axis=1).max()
        calm = CAMERA_CALM * self.interaction.fps
        center = gaussian_filter1d(balls[:, :3], calm, axis=0, mode="nearest")
        # A calm camera is late for a quick lift: far enough away, it still has it in view.
        radius = balls[:, 3] + np.linalg.norm(balls[:, :3] - center, axis=1)
        radius = maximum_filter1d(radius, 4 * round(calm) + 1, mode="nearest")
        radius = gaussian_filter1d(radius, calm, mode="nearest")
        return np.column_stack([center, radius])

    @cached_property
    def _samples(self) -> np.ndarray:
        """Points (N, 3) all over the object's surface, whatever the size of its triangles."""
        vertices, faces = self.interaction.object_vertices, self.interaction.object_faces
        body = trimesh.Trimesh(vertices, faces, process=False)
        return trimesh.sample.sample_surface(body, 8000, seed=0)[0]


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, the area-weighted mean of the faces around each vertex."""
    weighting = igl.PER_VERTEX_NORMALS_WEIGHTING_TYPE_AREA
    normals = igl.per_vertex_normals(vertices.astype(float), faces.astype(np.int64), weighting)
    return np.nan_to_num(normals)  # of vertices that are no corner
