"""The marks of a data set's objects, as they lie in its sequences."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.planning import SequenceRecipe, start_turn
from diffh2o_ros.data.objects import Region
from diffh2o_ros.evaluation.marks import Marks
from diffh2o_ros.evaluation.surface import surface_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.mirror import mirror

POINTS = 400  #: between the corners of a region
SAME = 1e-9  # meters: corners of the mesh that are those of a region


def marks_of(recipe: SequenceRecipe, thing: GraspedObject) -> Marks:
    """The marks of the mesh of a recipe's sequence, in its frame."""
    turn, body = start_turn(recipe), thing.thing
    center = thing.center

    def surface_of(region: Region | None) -> np.ndarray:
        """Points of a region, also between the few corners that long triangles have."""
        if region is None:
            return np.zeros((0, 3))
        marked = cKDTree(region.points).query(body.mesh.vertices)[0] < SAME
        faces = body.mesh.faces[marked[body.mesh.faces].all(1)]
        if not len(faces):
            return np.asarray(region.points)
        between = surface_points(Mesh(body.mesh.vertices, faces), POINTS)
        return np.concatenate([region.points, between])

    def placed(points: np.ndarray) -> np.ndarray:
        found = (np.asarray(points) - center) @ turn.T - thing.lying_center(turn)
        return mirror(found) if recipe.mirrored else found

    mouth = body.parts.get("mouth")
    out = None if mouth is None else turn @ np.asarray(mouth.direction)
    return Marks(
        family=body.family,
        affordances=sorted(body.affordances),
        handle=placed(surface_of(body.handle)).round(5).tolist(),
        rim=[] if body.rim is None else placed(body.rim.points).round(5).tolist(),
        mouth=None if mouth is None else placed(mouth.point).round(5).tolist(),
        mouth_direction=(
            None if out is None else (mirror(out) if recipe.mirrored else out).round(5).tolist()
        ),
    )
