"""What the studies have in common: their flags, their trials, and how they are run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from pathlib import Path

import numpy as np

from diffh2o_ros import __version__
from diffh2o_ros.cli.arguments import whole_number
from diffh2o_ros.cli.evaluate import REFINEMENTS
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.errors import describe_failure
from diffh2o_ros.evaluation.cases import Case, free_cases
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.mesh_folder import find_meshes
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.evaluation.rows import RowFile, digests
from diffh2o_ros.evaluation.running import Setup, complete, generate
from diffh2o_ros.evaluation.summary import Measure
from diffh2o_ros.evaluation.targets import read_grasps, target_errors
from diffh2o_ros.evaluation.tasks import read_tasks
from diffh2o_ros.geometry.formats.names import FORMATS
from diffh2o_ros.geometry.mesh_like import MeshLike
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.options import SynthesizerOptions
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.synthesizer import shipped_weights
from diffh2o_ros.workers import Runner

TASKS = Path(__file__).parent / "ycb_tasks.json"

#: Figures that only the studies have, beside those of `evaluation.judging`.
SEAM_SPEED = Measure("seam_speed_m_s", "wrist speed at the seam", "m/s", 2, published=".23")
FLAGGED = Measure("flagged", "flagged incompatible", is_rate=True)
WARNED = Measure("warned", "warned about", is_rate=True)
REFUSED = Measure("refused", "refused", is_rate=True)
MEANT = Measure("meant_error_m", "error to the annotated grasp", "m", 3)
SECONDS = Measure("seconds", "time", "s", 2)


@dataclass(frozen=True)
class Trial:
    """One run of a study: a case of the evaluation under a condition."""

    case: Case
    variant: str  #: what is varied, or how
    value: float = 0.0  #: by how much


@dataclass(frozen=True)
class TrialRow:
    """What a trial gave."""

    variant: str
    value: float
    row: Row

    @property
    def trial(self) -> Trial:
        return Trial(self.row.case, self.variant, self.value)

    @classmethod
    def from_dict(cls, content: Mapping[str, object]) -> TrialRow:
        """The row that `dataclasses.asdict` gave this of."""
        return cls(**{**content, "row": Row.from_dict(content["row"])})


class Judge:
    """Generates for a trial and judges what comes out."""

    def __init__(self, setup: Setup) -> None:
        self._recognizer = Recognizer.load()
        self._meshes = {mesh.stem: mesh for mesh in setup.meshes}
        self._grasps = {} if setup.grasps is None else read_grasps(setup.grasps)

    def mesh(self, case: Case) -> Path:
        """The file of a case's mesh."""
        return self._meshes[case.mesh]

    def annotated(self, case: Case) -> Grasp | None:
        """The whole grasp of a guided case."""
        return None if case.grasp is None else self._grasps[case.mesh][case.grasp]

    def row(
        self,
        trial: Trial,
        synthesize: Callable[..., Result],
        mesh: MeshLike,
        *,
        target: Grasp | None = None,
        wanted: Grasp | None = None,
        meant: Grasp | None = None,
        steps: int | None = None,
    ) -> TrialRow:
        """The row of a trial. Bad meshes and targets that are refused become rows, too.

        Args:
            synthesize: `Synthesizer.synthesize`, or what is called as that is.
            target: what it is given.
            wanted: the whole grasp that errors are measured against; meant: another one.
        """
        row, interaction = generate(
            trial.case,
            synthesize,
            mesh,
            self._recognizer,
            target=target,
            annotated=wanted,
            steps=steps,
        )
        flagged = row.refused is not None
        if row.error is not None:
            row.figures[REFUSED.name] = 1.0
        if target is not None and row.error is None:
            row.figures[FLAGGED.name] = float(flagged)
        if interaction is not None:
            row.figures[REFUSED.name] = 0.0
            row.figures[SEAM_SPEED.name] = seam_speed(interaction)
            row.figures[WARNED.name] = float(len(row.warnings) > flagged)
            row.figures[SECONDS.name] = row.seconds["total"]
        if interaction is not None and meant is not None:
            row.figures[MEANT.name] = target_errors(interaction, meant)["grasp_error_m"]
        return TrialRow(trial.variant, trial.value, row)


