"""Runs the cases of a benchmark, in this process or in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

import torch

from diffh2o_ros.evaluation.cases import FREE, Case
from diffh2o_ros.evaluation.judging import Row, judge
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.evaluation.spread import save_hand_paths
from diffh2o_ros.evaluation.targets import partial_target, read_grasps
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.options import SynthesizerOptions
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.text.task import TaskError
from diffh2o_ros.workers import in_processes


@dataclass(frozen=True)
class Plan:
    """What every run of a benchmark shares; a process of its own can be started from it."""

    meshes: tuple[Path, ...]
    out: Path  #: the report's folder
    synthesizer: SynthesizerOptions = field(default_factory=SynthesizerOptions)
    steps: int | None = None  #: of either stage
    recognizer: Path | None = None
    grasps: Path | None = None
    keep: bool = False  #: whether interaction files are written, into out/interactions


class Worker:
    """Generates and judges one case after another."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._synthesizer = Synthesizer(**vars(plan.synthesizer))
        self._recognizer = Recognizer.load(plan.recognizer)
        self._meshes = {mesh.stem: mesh for mesh in plan.meshes}
        self._grasps = {} if plan.grasps is None else read_grasps(plan.grasps)

    def run(self, case: Case) -> Row:
        """The row of a case. Bad meshes and tasks and incompatible grasps become rows, too."""
        whole = None if case.grasp is None else self._grasps[case.mesh][case.grasp]
        try:
            result = self._synthesizer.synthesize(
                self._meshes[case.mesh],
                case.task,
                None if whole is None else partial_target(whole, case.kind),
                seed=case.seed,
                steps=self._plan.steps,
                refine=case.refined,
            )
        except (MeshError, TaskError) as error:
            return Row(case, error=" ".join(str(error).split()))
        except GraspError as error:
            return Row(case, refused=" ".join(str(error).split()))
        (interaction,) = result
        if self._plan.keep:
            interaction.save(self._plan.out / "interactions" / f"{case.name}.npz")
        if case.kind == FREE:
            save_hand_paths(self._plan.out, case, interaction)
        warnings = list(result.warnings)
        # A target that was pulled to has its error among the figures that come with the result.
        left_aside = whole is not None and "target_error_m" not in interaction.quality
        return replace(
            judge(interaction, case, self._recognizer, whole),
            seconds=dict(result.timings),
            warnings=warnings,
            refused="; ".join(warnings) if left_aside else None,
        )


def run_cases(plan: Plan, cases: Sequence[Case], jobs: int) -> Iterator[Row]:
    """A row for each case, as it is done. Processes of one thread each where `jobs` is above 1."""
    if jobs == 1:
        worker = Worker(plan)
        yield from map(worker.run, cases)
        return
    yield from in_processes(partial(_run, plan), cases, jobs, in_order=False)


def _run(plan: Plan, case: Case) -> Row:
    return _worker(plan).run(case)


@cache
def _worker(plan: Plan) -> Worker:
    """The worker of this process."""
    torch.set_num_threads(1)
    return Worker(plan)
