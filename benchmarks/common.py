"""What the studies have in common: their flags, their trials, and the file that results go to."""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from diffh2o_ros import __version__
from diffh2o_ros.atomic import whole_file
from diffh2o_ros.cli.arguments import whole_number
from diffh2o_ros.cli.failures import CommandError, describe_failure
from diffh2o_ros.evaluation.cases import Case, free_cases
from diffh2o_ros.evaluation.judging import Row, judge
from diffh2o_ros.evaluation.mesh_folder import find_meshes
from diffh2o_ros.evaluation.recognition import Recognizer
from diffh2o_ros.evaluation.summary import Measure
from diffh2o_ros.evaluation.targets import target_errors
from diffh2o_ros.evaluation.tasks import read_tasks
from diffh2o_ros.geometry.formats.names import FORMATS
from diffh2o_ros.geometry.mesh import Mesh, MeshError
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.synthesizer import Synthesizer, shipped_weights
from diffh2o_ros.text.task import TaskError

TASKS = Path(__file__).parent / "ycb_tasks.json"
REFINEMENTS = {"both": (True, False), "on": (True,), "off": (False,)}

#: Figures that only the studies have, beside those of `evaluation.judging`.
SEAM_SPEED = Measure("seam_speed_m_s", "wrist speed at the seam", "m/s", 2, published=".23")
FLAGGED = Measure("flagged", "flagged incompatible", is_share=True)
WARNED = Measure("warned", "warned about", is_share=True)
REFUSED = Measure("refused", "refused", is_share=True)
MEANT = Measure("meant_error_m", "error to the annotated grasp", "m", 3)
SECONDS = Measure("seconds", "time", "s", 2)


@dataclass(frozen=True)
class Trial:
    """One run of a study: a case of the benchmark under a condition."""

    case: Case
    variant: str  #: what is varied, or how
    value: float = 0.0  #: by how much


@dataclass(frozen=True)
class Result:
    """What a trial gave."""

    variant: str
    value: float
    row: Row

    @property
    def trial(self) -> Trial:
        return Trial(self.row.case, self.variant, self.value)


@dataclass(frozen=True)
class Setup:
    """What every trial of a study shares; a process of its own can be started from it."""

    meshes: tuple[Path, ...]
    out: Path
    weights: Path
    device: str = "auto"
    grasps: Path | None = None
    settings: SynthesisSettings = field(default_factory=SynthesisSettings)


class Judge:
    """Generates for a trial and judges what comes out."""

    def __init__(self, setup: Setup) -> None:
        self._recognizer = Recognizer.load()
        self.meshes = {mesh.stem: mesh for mesh in setup.meshes}

    def result(
        self,
        trial: Trial,
        synthesizer: Synthesizer,
        mesh: Mesh | Path,
        grasp: Grasp | None = None,
        target: Grasp | None = None,
        meant: Grasp | None = None,
        steps: int | None = None,
    ) -> Result:
        """The result of a trial. Bad meshes and incompatible grasps become results, too.

        Args:
            grasp: what the synthesizer is given.
            target: the whole-hand grasp that errors are measured against; meant: another one.
        """
        case = trial.case
        try:
            result = synthesizer.synthesize(
                mesh, case.task, grasp, seed=case.seed, steps=steps, refine=case.refined
            )
        except (MeshError, TaskError) as error:
            row = Row(case, {REFUSED.name: 1.0}, error=_line(error))
            return Result(trial.variant, trial.value, row)
        except GraspError as error:
            row = Row(case, {FLAGGED.name: 1.0}, refused=_line(error))
            return Result(trial.variant, trial.value, row)
        (interaction,) = result
        row = judge(interaction, case, self._recognizer, target)
        row.seconds, row.warnings = dict(result.timings), list(result.warnings)
        # A target that was pulled to has its error among the figures that come with the result.
        flagged = grasp is not None and "target_error_m" not in interaction.quality
        row.figures[REFUSED.name] = 0.0
        row.figures[SEAM_SPEED.name] = seam_speed(interaction)
        row.figures[WARNED.name] = float(len(row.warnings) > flagged)
        row.figures[SECONDS.name] = result.timings["total"]
        if grasp is not None:
            row.figures[FLAGGED.name] = float(flagged)
        if meant is not None:
            row.figures[MEANT.name] = target_errors(interaction, meant)["grasp_error_m"]
        return Result(trial.variant, trial.value, row)


def seam_speed(interaction: Interaction) -> float:
    """Speed of the faster wrist from the last frame of the reach to the next, m/s."""
    frame = interaction.grasp_frame
    wrists = [hand.joints[frame - 1 : frame + 1, 0] for hand in interaction.hands.values()]
    return float(max(np.linalg.norm(np.diff(w, axis=0)) for w in wrists) * interaction.fps)


