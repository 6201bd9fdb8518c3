"""What a picture shows: the hands, the object, the table with its shadows, and the camera's pose.

Plain arrays only, so that every renderer draws the same scene. Positions are those of the
interaction's frame: the person stands at -x and looks towards +x, z is up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import trimesh
from scipy.ndimage import gaussian_filter

from diffh2o_ros.geometry.table import NO_TABLE, UNDER_OBJECT
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.camera import Camera, fitted, object_middles, swept_points, towards_camera
from diffh2o_ros.viz.close_up import held_points, towards_close_camera
from diffh2o_ros.viz.contact_colors import object_surface
from diffh2o_ros.viz.palette import BACKGROUND, SHADOW, TABLE
from diffh2o_ros.viz.shown import Shown

TABLE_SPACING = 0.012  # meters between the table's vertices
TABLE_REACH = 0.62  # meters from its middle to its edge
SHADOW_LEAN = np.array((-0.28, -0.20))  # meters a shadow is cast sideways per meter of height
SHADOW_FADE = 0.22  # meters of height over which a shadow loses most of its strength


@dataclass(frozen=True)
class GridTable:
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
    """A motion as things to draw.

    Attributes:
        framed: (N, 3) points that the camera keeps in the picture, from `anchors` (T, 3). Pictures
            that are to be compared share the same points, and so the same scale.
    """

    def __init__(self, motion: Interaction | Shown):
        self.shown = motion if isinstance(motion, Shown) else Shown(motion)
        self.interaction = interaction = self.shown.interaction
        self.hand_colors = self.shown.hand_colors
        self.hands = list(interaction.hands.values())
        middles = object_middles(interaction)
        if self.shown.close:
            self.anchors, self.framed = middles, held_points(interaction)
        else:
            self.anchors = np.repeat(middles[:1], len(middles), 0)
            self.framed = swept_points(interaction) - middles[0]

    def posed(self, points: np.ndarray, frame: int) -> np.ndarray:
        """Points (N, 3) of the mesh's frame, transformed to where the object is."""
        pose = self.interaction.object_pose[frame]
        return points @ pose[:3, :3].T + pose[:3, 3]

    @cached_property
    def colored_object(self) -> tuple[trimesh.Trimesh, np.ndarray] | None:
        """The object's surface in its own frame and colors (V, 3) of its vertices, where contacts
        are shown."""
        return object_surface(self.interaction) if self.shown.contacts else None

    @cached_property
    def table(self) -> GridTable | None:
        """The support plane, around where the object starts; None where there is none."""
        start = self.posed(self.interaction.object_vertices.astype(float), 0)
        height = self.shown.table
        if height == NO_TABLE:
            return None
        if height == UNDER_OBJECT:
            height = start[:, 2].min()
        middle = (start.min(0) + start.max(0))[:2] / 2
        steps = np.arange(-TABLE_REACH, TABLE_REACH + TABLE_SPACING / 2, TABLE_SPACING)
        radius = np.hypot(*np.meshgrid(steps, steps, indexing="ij")) / TABLE_REACH
        fade = np.clip((1.0 - radius) / 0.45, 0, 1)[..., None]
        fade = fade * fade * (3 - 2 * fade)
        shade = BACKGROUND + fade * (TABLE - BACKGROUND)
        return GridTable(middle[0] + steps, middle[1] + steps, float(height), shade)

    def table_colors(self, frame: int) -> np.ndarray:
        """(n, n, 3) colors of the table's vertices in one frame."""
        bodies = [hand.vertices[frame] for hand in self.hands]
        return self.table.colors(np.concatenate([self.posed(self._samples, frame), *bodies]))

    def camera(self, frame: int, view: str, aspect: float = 1.0) -> Camera:
        """The camera of a view, see `camera.towards_camera` and `close_up`, for a picture of
        `aspect` (width over height)."""
        still = self._cameras.get((view, aspect))
        if still is None:
            if self.shown.close:
                towards = towards_close_camera(self.interaction, view)
            else:
                towards = towards_camera(view, self.interaction.hands)
            still = self._cameras[view, aspect] = fitted(self.framed, towards, aspect)
        anchor = self.anchors[frame]
        return Camera(still.position + anchor, still.target + anchor)

    @cached_property
    def _cameras(self) -> dict[tuple[str, float], Camera]:
        """Of views and aspects asked for so far, from the anchor."""
        return {}

    @cached_property
    def _samples(self) -> np.ndarray:
        """Points (N, 3) all over the object's surface, whatever the size of its triangles."""
        vertices, faces = self.interaction.object_vertices, self.interaction.object_faces
        body = trimesh.Trimesh(vertices, faces, process=False)
        return trimesh.sample.sample_surface(body, 8000, seed=0)[0]
