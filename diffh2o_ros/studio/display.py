"""What a visitor sees: motions side by side, each on its own place of the table."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import trimesh
from scipy.spatial.transform import Rotation
from viser import ClientHandle, SceneApi

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.palette import OBJECT, SKIN

SPACING = 0.55  #: meters between the middles of two motions
PLANNED = (90, 165, 95)  #: sRGB of an object where it was planned to be
ASTRAY = 0.004  #: meters off its plan from which on an object is shown there, too
#: Where the camera is and what it looks at, meters from the middle of the table: the panel hides
#: the right of the picture, so its middle is not that of what is seen. View angle in degrees.
_EYE, _LOOK, _ANGLE = np.array((1.15, 0.65, 0.75)), np.array((0.0, 0.1, 0.18)), 36.0


def rgb(color: Sequence[float]) -> tuple[int, int, int]:
    """Of 0..255, from a color of 0..1."""
    return tuple(round(255 * value) for value in color)


def quaternions(rotations: np.ndarray) -> np.ndarray:
    """(..., 4) wxyz of rotation matrices (..., 3, 3)."""
    found = Rotation.from_matrix(rotations.reshape(-1, 3, 3)).as_quat()
    return np.roll(found, 1, axis=-1).reshape(*rotations.shape[:-2], 4)


def origin_of(vertices: np.ndarray) -> np.ndarray:
    """(3,) the point of an object's frame, meters, that is shown in the middle of the table: below
    the middle of its bounding box, at the height of its lowest point."""
    low, high = vertices.min(0).astype(float), vertices.max(0).astype(float)
    return np.array([*(low + high)[:2] / 2, low[2]])


@dataclass(frozen=True, eq=False)
class Take:
    """A motion to be shown.

    Attributes:
        motion: of human hands, or the surfaces of robot hands in their place.
        label: what is written above it.
        colors: (r, g, b) of 0..1 of the hands, by side.
        planned: (T, 4, 4) where the object was planned to be; None where that is where it is.
    """

    motion: Interaction
    label: str = ""
    colors: Mapping[str, tuple[float, float, float]] = field(default_factory=lambda: SKIN)
    planned: np.ndarray | None = None


class StagedMotion:
    """One motion in the scene.

    Args:
        aside: meters along y from the middle of the table.
    """

    def __init__(self, scene: SceneApi, name: str, take: Take, aside: float) -> None:
        motion = take.motion
        self.motion = motion
        start = motion.object_pose[0].astype(float)
        self._origin = start[:3, :3] @ origin_of(motion.object_vertices) + start[:3, 3]
        self._scene, self._name = scene, name
        self.root = scene.add_frame(name, show_axes=False, position=(0.0, aside, 0.0))
        self._object = scene.add_mesh_simple(
            f"{name}/object", motion.object_vertices, motion.object_faces, color=rgb(OBJECT)
        )
        self._places = self._placed(motion.object_pose)
        self._hands = {
            side: scene.add_mesh_simple(
                f"{name}/{side}", self._skin(side, 0), hand.faces, color=rgb(take.colors[side])
            )
            for side, hand in motion.hands.items()
        }
        self._ghost = None
        if take.planned is not None:
            self._planned = self._placed(take.planned)
            low, high = motion.object_vertices.min(0), motion.object_vertices.max(0)
            ends = np.array([[*low, 1.0], [*high, 1.0]])
            apart = (motion.object_pose.astype(float) - take.planned) @ ends.T
            self._astray = np.linalg.norm(apart[:, :3], axis=1).max(1) > ASTRAY
            self._ghost = scene.add_mesh_simple(
                f"{name}/planned",
                *(motion.object_vertices, motion.object_faces),
                color=PLANNED,
                opacity=0.35,
                cast_shadow=False,
            )
        if take.label:
            scene.add_label(f"{name}/label", take.label, position=(0.0, 0.0, -0.03))
        self._frame = -1
        self.show(0.0)

    def show(self, time: float) -> None:
        """Sets the moment, seconds from the start; the last one where it is over."""
        frame = min(round(time * self.motion.fps), self.motion.num_frames - 1)
        if frame == self._frame:
            return
        self._frame = frame
        self._object.wxyz, self._object.position = (values[frame] for values in self._places)
        for side, handle in self._hands.items():
            handle.vertices = self._skin(side, frame)
        if self._ghost is not None:
            self._ghost.visible = bool(self._astray[frame])
            self._ghost.wxyz, self._ghost.position = (values[frame] for values in self._planned)

    def color(self, surface: trimesh.Trimesh, colors: np.ndarray) -> None:
        """Draws the object by a surface in its frame, colored (V, 3) in 0..1."""
        painted = trimesh.Trimesh(
            surface.vertices,
            surface.faces,
            vertex_normals=surface.vertex_normals,
            vertex_colors=(255 * colors).astype(np.uint8),
            process=False,
        )
        wxyz, position = (values[max(self._frame, 0)] for values in self._places)
        self._object = self._scene.add_mesh_trimesh(
            f"{self._name}/object", painted, wxyz=wxyz, position=position
        )

    def remove(self) -> None:
        self.root.remove()

    def _placed(self, poses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        poses = poses.astype(float)
        return quaternions(poses[:, :3, :3]), poses[:, :3, 3] - self._origin

    def _skin(self, side: str, frame: int) -> np.ndarray:
        return (self.motion.hands[side].vertices[frame] - self._origin).astype(np.float32)


class Display:
    """A visitor's scene: a table, and on it an object alone or motions."""

    def __init__(self, client: ClientHandle) -> None:
        self._client, self.figures, self._left = client, [], False
        self._alone, self._seen = None, 0
        self._lock = threading.RLock()  # motions come from the queue, moments from the player
        client.scene.add_grid(
            "/table",
            *(2.4, 2.4),
            cell_size=0.05,
            section_size=0.25,
            cell_color=(238, 236, 231),
            section_color=(222, 219, 213),
        )
        self._look_at(1)

    @property
    def duration(self) -> float:
        """Seconds of the longest motion; 0 where there is none."""
        return max((figure.motion.duration for figure in self.figures), default=0.0)

    @property
    def aside(self) -> float:
        """Meters along y of the first thing that is shown."""
        return float(self.figures[0].root.position[1]) if self.figures else 0.0

    def show_object(self, mesh: Mesh) -> None:
        """An object alone, in place of all that was shown."""
        with self._lock, self._client.atomic():
            self._clear()
            self._alone = self._client.scene.add_mesh_simple(
                "/object", mesh.vertices - origin_of(mesh.vertices), mesh.faces, color=rgb(OBJECT)
            )
            self._look_at(1)

    def show_takes(self, takes: Sequence[Take]) -> None:
        """Motions side by side, in place of all that was shown."""
        with self._lock, self._client.atomic():
            self._clear()
            for number, take in enumerate(takes):
                aside = SPACING * (number - (len(takes) - 1) / 2)
                name = f"/motions/{number}"
                self.figures.append(StagedMotion(self._client.scene, name, take, aside))
            self._look_at(len(takes))

    def color(self, figure: StagedMotion, surface: trimesh.Trimesh, colors: np.ndarray) -> None:
        """`StagedMotion.color`, if it is still shown."""
        with self._lock, self._client.atomic():
            if figure in self.figures and not self._left:
                figure.color(surface, colors)

    def set_time(self, time: float) -> None:
        """Shows a moment of all motions, seconds from their start."""
        with self._lock, self._client.atomic():
            for figure in self.figures if not self._left else ():
                figure.show(time)

    def leave(self) -> None:
        """Shows nothing more: nobody is there to see it."""
        self._left = True

    def _clear(self) -> None:
        for figure in self.figures:
            figure.remove()
        self.figures = []
        if self._alone is not None:
            self._alone.remove()
            self._alone = None

    def _look_at(self, count: int) -> None:
        """Puts the camera where so many motions are seen, unless it is there or was since moved by
        the visitor."""
        if count == self._seen:
            return
        self._seen = count
        away = 1 + 0.38 * (count - 1)
        self._client.camera.fov = np.deg2rad(_ANGLE)
        self._client.camera.position = _LOOK + (_EYE - _LOOK) * away
        self._client.camera.look_at = _LOOK
