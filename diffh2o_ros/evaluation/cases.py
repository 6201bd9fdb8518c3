"""What an evaluation runs: every mesh with every task and seed, refined or not; every target."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diffh2o_ros.evaluation.mesh_folder import object_name
from diffh2o_ros.evaluation.tasks import EvaluationTask
from diffh2o_ros.motion.grasp import Grasp

FREE, DATA = "free", "data"
GUIDED_TASK, GUIDED_ACTION = "pick up the {object}", "lift"


@dataclass(frozen=True)
class Case:
    """One run of the synthesizer, and what is expected of it."""

    mesh: str
    """File name of the mesh without its suffix."""
    task: str
    """The sentence as it is put."""
    action: str | None
    """What the sentence asks for, if that is judged."""
    hand: str | None
    """left, right or both, if that is judged."""
    seed: int
    refined: bool
    kind: str = FREE
    """free, data (a sequence of a data set), or what a guided run is given of its target: full,
    wrist or fingertips."""
    grasp: int | None = None
    """Number of the annotated grasp of a guided run, from 0."""

    @property
    def name(self) -> str:
        """A name for files, one for each case of an evaluation."""
        refined = "refined" if self.refined else "raw"
        if self.kind != FREE:
            return f"{self.mesh}-{self.kind}-{self.grasp:03d}-seed{self.seed}-{refined}"
        words = re.sub(r"[^a-z0-9]+", "_", self.task.lower()).strip("_")[:40]
        digest = hashlib.sha256(self.task.encode()).hexdigest()[:6]  # of what was cut off
        return f"{self.mesh}-{words}-{digest}-seed{self.seed}-{refined}"

    @property
    def group(self) -> tuple[str, str, bool]:
        """What cases that differ in their seed alone have in common."""
        return self.mesh, self.task, self.refined


def noise_seed(seed: int, mesh: str, what: str) -> int:
    """The seed of a run: drawn from the evaluation's seed, the mesh, and the task or number of the
    grasp. With the same seed for all, every object would start from the same noise and do much the
    same: hundreds of runs would be few draws."""
    return zlib.crc32(f"{seed} {mesh} {what}".encode("utf-8", "surrogateescape"))


def free_cases(
    meshes: Sequence[Path],
    tasks: Sequence[EvaluationTask],
    seeds: Sequence[int],
    refinements: Sequence[bool],
) -> list[Case]:
    """Meshes x the tasks that apply x seeds x refinements; see `noise_seed`.

    The hand a sentence asks for alternates over meshes and tasks and is the same for all seeds.
    """
    return [
        Case(
            mesh.stem,
            task.sentence_for(mesh.stem, at + number),
            task.action,
            task.hand(at + number),
            noise_seed(seed, mesh.stem, task.sentence),
            refined,
        )
        for at, mesh in enumerate(meshes)
        for number, task in enumerate(tasks)
        if task.applies(mesh.stem)
        for seed in seeds
        for refined in refinements
    ]


def guided_cases(
    meshes: Sequence[Path],
    grasps: Mapping[str, Sequence[Grasp]],
    kinds: Sequence[str],
    seed: int,
    refinements: Sequence[bool],
) -> list[Case]:
    """Each annotated grasp of each mesh, given whole, as a wrist or as fingertips; see
    `noise_seed`."""
    return [
        Case(
            mesh.stem,
            GUIDED_TASK.replace("{object}", object_name(mesh.stem)),
            GUIDED_ACTION,
            grasp.side,
            noise_seed(seed, mesh.stem, str(number)),
            refined,
            kind,
            number,
        )
        for mesh in meshes
        for number, grasp in enumerate(grasps.get(mesh.stem, []))
        for kind in kinds
        for refined in refinements
    ]
