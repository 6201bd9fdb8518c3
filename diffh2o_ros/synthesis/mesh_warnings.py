"""What is wrong with a mesh that can be worked on all the same, in words."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.geometry.bodies import GAP, bodies
from diffh2o_ros.geometry.completion import Completion
from diffh2o_ros.geometry.completion_methods import HULL, NONE
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.openness import view
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode

#: Along x, y and z: from there, and from the other side. The person stands at -x, left is +y.
_SIDES = (
    ("behind (+x)", "the front (-x)"),
    ("the left (+y)", "the right (-y)"),
    ("above", "below"),
)
#: Cosine from which on a direction is among those that are named.
_NAMED = 0.35
#: Of what one side shows, pieces nearer to each other than this (meters) belong together: what is
#: between them was hidden.
_HIDDEN = 0.06
#: Bodies whose sizes are told.
_TOLD = 4


def mesh_warnings(mesh: Mesh, complete: str, completion: Completion | None) -> list[ResultWarning]:
    """What a result should not be trusted for, given the mesh (V, 3) as it came, how it was to be
    completed, and what became of that."""
    warnings = []
    seen = view(mesh)
    missing = None if seen is None else seen.missing
    if completion is not None:
        with_what = "the convex hull" if complete == HULL else "the mirror image"
        text = (
            f"the mesh has no surface towards {side_in_words(missing)}: it was completed with "
            f"{with_what} of what is there, so {completion.made_up:.0%} of its surface is a guess"
        )
        warnings.append(ResultWarning(WarningCode.COMPLETED_MESH, text))
    elif missing is not None:
        hint = "add views from there, or have it completed (hull or mirror)"
        if complete != NONE:
            hint = "what is there is too flat to complete it by: add views from there"
        text = (
            f"the mesh has no surface towards {side_in_words(missing)}: {seen.back_fraction:.0%} "
            "of what is seen from all around is its inside, and hands may go into what is really "
            "there; " + hint
        )
        warnings.append(ResultWarning(WarningCode.OPEN_MESH, text))
    found = bodies(mesh, GAP if missing is None else _HIDDEN)
    if len(found) > 1:
        told = [size_in_words(box) for box in found[:_TOLD]]
        rest = f" and {len(found) - _TOLD} smaller ones" if len(found) > _TOLD else ""
        text = (
            f"the mesh is {len(found)} bodies that do not touch: {', '.join(told)}{rest}; they are "
            "taken for one object, so remove what does not belong to it"
        )
        warnings.append(ResultWarning(WarningCode.SEVERAL_BODIES, text))
    return warnings


def size_in_words(box: np.ndarray) -> str:
    """The sides of a bounding box (2, 3)."""
    return " x ".join(f"{1000 * side:.3g}" for side in box[1] - box[0]) + " mm"


def side_in_words(direction: np.ndarray) -> str:
    """Where a unit vector (3,) points, the most telling axis first."""
    order = np.argsort(-np.abs(direction))
    named = [_SIDES[i][int(direction[i] < 0)] for i in order if abs(direction[i]) > _NAMED]
    return " and ".join(named)
