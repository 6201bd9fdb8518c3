"""Runs the cases of an evaluation, in this process or in several."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from diffh2o_ros.evaluation.cases import FREE, Case
from diffh2o_ros.evaluation.judging import Row, beside_people, judge, with_marks
from diffh2o_ros.evaluation.marks import Marks
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.evaluation.rows import RowFile
from diffh2o_ros.evaluation.spread import save_hand_paths
from diffh2o_ros.evaluation.targets import partial_target, read_grasps
from diffh2o_ros.evaluation.where import HumanGrasps
from diffh2o_ros.geometry.mesh import Mesh, MeshError
from diffh2o_ros.geometry.mesh_like import MeshLike
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.options import SynthesizerOptions
from diffh2o_ros.synthesis.plan import Models
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.text.task import TaskError
from diffh2o_ros.workers import Runner, run_jobs


@dataclass(frozen=True)
class Setup:
    """What every run of an evaluation shares; a process of its own can be started from it."""

    meshes: tuple[Path, ...]
    out: Path  #: the report's folder
    options: SynthesizerOptions = field(default_factory=SynthesizerOptions)
    steps: int | None = None  #: of either stage
    recognizer: Path | None = None
    grasps: Path | None = None
    keep: bool = False  #: whether interaction files are written, into out/interactions
    settings: SynthesisSettings = field(default_factory=SynthesisSettings)

    def synthesizer(self, models: Models | None = None) -> Synthesizer:
        """A synthesizer with all of it; with other networks, where there are some already."""
        return Synthesizer(**vars(self.options), settings=self.settings, models=models)


class CaseRunner:
    """Generates and judges one case after another."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._synthesize = setup.synthesizer().synthesize
        self._recognizer = Recognizer.load(setup.recognizer)
        self._meshes = {mesh.stem: mesh for mesh in setup.meshes}
        self._grasps = {} if setup.grasps is None else read_grasps(setup.grasps)
        self._marks = {mesh.stem: Marks.beside(mesh) for mesh in setup.meshes}
        self._human: dict[str, HumanGrasps] = {}

    def __call__(self, case: Case) -> Row:
        """The row of a case. What can be kept of it lies in the report's folder."""
        annotated = None if case.grasp is None else self._grasps[case.mesh][case.grasp]
        row, interaction = generate(
            case,
            self._synthesize,
            self._meshes[case.mesh],
            self._recognizer,
            target=None if annotated is None else partial_target(annotated, case.kind),
            annotated=annotated,
            steps=self._setup.steps,
        )
        if interaction is not None and self._setup.keep:
            interaction.save(self._setup.out / "interactions" / f"{case.name}.npz")
        if interaction is not None and case.kind == FREE:
            save_hand_paths(self._setup.out, case, interaction)
            row = self._where(row, interaction)
        return row

    def _where(self, row: Row, interaction: Interaction) -> Row:
        """The row with where the object is held, where marks or annotated grasps tell."""
        mesh = row.case.mesh
        if marks := self._marks[mesh]:
            row = with_marks(row, interaction, marks)
        if mesh in self._grasps:
            if mesh not in self._human:
                body = Mesh(interaction.object_vertices, interaction.object_faces)
                self._human[mesh] = HumanGrasps.of(body, self._grasps[mesh])
            row = beside_people(row, interaction, self._human[mesh])
        return row


def generate(
    case: Case,
    synthesize: Callable[..., Result],
    mesh: MeshLike,
    recognizer: Recognizer,
    *,
    target: Grasp | None = None,
    annotated: Grasp | None = None,
    steps: int | None = None,
) -> tuple[Row, Interaction | None]:
    """What becomes of a case, judged. Bad meshes and tasks and targets that it refuses
    become rows, too; then there is no interaction.

    Args:
        synthesize: `Synthesizer.synthesize`, or what is called as that is.
        target: what it is given.
        annotated: the whole grasp that errors are measured against.
    """
    try:
        result = synthesize(
            mesh, case.task, target, seed=case.seed, steps=steps, refine=case.refined
        )
    except (MeshError, TaskError) as error:
        return Row(case, error=" ".join(str(error).split())), None
    except GraspError as error:
        return Row(case, refused=" ".join(str(error).split())), None
    (interaction,), warnings = result, list(result.warnings)
    # A target that was pulled to has its error among the figures that come with the result.
    left_aside = target is not None and "target_error_m" not in interaction.quality
    row = replace(
        judge(interaction, case, recognizer, annotated),
        seconds=dict(result.timings),
        warnings=warnings,
        refused="; ".join(warnings) if left_aside else None,
    )
    return row, interaction


def complete(
    file: RowFile,
    runner: Runner,
    setup: Setup,
    jobs: Sequence[Hashable],
    workers: int,
    job_of: Callable[[Any], Hashable] = attrgetter("case"),
) -> None:
    """Runs the jobs that a file has no row of yet; rows are added as they are done.

    Args:
        runner: called with `setup` once in each process.
        workers: processes; of one thread each where there are several.
        job_of: the job that a row is of.
    """
    done = {job_of(row) for row in file.rows}
    missing = [job for job in jobs if job not in done]
    with tqdm(total=len(jobs), initial=len(jobs) - len(missing), unit="run") as bar:
        for row in run_jobs(runner, setup, missing, workers):
            file.append(row)
            bar.update()
