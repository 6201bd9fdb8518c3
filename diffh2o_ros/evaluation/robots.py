"""How often robot hands do what human ones do: cases of an evaluation, retargeted and simulated."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.success import task_success
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.markdown import NONE, table, write_page_and_figures
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.mapping import read_mapping
from diffh2o_ros.retargeting.robots import available
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.robot_motion import SimulationOptions
from diffh2o_ros.simulation.with_robots import tried_by_robots
from diffh2o_ros.synthesis.options import RIGID, RequestOptions, SynthesizerOptions
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.text.task import TaskError


@dataclass(frozen=True)
class RobotSetup:
    """What all runs share; a process of its own can be started from it.

    Attributes:
        robots: names as `load_robot` knows them, one for both sides or one of each.
        mappings: files, none, one for all or one each.
        cache_dir: folder that keeps objects' convex parts.
        only: whether a motion for which the first plan fails stays; else others join in.
    """

    meshes: tuple[Path, ...]
    robots: tuple[str, ...]
    mappings: tuple[Path, ...] = ()
    options: SynthesizerOptions = field(default_factory=SynthesizerOptions)
    steps: int | None = None
    cache_dir: Path | None = None
    only: bool = False


@dataclass(frozen=True)
class RobotRow:
    """What came of a case.

    Attributes:
        success, robustness: of the simulation that scores. first_plan: whether the first plan for
            the first motion did it in the one that chooses.
        done: whether the simulated object did what the action asks for; None where that is not
            judged.
        seconds: of plans and simulations, the synthesis of other motions among them.
        failure: why it did not. refused: whether robots could not even try.
    """

    case: Case
    success: bool = False
    robustness: float = 0.0
    first_plan: bool = False
    done: bool | None = None
    position_error: float | None = None
    rotation_error: float | None = None
    trials: int = 0
    seconds: float = 0.0
    failure: str = ""
    refused: bool = False

    @staticmethod
    def from_dict(values: Mapping[str, object]) -> RobotRow:
        """What `asdict` gave. Raises TypeError or KeyError for anything else."""
        return RobotRow(**dict(values) | {"case": Case(**values["case"])})


class RobotRunner:
    """Runs one case after another."""

    def __init__(self, setup: RobotSetup) -> None:
        self._setup = setup
        self._synthesizer = Synthesizer(**vars(setup.options))
        self._robots = available(setup.robots, [read_mapping(path) for path in setup.mappings])
        self._meshes = {mesh.stem: mesh for mesh in setup.meshes}

    def __call__(self, case: Case) -> RobotRow:
        spent: list[float] = []

        def synthesize(options: RequestOptions):
            result = self._synthesizer.synthesize(
                self._meshes[case.mesh], case.task, **vars(options)
            )
            spent.append(result.timings["total"])
            return result

        request = RequestOptions(
            seed=case.seed, steps=self._setup.steps, refine=case.refined, hold=RIGID
        )
        started = time.monotonic()
        try:
            result, (tried,) = tried_by_robots(
                synthesize,
                request,
                self._robots,
                SimulationOptions(cache_dir=self._setup.cache_dir),
                0 if self._setup.only else self._synthesizer.settings.num_candidates,
                lambda sample: None,
            )
        except (MeshError, TaskError) as error:
            return RobotRow(case, failure=" ".join(str(error).split()), refused=True)
        row = RobotRow(
            case,
            seconds=time.monotonic() - started - spent[0],
            failure=tried.failure,
            refused=tried.trajectory is None,
        )
        if tried.trajectory is None:
            return row
        trajectory = tried.trajectory
        return replace(
            row,
            success=bool(trajectory.success),
            robustness=float(trajectory.robustness),
            first_plan=bool(trajectory.settings["first_plan_holds"]),
            done=task_success(as_simulated(result[0], trajectory), case.action),
            position_error=float(trajectory.position_error),
            rotation_error=float(trajectory.rotation_error),
            trials=int(trajectory.settings["trials"]),
        )


def as_simulated(motion: Interaction, trajectory: RobotTrajectory) -> Interaction:
    """A motion whose object moves as in the simulation of a robot that does it."""
    rows = np.searchsorted(trajectory.interaction_frames, np.arange(motion.num_frames), "right") - 1
    return replace(motion, object_pose=trajectory.simulated_object_pose[np.maximum(rows, 0)])


HEAD = ("", "motions", "success", "perturbed", "first plan", "done", "refused", "seconds")


@dataclass(frozen=True)
class RobotReport:
    """about: the circumstances. rows: one of each run."""

    about: Mapping[str, object]
    rows: Sequence[RobotRow]

    def table(self) -> str:
        """A line an action, a hand, and all: success of those that were tried."""
        lines = [_line("all", self.rows)]
        for name in sorted({row.case.action or NONE for row in self.rows}):
            lines.append(_line(name, [r for r in self.rows if (r.case.action or NONE) == name]))
        for hand in sorted({row.case.hand for row in self.rows} - {None}):
            own = [r for r in self.rows if r.case.hand == hand]
            lines.append(_line(f"hand: {hand}", own))
        return table(HEAD, lines)

    def failures(self) -> str:
        """Of each object how many motions failed, and what the first of them says."""
        failed = [row for row in self.rows if not row.success]
        first = {row.case.mesh: row.failure for row in reversed(failed)}
        motions = Counter(row.case.mesh for row in self.rows)
        lines = [
            [mesh, f"{count} of {motions[mesh]}", first[mesh]]
            for mesh, count in Counter(row.case.mesh for row in failed).most_common()
        ]
        return table(("object", "failed", "such as"), lines)

    def markdown(self) -> str:
        """The page."""
        about = "\n".join(f"- {name}: {value}" for name, value in self.about.items())
        return f"# Robot hands\n\n{about}\n\n{self.table()}\n\n{self.failures()}\n"

    def save(self, folder: Path) -> None:
        """Writes robots.md and robots.json."""
        figures = {"about": dict(self.about), "rows": [asdict(row) for row in self.rows]}
        write_page_and_figures(folder, "robots", self.markdown(), figures)


def _line(name: str, rows: Sequence[RobotRow]) -> list[str]:
    tried = [row for row in rows if not row.refused]
    fractions = [[getattr(row, key) for row in tried] for key in ("success", "robustness")]
    fractions.append([row.first_plan for row in tried])
    fractions.append([row.done for row in tried if row.done is not None])
    means = [f"{np.mean(values):.2f}" if values else NONE for values in fractions]
    seconds = f"{np.median([row.seconds for row in tried]):.1f}" if tried else NONE
    return [name, str(len(tried)), *means, str(len(rows) - len(tried)), seconds]
