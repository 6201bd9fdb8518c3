"""The sequences of a data set, judged as generated motions are, to hold these against them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import interaction_of
from diffh2o_ros.data.marking import marks_of
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.planning import SequenceRecipe, start_turn
from diffh2o_ros.data.validate import sample
from diffh2o_ros.evaluation.cases import DATA, Case
from diffh2o_ros.evaluation.judging import Row, conduct, with_marks
from diffh2o_ros.evaluation.likeness.traits import GraspPose
from diffh2o_ros.evaluation.success import JUDGED, task_success
from diffh2o_ros.hands.mirror import mirror
from diffh2o_ros.workers import in_processes

OTHER = {"left": "right", "right": "left"}


def dataset_rows(
    dataset: Dataset,
    num: int | None,
    seed: int,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """Rows of kind `DATA` of `num` random sequences (None: all).

    Grasps are in the frame of the object itself, however it lies.

    Args:
        on_progress: called with (judged, total).
    """
    jobs = [(dataset.folder, rows) for rows in sample(dataset, num, seed)]
    total, found = sum(len(rows) for _, rows in jobs), []
    for rows in in_processes(_judge, jobs, workers):
        found += rows
        if on_progress:
            on_progress(len(found), total)
    return found


def _judge(job) -> list[Row]:
    folder, numbers = job
    dataset = Dataset(folder)
    known = dataset.header["content"] == "recipes"
    rows = []
    for number in numbers:
        sequence = dataset[number]
        info = sequence.info
        mesh = f"{info.object_index:04d}_{info.object_name}"
        case = Case(mesh, info.sentences[0], info.action, info.hand, number, True, DATA)
        interaction = interaction_of(sequence)
        passed = [action for action in JUDGED if task_success(interaction, action)]
        row = replace(conduct(interaction, case), passes=passed)
        if known:
            seen = dataset.recipe(number)
            row = with_marks(row, interaction, marks_of(*seen))
            grasps = [_in_own_frame(grasp, *seen) for grasp in row.traits.grasps]
            row = replace(row, traits=replace(row.traits, grasps=grasps))
        rows.append(row)
    return rows


def _in_own_frame(grasp: GraspPose, recipe: SequenceRecipe, thing: GraspedObject) -> GraspPose:
    """A grasp of an object as it lies, and in the mirror, as one of the object itself."""
    turn = start_turn(recipe)
    side, palm, frame = grasp.side, np.array(grasp.palm), np.array(grasp.frame)
    if recipe.mirrored:
        side, palm = OTHER[side], mirror(palm)
        # The hand of the other side: what is across the palm is reversed beside the mirror.
        frame = mirror(frame.T).T * [1, -1, 1]
    palm = turn.T @ (palm + thing.lying_center(turn))
    return GraspPose(side, palm.tolist(), (turn.T @ frame).tolist())