def seam_speed(interaction: Interaction) -> float:
    """Speed of the faster wrist from the last frame of the reach to the next, m/s."""
    frame = interaction.grasp_frame
    wrists = [hand.joints[frame - 1 : frame + 1, 0] for hand in interaction.hands.values()]
    return float(max(np.linalg.norm(np.diff(w, axis=0)) for w in wrists) * interaction.fps)


def run_trials(
    runner: Runner, setup: Setup, trials: Sequence[Trial], file: RowFile[TrialRow], jobs: int
) -> list[TrialRow]:
    """The rows of all trials, in their order; those that `file` lacks are made and added.

    Args:
        runner: called with `setup` once in each process that works.
    """
    complete(file, runner, setup, trials, jobs, attrgetter("trial"))
    by_trial = {row.trial: row for row in file.rows}
    return [by_trial[trial] for trial in trials]


def add_flags(
    parser: argparse.ArgumentParser, name: str, refinement: str, candidates: int | None = None
) -> None:
    """Adds what all studies take; `refinement` and `candidates` are defaults."""
    parser.add_argument("--meshes", type=Path, required=True, metavar="DIR", help="the objects")
    parser.add_argument(
        "--tasks", type=Path, default=TASKS, metavar="FILE", help="as for `diffh2o evaluate`"
    )
    parser.add_argument("--seeds", type=whole_number(1, 1000), default=1, metavar="N")
    parser.add_argument(
        "--limit", type=whole_number(1, 10**6), metavar="N", help="the first N meshes only"
    )
    parser.add_argument("--refinement", choices=REFINEMENTS, default=refinement)
    parser.add_argument(
        "--candidates",
        type=whole_number(1, 1024),
        default=candidates,
        metavar="N",
        help="grasps tried for each run",
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1, 256),
        default=1,
        metavar="N",
        help="processes, of one thread each where there are several",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("out/studies") / name,
        metavar="DIR",
        help="folder for the page, its plots and the results; an interrupted run goes on there",
    )


def setup(arguments: argparse.Namespace, grasps: Path | None = None) -> Setup:
    """What the flags ask for. Raises CommandError where there are no meshes."""
    if not arguments.meshes.is_dir():
        raise CommandError(f"--meshes {arguments.meshes} is not a folder")
    meshes = tuple(find_meshes(arguments.meshes)[: arguments.limit])
    if not meshes:
        raise CommandError(f"no {FORMATS} file in {arguments.meshes}")
    settings = SynthesisSettings()
    if arguments.candidates is not None:
        settings = replace(settings, num_candidates=arguments.candidates)
    options = SynthesizerOptions(
        arguments.device,
        "openhand",
        arguments.weights or shipped_weights(),
        cache_dir=arguments.out / "geometry",
    )
    return Setup(meshes, arguments.out, options, grasps=grasps, settings=settings)


def cases(arguments: argparse.Namespace, meshes: Sequence[Path]) -> list[Case]:
    """Meshes x tasks x seeds x refinements."""
    refinements = REFINEMENTS[arguments.refinement]
    found = free_cases(meshes, read_tasks(arguments.tasks), range(arguments.seeds), refinements)
    if not found:
        raise CommandError("no task is meant for any of the meshes: see only and except")
    return found


def row_file(setup: Setup, name: str, networks: Iterable[str]) -> RowFile[TrialRow]:
    """The rows of a study so far, to be gone on with under the circumstances of a setup."""
    weights = setup.options.weights
    files = {f"{network} network": weights / f"{network}.safetensors" for network in networks}
    for path in files.values():
        if not path.is_file():
            raise CommandError(f"no network at {path}: train it, or give other --weights")
    about = {
        "version": __version__,
        **digests(files),
        "device": setup.options.device,
        "settings": asdict(setup.settings),
    }
    return RowFile(setup.out / f"{name}.jsonl", about, True, TrialRow.from_dict)


def run_program(main: Callable[[Sequence[str]], None]) -> int:
    """Runs a study with the flags of this process; its exit code. Bad input is one line, 2."""
    try:
        main(sys.argv[1:])
    except Exception as error:
        line = describe_failure(error)
        if line is None:
            raise
        print(line, file=sys.stderr)
        return 2
    return 0
