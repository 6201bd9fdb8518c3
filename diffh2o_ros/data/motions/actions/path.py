"""An object's path: minimum-jerk moves, one after another or overlapping.

Overlapping moves add up, as the submovements of human motion do (Flash & Henis, 1991), so that a
path runs through its intermediate goals without stopping at each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.profiles import minimum_jerk

#: Frames a move takes, at an ordinary pace: at least so many, and more the farther it goes.
LEAST_FRAMES, FRAMES_PER_METER, FRAMES_PER_RADIAN = 11.0, 52.0, 11.0


@dataclass
class ObjectPath:
    """Where the object is: displacement of its center (T, 3), meters, and turn (T, 3, 3)."""

    position: np.ndarray
    rotation: np.ndarray

    @classmethod
    def rest(cls, frames: int) -> ObjectPath:
        """An object that lies where it lay."""
        return cls(np.zeros((frames, 3)), np.repeat(np.eye(3)[None], frames, 0))

    def __len__(self) -> int:
        return len(self.position)

    def __getitem__(self, frames: slice) -> ObjectPath:
        return ObjectPath(self.position[frames], self.rotation[frames])

    def __add__(self, after: ObjectPath) -> ObjectPath:
        return ObjectPath(
            np.concatenate([self.position, after.position]),
            np.concatenate([self.rotation, after.rotation]),
        )

    def stay(self, frames: int) -> ObjectPath:
        """What follows when it stays where it has come to."""
        return ObjectPath(
            np.repeat(self.position[-1:], frames, 0), np.repeat(self.rotation[-1:], frames, 0)
        )


@dataclass
class Itinerary:
    """A path in the making; it starts at rest, where the object lies.

    Attributes:
        pace: all times are multiplied by it.
        position, rotation: where the path has come to so far.
        time: when it gets there, frames.
    """

    pace: float = 1.0
    position: np.ndarray = field(default_factory=lambda: np.zeros(3))
    rotation: np.ndarray = field(default_factory=lambda: np.eye(3))
    time: float = 0.0
    _moves: list[tuple[float, float, np.ndarray, np.ndarray]] = field(default_factory=list)

    def go(
        self, position=None, rotation=None, *, overlap: float = 0.0, frames: float | None = None
    ) -> None:
        """Moves on to a position (3,) and a rotation (3, 3); what is left out stays as it is.

        Args:
            overlap: share of this move that happens before the one before it has ended.
            frames: how long it takes at an ordinary pace; chosen by how far it is if left out.
        """
        position = self.position if position is None else np.asarray(position, float)
        rotation = self.rotation if rotation is None else np.asarray(rotation, float)
        offset = position - self.position
        turn = Rotation.from_matrix(rotation @ self.rotation.T).as_rotvec()
        if frames is None:
            frames = LEAST_FRAMES + max(
                FRAMES_PER_METER * np.linalg.norm(offset), FRAMES_PER_RADIAN * np.linalg.norm(turn)
            )
        frames = frames * self.pace
        start = max(self.time - overlap * frames, 0.0)
        self._moves.append((start, start + frames, offset, turn))
        self.position, self.rotation = position, rotation
        self.time = max(self.time, start + frames)

    def wait(self, frames: float) -> None:
        """Stays where it is."""
        self.time += frames * self.pace

    def hurry(self, frames: float) -> float:
        """Fits the path into `frames`; returns by which factor it was sped up, 1 for not at all."""
        factor = min(1.0, frames / max(self.time, 1e-6))
        self._moves = [(a * factor, b * factor, s, r) for a, b, s, r in self._moves]
        self.time *= factor
        return factor

    def __len__(self) -> int:
        """Frames of the path, its first one at rest included."""
        return int(np.ceil(self.time - 1e-6)) + 1

    def path(self) -> ObjectPath:
        """The path from its first frame to its last."""
        frames = np.arange(len(self), dtype=float)
        position = np.zeros((len(frames), 3))
        rotation = Rotation.identity(len(frames))
        for start, end, offset, turn in self._moves:
            fraction = minimum_jerk((frames - start) / max(end - start, 1e-6))[:, None]
            position = position + fraction * offset
            rotation = Rotation.from_rotvec(fraction * turn) * rotation
        return ObjectPath(position, rotation.as_matrix())
