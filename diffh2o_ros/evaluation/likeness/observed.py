"""One hand beside the object, as a motion capture would see it: keypoints, flexion and contact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, filtfilt
from scipy.spatial.transform import Rotation, Slerp

from diffh2o_ros.evaluation.metrics import surface_distances
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction

FPS = 30.0  #: that people were recorded at
LOW_PASS = 8.0  # Hz
WRIST, INDEX_MCP, MIDDLE_MCP, LITTLE_MCP = 0, 5, 9, 17
TIPS = [4, 8, 12, 16, 20]
#: Keypoints (5, 5) of each finger, the wrist first: thumb, index, middle, ring, little.
CHAINS = np.array([[WRIST, *range(first, first + 4)] for first in (1, 5, 9, 13, 17)])
#: Of keypoints 2 to 4 of a finger (PIP, DIP, tip), meters from the bone to the skin.
SKIN = np.array([0.011, 0.009, 0.007])
TOUCHES = 0.006  # meters from the skin to the surface
HOLDS = 2  #: fingers with which a hand is in contact


@dataclass(frozen=True)
class ObservedHand:
    """A hand and its object over T frames of 1/30 s; meters, request frame, z up."""

    side: str
    points: np.ndarray  #: (T, 21, 3) keypoints, low-passed at 8 Hz
    touching: np.ndarray  #: (T, 5) bool: thumb, index, middle, ring, little on the surface
    body: Mesh  #: the object about its center
    rotation: np.ndarray  #: (T, 3, 3) of the object
    center: np.ndarray  #: (T, 3) of the object's bounding box

    @classmethod
    def of(cls, interaction: Interaction, side: str) -> ObservedHand:
        """A hand of an interaction, which may have any frame rate."""
        pose = interaction.object_pose.astype(float)
        frames = np.arange(0, len(pose) - 1 + 1e-6, interaction.fps / FPS)
        points = low_passed(_resampled(interaction.hands[side].joints.astype(float), frames))
        turns = Slerp(np.arange(len(pose)), Rotation.from_matrix(pose[:, :3, :3]))
        rotation = turns(frames).as_matrix()
        origin = _resampled(pose[:, :3, 3], frames)
        body = Mesh(interaction.object_vertices, interaction.object_faces)
        center = rotation @ body.center + origin
        fingers = points[:, CHAINS[:, 2:]].reshape(len(frames), -1, 3)
        local = _seen_from(fingers, center, rotation)
        away = surface_distances(body.centered, local, 2 * SKIN.max()).reshape(-1, 5, 3) - SKIN
        return cls(side, points, (away <= TOUCHES).any(-1), body.centered, rotation, center)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def contact(self) -> np.ndarray:
        """(T,) bool: whether two fingers touch."""
        return self.touching.sum(1) >= HOLDS

    @property
    def speed(self) -> np.ndarray:
        """(T,) of the wrist, m/s."""
        return np.linalg.norm(np.gradient(self.points[:, WRIST], 1 / FPS, axis=0), axis=1)

    @property
    def in_object(self) -> np.ndarray:
        """(T, 21, 3) keypoints seen from the object's center and axes."""
        return _seen_from(self.points, self.center, self.rotation)

    @property
    def palm_frame(self) -> np.ndarray:
        """(T, 3, 3) columns: along the hand, across it, out of the palm."""
        return palm_frames(self.points, self.side)


def palm_frames(points: np.ndarray, side: str) -> np.ndarray:
    """Axes (T, 3, 3) of the palm of keypoints (T, 21, 3), columns: along the hand, across it, out
    of the palm."""
    wrist, index, middle, little = (
        points[:, k] for k in (WRIST, INDEX_MCP, MIDDLE_MCP, LITTLE_MCP)
    )
    normal = np.cross(index - wrist, little - wrist)
    normal = _unit(normal if side == "right" else -normal)
    along = middle - wrist
    along = _unit(along - normal * (along * normal).sum(-1, keepdims=True))
    return np.stack([along, np.cross(normal, along), normal], -1)


def flexion(points: np.ndarray) -> np.ndarray:
    """Angles (..., 5, 3) between following bones of each finger (MCP, PIP, DIP; of the thumb CMC,
    MCP, IP), degrees, of keypoints (..., 21, 3). A straight finger has 0."""
    bones = _unit(np.diff(points[..., CHAINS, :], axis=-2))
    cosine = (bones[..., 1:, :] * bones[..., :-1, :]).sum(-1)
    return np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))


def low_passed(values: np.ndarray, cutoff: float = LOW_PASS) -> np.ndarray:
    """Values (T, ...) of `FPS` without what is faster than `cutoff` Hz, in both directions, so
    that nothing is delayed."""
    numerator, denominator = butter(2, cutoff / (FPS / 2))
    return filtfilt(numerator, denominator, values, axis=0, padlen=min(9, len(values) - 1))


def _seen_from(points: np.ndarray, center: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Points (T, N, 3) in frames at (T, 3) with axes (T, 3, 3)."""
    return np.einsum("tni,tij->tnj", points - center[:, None], rotation)


def _resampled(values: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Values (T, ...) at fractions of frames, linearly."""
    before = np.minimum(frames.astype(int), len(values) - 2)
    part = (frames - before).reshape(-1, *[1] * (values.ndim - 1))
    return (1 - part) * values[before] + part * values[before + 1]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
