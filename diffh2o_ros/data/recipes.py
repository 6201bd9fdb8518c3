"""Shards that hold what motions are computed from: a few numbers a sequence.

Arrays of such a shard, O objects, N grasps, S sequences: `infos` (S,) JSON; `recipes` (S,) JSON,
the fields of `SequenceRecipe`; `objects` (O,) JSON, family and parameters; `first_object`, number
of the first; the fields of `GraspSet`, with `grasp_start`, `pair_start`, `handover_start` (O+1,).
"""

from __future__ import annotations

import json
from collections.abc import Sequence as Several
from dataclasses import asdict, fields
from functools import lru_cache

import numpy as np

from diffh2o_ros.data.format import DatasetError, Sequence, SequenceInfo
from diffh2o_ros.data.grasps import GraspSet
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.planning import SequenceRecipe, planned_motion, start_turn
from diffh2o_ros.data.objects import build_object
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.mirror import mirror

_PAIRS = {"pairs": "pair_start", "handovers": "handover_start"}


def shard_arrays(
    first_object: int,
    things: Several[GraspedObject],
    recipes: Several[SequenceRecipe],
    infos: Several[SequenceInfo],
) -> dict[str, np.ndarray]:
    """The arrays of a shard of recipes."""
    sets = [thing.grasps for thing in things]
    arrays = {
        field.name: np.concatenate([getattr(s, field.name) for s in sets])
        for field in fields(GraspSet)
    }
    arrays["grasp_start"] = np.cumsum([0, *(len(s) for s in sets)])
    for name, start in _PAIRS.items():
        arrays[start] = np.cumsum([0, *(len(getattr(s, name)) for s in sets)])
    objects = [json.dumps({"family": t.thing.family, "params": t.thing.params}) for t in things]
    return arrays | {
        "first_object": np.array(first_object),
        "objects": np.array(objects, np.str_),
        "recipes": np.array([json.dumps(asdict(r)) for r in recipes], np.str_),
        "infos": np.array([info.to_json() for info in infos], np.str_),
    }


class RecipeShard:
    """One shard of recipes: motions are computed when asked for, always the same."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self._arrays = arrays
        self._object = lru_cache(maxsize=2)(self._build)

    def _build(self, index: int) -> GraspedObject:
        a = self._arrays
        stored = json.loads(str(a["objects"][index]))

        def part(name: str, start: str) -> np.ndarray:
            return a[name][a[start][index] : a[start][index + 1]]

        grasps = GraspSet(
            **{
                field.name: part(field.name, _PAIRS.get(field.name, "grasp_start"))
                for field in fields(GraspSet)
            }
        )
        return GraspedObject(build_object(stored["family"], stored["params"]), grasps)

    def sequence(self, row: int, info: SequenceInfo) -> Sequence:
        """Sequence number `row` of the shard.

        Raises DatasetError where its recipe no longer leads to its motion.
        """
        recipe, thing = self.recipe(row)
        planned = planned_motion(recipe, thing)
        if planned is None or len(planned.held) != info.num_frames:
            raise DatasetError(
                f"{info.name} no longer gives its motion: the data set was built with another "
                "version, build it again"
            )
        rotation = start_turn(recipe)
        body = thing.thing.mesh
        vertices, faces = (body.vertices - thing.center) @ rotation.T, body.faces
        vertices = vertices - thing.lying_center(rotation)
        if recipe.mirrored:
            vertices, faces = mirror(vertices), faces[:, ::-1]
        return Sequence(
            info,
            planned.motion,
            planned.distances,
            Mesh(vertices, faces),
            thing.support,
            planned.held,
        )

    def recipe(self, row: int) -> tuple[SequenceRecipe, GraspedObject]:
        """The recipe of sequence `row`, and its object with all its grasps."""
        recipe = SequenceRecipe(**json.loads(str(self._arrays["recipes"][row])))
        return recipe, self._object(recipe.object_index - int(self._arrays["first_object"]))
