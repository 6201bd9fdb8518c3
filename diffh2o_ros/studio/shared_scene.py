"""One scene that all visitors see."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from viser import ViserServer

from diffh2o_ros.studio.display import quaternions
from diffh2o_ros.studio.shapes import KINDS, Drawn, Shape

#: Where the camera is from the middle of what it looks at, and how far, in radii of that.
_AWAY = np.array((0.8, 0.45, 0.4)) / np.linalg.norm((0.8, 0.45, 0.4))
_FAR, _SMALLEST = 4.3, 0.2  # meters, the second
_ANGLE = 36.0  #: degrees
_SECTION = 0.25  #: meters between the bolder lines of the ground

#: A name and what is drawn by it now, or None: nothing; without a name, of all names.
Change = tuple[str | None, Shape | None]


class SharedScene:
    """What shapes there are, by group and name, and the frames that carry some of them."""

    def __init__(self, server: ViserServer) -> None:
        self._server, self._scene = server, server.scene
        self._drawn: dict[tuple[str, str], tuple[Shape, Drawn]] = {}
        self._frames = {}
        self._number = 0
        self._middle: np.ndarray | None = None
        # Where no GPU draws, viser's picture of surroundings takes ten seconds to prepare.
        self._scene.configure_environment_map(None)
        self._scene.add_light_ambient("/light", intensity=1.2)
        self._ground = self._scene.add_grid(
            "/ground",
            *(2.5, 2.5),
            cell_size=0.05,
            section_size=_SECTION,
            cell_color=(238, 236, 231),
            section_color=(222, 219, 213),
        )

    @property
    def visitors(self) -> int:
        """How many look at it."""
        return len(self._server.get_clients())

    @property
    def shapes(self) -> dict[tuple[str, str], Shape]:
        """What is shown, by group and name."""
        return {key: shape for key, (shape, _) in self._drawn.items()}

    def change(self, group: str, changes: Iterable[Change]) -> None:
        """Draws shapes and takes others away, in their order and all at one moment."""
        with self._server.atomic():
            for name, shape in changes:
                if name is None:
                    self.clear(group)
                elif shape is None:
                    self._take((group, name))
                else:
                    self._put((group, name), shape)

    def clear(self, group: str) -> None:
        """Takes all of a group away."""
        for key in [key for key in self._drawn if key[0] == group]:
            self._take(key)

    def carries(self, frame: str) -> bool:
        """Whether a shape moves with this frame."""
        return frame in self._frames

    def move(self, frame: str, pose: np.ndarray) -> None:
        """Puts a frame, and all that moves with it, where it is now: (4, 4)."""
        if self.carries(frame):
            handle = self._frames[frame]
            handle.wxyz, handle.position = quaternions(pose[:3, :3]), pose[:3, 3]
            handle.visible = True

    def look_at(self, group: str) -> None:
        """Has all see a group, unless they do already: who has moved the camera keeps it then."""
        held = [s for (g, _), s in self.shapes.items() if g == group and not s.moves_with]
        points = [shape.placed for shape in held if len(shape.points)]
        if not points:
            return
        low, high = np.min([p.min(0) for p in points], 0), np.max([p.max(0) for p in points], 0)
        middle, radius = (low + high) / 2, max(np.linalg.norm(high - low) / 2, _SMALLEST)
        if self._middle is not None and np.linalg.norm(middle - self._middle) < radius:
            return
        self._middle = middle
        self._ground.position = *np.round(middle[:2] / _SECTION) * _SECTION, 0.0
        clients = self._server.get_clients().values()
        for camera in (self._server.initial_camera, *(client.camera for client in clients)):
            camera.fov = np.deg2rad(_ANGLE)
            camera.position = middle + _FAR * radius * _AWAY
            camera.look_at = middle

    def _put(self, key: tuple[str, str], shape: Shape) -> None:
        before, drawn = self._drawn.get(key, (shape, None))
        alike = (before.kind, before.moves_with) == (shape.kind, shape.moves_with)
        if drawn is None or not (alike and drawn.change(shape)):
            self._take(key)
            self._number += 1  # what others call it may be no path of viser's
            path = f"{self._parent(shape.moves_with)}/{self._number}"
            drawn = KINDS[shape.kind](self._scene, path, shape)
        self._drawn[key] = shape, drawn

    def _take(self, key: tuple[str, str]) -> None:
        if key in self._drawn:
            self._drawn.pop(key)[1].handle.remove()

    def _parent(self, frame: str) -> str:
        """The path of what moves with a frame. Where that is unknown yet, it is not shown."""
        if not frame:
            return "/still"
        if frame not in self._frames:
            path = f"/moving/{len(self._frames)}"
            self._frames[frame] = self._scene.add_frame(path, show_axes=False, visible=False)
        return self._frames[frame].name
