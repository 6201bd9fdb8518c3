"""Where the object of an interaction goes: its height, tilt, rotation and travel, frame by frame.

Everything is read against frame 0, in which the object stands on its support.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from diffh2o_ros.motion.interaction import Interaction


@dataclass(frozen=True)
class Displacement:
    """How an object moves over T frames, request frame, z up."""

    center: np.ndarray  #: (T, 3) center of its bounding box (a point of the object), meters
    corners: np.ndarray  #: (T, 8, 3) corners of that box, which move with the object, meters
    floor: np.ndarray  #: (T,) height of its lowest vertex above the support, meters
    top: np.ndarray  #: (T,) height of its highest vertex above the support, meters
    support: float  #: height of the support in the request frame, meters
    tilt: np.ndarray  #: (T,) angle between what pointed up in frame 0 and up, radians
    rotation: np.ndarray  #: (T,) angle of the whole rotation since frame 0, radians
    yaw: np.ndarray  #: (T,) rotation about the vertical since frame 0, counterclockwise, radians

    @classmethod
    def of(cls, interaction: Interaction) -> Displacement:
        """Of an interaction's object."""
        pose = interaction.object_pose.astype(float)
        matrix, translation = pose[:, :3, :3], pose[:, :3, 3]
        vertices = interaction.object_vertices.astype(float)
        low, high = vertices.min(0), vertices.max(0)
        corners = np.array(list(product(*zip(low, high, strict=True))))
        middle = (low + high) / 2
        heights = matrix[:, 2] @ vertices.T + translation[:, 2:]
        support = heights[0].min()
        since_first = matrix @ matrix[0].T
        cosine = (np.trace(since_first, axis1=1, axis2=2) - 1) / 2
        return cls(
            center=matrix @ middle + translation,
            corners=corners @ matrix.swapaxes(1, 2) + translation[:, None],
            floor=heights.min(1) - support,
            top=heights.max(1) - support,
            support=float(support),
            tilt=np.arccos(np.clip(since_first[:, 2, 2], -1, 1)),
            rotation=np.arccos(np.clip(cosine, -1, 1)),
            # The twist about z of the rotation, followed over whole turns.
            yaw=np.unwrap(
                np.arctan2(
                    since_first[:, 1, 0] - since_first[:, 0, 1],
                    since_first[:, 0, 0] + since_first[:, 1, 1],
                )
            ),
        )

    @property
    def travel(self) -> np.ndarray:
        """(T,) horizontal distance of the center from where it was in frame 0, meters."""
        return np.linalg.norm((self.center - self.center[0])[:, :2], axis=1)
