"""How often robot hands do what human ones do: cases of an evaluation, retargeted and simulated."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.protocols.all_of import protocol_figures
from diffh2o_ros.evaluation.protocols.tracking import Tracking
from diffh2o_ros.evaluation.simulated import SimulatedTask
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.mapping import read_mapping
from diffh2o_ros.retargeting.robots import available
from diffh2o_ros.simulation.plan import trajectory
from diffh2o_ros.simulation.planning import LEAST_FORCE, Planner
from diffh2o_ros.simulation.robot_motion import SimulationOptions
from diffh2o_ros.simulation.scene import Servo
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
        faithful: whether robots grasp as near to the human hand as can be, and no firmer.
        protocols: whether grasps are put through other people's protocols, too.
    """

    meshes: tuple[Path, ...]
    robots: tuple[str, ...]
    mappings: tuple[Path, ...] = ()
    options: SynthesizerOptions = field(default_factory=SynthesizerOptions)
    steps: int | None = None
    cache_dir: Path | None = None
    only: bool = False
    faithful: bool = False
    protocols: bool = False


@dataclass(frozen=True)
class RobotRow:
    """What came of a case.

    Attributes:
        success, robustness: of the simulation that scores. first_plan: whether the first plan for
            the first motion did it in the one that chooses.
        done: whether the simulated object did what the action asks for; None where that is not
            judged.
        figures: others, by name: penetrations, tracking, seconds of the processor and, where asked
            for, those of retargeting alone and what `protocol_figures` gives.
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
    figures: Mapping[str, float] = field(default_factory=dict)

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
        spent: list[tuple[float, float]] = []  # by the clock, of the processor

        def synthesize(options: RequestOptions):
            began = time.process_time()
            result = self._synthesizer.synthesize(
                self._meshes[case.mesh], case.task, **vars(options)
            )
            spent.append((result.timings["total"], time.process_time() - began))
            return result

        request = RequestOptions(
            seed=case.seed, steps=self._setup.steps, refine=case.refined, hold=RIGID
        )
        started, of_cpu = time.monotonic(), time.process_time()
        try:
            result, (tried,) = tried_by_robots(
                synthesize,
                request,
                self._robots,
                SimulationOptions(cache_dir=self._setup.cache_dir, faithful=self._setup.faithful),
                0 if self._setup.only else self._synthesizer.settings.num_candidates,
                lambda sample: None,
            )
        except (MeshError, TaskError) as error:
            return RobotRow(case, failure=" ".join(str(error).split()), refused=True)
        cpu = time.process_time() - of_cpu - spent[0][1]
        row = RobotRow(
            case,
            seconds=time.monotonic() - started - spent[0][0],
            failure=tried.failure,
            refused=tried.trajectory is None,
        )
        if tried.trajectory is None:
            return row
        found = tried.trajectory
        task = SimulatedTask.of(result[0], found, self._robots)
        return replace(
            row,
            success=bool(found.success),
            robustness=float(found.robustness),
            first_plan=bool(found.settings["first_plan_holds"]),
            done=task.done(case.action),
            position_error=float(found.position_error),
            rotation_error=float(found.rotation_error),
            trials=int(found.settings["trials"]),
            figures={"cpu_s": cpu} | self._figures(task, case),
        )

    def _figures(self, task: SimulatedTask, case: Case) -> dict[str, float]:
        tracking = Tracking.of(task.trajectory)
        found = {
            "hands": float(len(task.trajectory.hands)),
            "planned_penetration_m": task.planned_penetration(),
            "penetration_m": task.penetration(),
            "placed": float(task.placed()),
            "on_path": float(tracking.on_path),
            "maniptrans": float(tracking.maniptrans),
            "spider": float(tracking.spider),
        }
        if case.action == "lift":
            found["lifted"] = float(
                task.done("lift") and not task.trajectory.settings.get("failure")
            )
        if self._setup.protocols:
            found["retargeting_cpu_s"] = self._retargeting_seconds(task.motion)
            found |= protocol_figures(
                task.motion, task.trajectory, self._robots, self._setup.cache_dir
            )
        return found

    def _retargeting_seconds(self, motion: Interaction) -> float:
        """Of the processor, for the first plan for a motion, without simulation."""
        started = time.process_time()
        planner = Planner(motion, self._robots, np.random.default_rng(0))
        trajectory(motion, next(planner.candidates(LEAST_FORCE)), Servo())
        return time.process_time() - started
