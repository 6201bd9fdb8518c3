"""Where the object of an interaction goes: what rose, tilted, turned and traveled, frame by frame.

Everything is read against frame 0, in which the object stands on its support.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.motion.interaction import Interaction


@dataclass(frozen=True)
class Course:
    """The object's way over T frames, request frame, z up."""

    center: np.ndarray  #: (T, 3) center of its bounding box (a point of the object), meters
    floor: np.ndarray  #: (T,) height of its lowest vertex above the support, meters
    top: np.ndarray  #: (T,) height of its highest vertex above the support, meters
    support: float  #: height of the support in the request frame, meters
    tilt: np.ndarray  #: (T,) angle between what pointed up in frame 0 and up, radians
    turn: np.ndarray  #: (T,) angle of the whole rotation since frame 0, radians

    @classmethod
    def of(cls, interaction: Interaction) -> Course:
        """The course of an interaction's object."""
        pose = interaction.object_pose.astype(float)
        rotation, shift = pose[:, :3, :3], pose[:, :3, 3]
        vertices = interaction.object_vertices.astype(float)
        middle = (vertices.min(0) + vertices.max(0)) / 2
        heights = rotation[:, 2] @ vertices.T + shift[:, 2:]
        support = heights[0].min()
        turned = rotation @ rotation[0].T
        cosine = (np.trace(turned, axis1=1, axis2=2) - 1) / 2
        return cls(
            center=rotation @ middle + shift,
            floor=heights.min(1) - support,
            top=heights.max(1) - support,
            support=float(support),
            tilt=np.arccos(np.clip(turned[:, 2, 2], -1, 1)),
            turn=np.arccos(np.clip(cosine, -1, 1)),
        )

    @property
    def travel(self) -> np.ndarray:
        """(T,) horizontal distance of the center from where it was in frame 0, meters."""
        return np.linalg.norm((self.center - self.center[0])[:, :2], axis=1)
