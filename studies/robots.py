"""How often robot hands do what human ones do: python -m studies.robots --meshes DIR --robot R

Lifts of every mesh by either hand are synthesized and retargeted. A row a robot: the share that
succeeds in the simulation that scores, that of runs under perturbation, of first plans, how many
motions could not be tried, and the median seconds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from diffh2o_ros.cli.arguments import OneLineParser, whole_number
from diffh2o_ros.evaluation.mesh_folder import find_meshes, object_name
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.markdown import table
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robots import load_robots
from diffh2o_ros.simulation.robot_motion import SimulationOptions, robot_motion
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.workers import in_processes
from studies.common import run_program


@dataclass(frozen=True)
class Case:
    """A lift that a robot is to do."""

    robot: tuple[str, ...]
    mesh: Path
    side: str
    seed: int
    cache: Path


@dataclass(frozen=True)
class Row:
    """What came of a case; refused: why it was not tried."""

    case: Case
    success: bool = False
    robustness: float = 0.0
    first: bool = False
    seconds: float = 0.0
    failure: str = ""
    refused: bool = False


def main(argv: Sequence[str]) -> None:
    """Prints the table."""
    parser = OneLineParser(prog="python -m studies.robots", description=__doc__.splitlines()[0])
    parser.add_argument("--meshes", type=Path, required=True, help="folder of the objects")
    parser.add_argument(
        "--robot",
        action="append",
        nargs="+",
        required=True,
        metavar="R",
        help="as of 'diffh2o retarget', a file for either hand; again for another robot",
    )
    parser.add_argument("--seeds", type=whole_number(1, 100), default=1)
    parser.add_argument("--first-seed", type=whole_number(0, 10**6), default=0)
    parser.add_argument("--cache-dir", type=Path, default=Path("out/robots"))
    arguments = parser.parse_args(argv)
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    cases = [
        Case(tuple(robot), mesh, side, seed, arguments.cache_dir)
        for robot in arguments.robot
        for mesh in find_meshes(arguments.meshes)
        for seed in seeds
        for side in ("right", "left")
    ]
    rows = []
    for row in in_processes(_tried, cases):
        rows.append(row)
        case, said = row.case, row.failure or "done"
        print(f"{Path(case.robot[0]).stem} {case.mesh.stem} {case.side} {case.seed}: {said}")
    print(table(_HEAD, [_summary(tuple(r), rows) for r in arguments.robot]))


_HEAD = ("robot", "motions", "success", "perturbed", "first plan", "refused", "seconds")


def _summary(robot: tuple[str, ...], rows: Sequence[Row]) -> list[str]:
    own = [row for row in rows if row.case.robot == robot]
    done = [row for row in own if not row.refused]
    shares = [
        f"{np.mean([getattr(row, name) for row in done]):.2f}" if done else "-"
        for name in ("success", "robustness", "first")
    ]
    seconds = f"{np.median([row.seconds for row in done]):.0f}" if done else "-"
    return [Path(robot[0]).stem, str(len(done)), *shares, str(len(own) - len(done)), seconds]


def _tried(case: Case) -> Row:
    motion = _motion(case.mesh, case.side, case.seed)
    started = time.monotonic()
    try:
        robots = load_robots(case.robot, motion.hands)
        options = SimulationOptions(seed=case.seed, cache_dir=case.cache)
        found = robot_motion(motion, robots, options)
    except RobotHandError as error:
        return Row(case, failure=str(error), refused=True)
    return Row(
        case,
        bool(found.success),
        float(found.robustness),
        found.settings["first_plan_holds"],
        time.monotonic() - started,
        found.settings.get("failure", ""),
    )


@lru_cache(maxsize=1)
def _synthesizer() -> Synthesizer:
    return Synthesizer(device="cpu")


def _motion(mesh: Path, side: str, seed: int) -> Interaction:
    task = f"lift the {object_name(mesh.stem)} with the {side} hand"
    result = _synthesizer().synthesize(load_mesh(mesh), task, seed=seed, hold="rigid")
    return result.interactions[0]


if __name__ == "__main__":
    raise SystemExit(run_program(main))