class ResultFile:
    """JSON lines: first the circumstances, then a result each. What is there is gone on from.

    Raises CommandError for a file of other circumstances and for one that is no such file.
    """

    def __init__(self, path: Path, about: Mapping[str, object]) -> None:
        self._path = path
        self.about = json.loads(json.dumps(about))  # as it is when it is read again
        self.results: list[Result] = []
        if path.exists():
            self._read()
        # Written anew, so that a line that was cut short is gone.
        lines = [{"about": self.about}, *(asdict(result) for result in self.results)]
        with whole_file(path) as partial:
            partial.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    def append(self, result: Result) -> None:
        """Adds a result, at once."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")
        self.results.append(result)

    def _read(self) -> None:
        first, *lines = self._path.read_text("utf-8").split("\n")
        try:
            before = json.loads(first)["about"]
            found = [json.loads(line) for line in lines[:-1]]
            self.results = [Result(**{**r, "row": Row.from_dict(r["row"])}) for r in found]
        except (ValueError, TypeError, KeyError) as error:
            raise CommandError(f"{self._path} holds no results of a study: {error}") from error
        changed = [n for n, value in self.about.items() if before.get(n, value) != value]
        if changed:
            name = changed[0]
            raise CommandError(
                f"{self._path} was begun with {name} {before[name]}, not {self.about[name]}: "
                "give another --out"
            )
        self.about = before | self.about  # other networks, where --only chose others


Work = Callable[[Trial], Result]


def run_trials(
    make: Callable[[], Work], trials: Sequence[Trial], file: ResultFile, jobs: int
) -> list[Result]:
    """The results of all trials, in their order; those that `file` lacks are made and added.

    Args:
        make: called once in each process that works; pickled if `jobs` is above 1.
    """
    known = {result.trial for result in file.results}
    missing = [trial for trial in trials if trial not in known]
    with tqdm(total=len(trials), initial=len(trials) - len(missing), unit="run") as bar:
        for result in _made(make, missing, jobs):
            file.append(result)
            bar.update()
    by_trial = {result.trial: result for result in file.results}
    return [by_trial[trial] for trial in trials]


def _made(make: Callable[[], Work], trials: Sequence[Trial], jobs: int) -> Iterator[Result]:
    if not trials:
        return
    if jobs == 1:
        yield from map(make(), trials)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, initializer=_start, initargs=(make,)) as pool:
        try:
            for done in as_completed([pool.submit(_work, trial) for trial in trials]):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


_worker: Work | None = None


def _start(make: Callable[[], Work]) -> None:
    global _worker
    torch.set_num_threads(1)
    _worker = make()


def _work(trial: Trial) -> Result:
    return _worker(trial)


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


def setup(arguments: argparse.Namespace, weights: Path | None, grasps: Path | None = None) -> Setup:
    """What the flags ask for. Raises CommandError where there are no meshes."""
    if not arguments.meshes.is_dir():
        raise CommandError(f"--meshes {arguments.meshes} is not a folder")
    meshes = tuple(find_meshes(arguments.meshes)[: arguments.limit])
    if not meshes:
        raise CommandError(f"no {FORMATS} file in {arguments.meshes}")
    settings = SynthesisSettings()
    if arguments.candidates is not None:
        settings = replace(settings, num_candidates=arguments.candidates)
    return Setup(
        meshes, arguments.out, weights or shipped_weights(), arguments.device, grasps, settings
    )


def cases(arguments: argparse.Namespace, meshes: Sequence[Path]) -> list[Case]:
    """Meshes x tasks x seeds x refinements."""
    refinements = REFINEMENTS[arguments.refinement]
    found = free_cases(meshes, read_tasks(arguments.tasks), range(arguments.seeds), refinements)
    if not found:
        raise CommandError("no task is meant for any of the meshes: see only and except")
    return found


def about(shared: Setup, networks: Iterable[str]) -> dict[str, object]:
    """The circumstances that figures depend on, plain enough for JSON."""
    digests = {}
    for name in networks:
        path = shared.weights / f"{name}.safetensors"
        if not path.is_file():
            raise CommandError(f"no network at {path}: train it, or give other --weights")
        content = path.read_bytes()
        digests[f"{name} network"] = f"sha256 {hashlib.sha256(content).hexdigest()[:16]}"
    return {
        "version": __version__,
        **digests,
        "device": shared.device,
        "settings": asdict(shared.settings),
    }


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


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
