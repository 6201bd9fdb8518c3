"""Whether an object was brought to the face of the person before it: to mouth, eyes or an ear.

The person sits on the -x side and looks along +x, as in the training data, where the head of a
person is drawn from a range of places. A place of the face is the box of where it may be, relative
to the support and to where the object's center was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.evaluation.displacement import Displacement
from diffh2o_ros.evaluation.strokes import longest_run
from diffh2o_ros.evaluation.surface import surface_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction

NEAR = 0.05  # meters from the box to the object's nearest point
ALIKE = 0.01  # meters: points that much farther from the face than the nearest one face it, too
STAYS = 0.3  # seconds
POINTS = 1500  #: of the surface that are looked at


@dataclass(frozen=True)
class Place:
    """Where a part of the face may be: lowest and highest corner, meters, and how high what faces
    it may be, which tells eyes from mouth."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    heights: tuple[float, float] = (-np.inf, np.inf)

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Distances (...) of points (..., 3) to the box, meters."""
        beyond = np.maximum(np.maximum(self.low - points, points - self.high), 0)
        return np.linalg.norm(beyond, axis=-1)


MOUTH = Place((-0.37, -0.01, 0.365), (-0.29, 0.01, 0.435), (-np.inf, 0.44))
EYES = Place((-0.36, -0.035, 0.435), (-0.28, 0.035, 0.505), (0.41, np.inf))
EARS = (
    Place((-0.46, -0.10, 0.41), (-0.38, -0.09, 0.48)),
    Place((-0.46, 0.09, 0.41), (-0.38, 0.10, 0.48)),
)
_FACE = Place(MOUTH.low, EYES.high)


def brought_to(interaction: Interaction, *places: Place) -> bool:
    """Whether the object comes within 5 cm of one of the places, with what is nearest to the face
    as high as it may be there, and stays so for .3 s."""
    moved = Displacement.of(interaction)
    pose = interaction.object_pose[interaction.grasp_frame :].astype(float)
    points = surface_points(Mesh(interaction.object_vertices, interaction.object_faces), POINTS)
    origin = np.array([*moved.center[0, :2], moved.support])
    seen = np.einsum("tij,vj->tvi", pose[:, :3, :3], points) + pose[:, None, :3, 3] - origin
    away = _FACE.distance(seen)
    facing = away <= away.min(1, keepdims=True) + ALIKE
    height = (seen[..., 2] * facing).sum(1) / facing.sum(1)
    longest = round(STAYS * interaction.fps)
    return any(
        longest_run(
            (place.distance(seen).min(1) <= NEAR)
            & (height >= place.heights[0])
            & (height <= place.heights[1])
        )
        >= longest
        for place in places
    )
