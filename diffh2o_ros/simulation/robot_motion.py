"""The motion of robot hands that do what human ones do, seen to work in simulation or not."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.geometry.mass import plausible_mass
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.bench import PERTURBATIONS, Bench, CacheDir, Change
from diffh2o_ros.simulation.planning import Planner, choose
from diffh2o_ros.simulation.scene import Physics
from diffh2o_ros.simulation.verdict import judged


@dataclass(frozen=True)
class SimulationOptions:
    """What trajectories are simulated with.

    Attributes:
        mass: of the object, kg; by its volume where None.
        friction: sliding, of everything.
        seed: of what grasps start from.
        cache_dir: folder that keeps objects' convex parts between processes.
        faithful: plan only grasps that are as near to the human ones as can be.
    """

    mass: float | None = None
    friction: float = 0.9
    seed: int = 0
    cache_dir: CacheDir = None
    faithful: bool = False

    def physics(self, mesh: Mesh) -> Physics:
        """Of a scene with an object."""
        return Physics(mass=self.mass or plausible_mass(mesh), friction=self.friction)


def robot_motion(
    motion: Interaction,
    robots: Mapping[str, RobotHand],
    options: SimulationOptions | None = None,
    check: Callable[[], None] = lambda: None,
) -> RobotTrajectory:
    """Plans robot hands, chooses by one simulation and scores by another, which chose nothing.

    Args:
        robots: by side, one for each hand that acts.
        check: called now and then; what it raises ends the work.

    Raises:
        RobotHandError: a hand has no robot, or one of the other side, or never holds the object.
    """
    return best_robot_motion([motion], robots, options, check)[1]


def best_robot_motion(
    motions: Iterable[Interaction],
    robots: Mapping[str, RobotHand],
    options: SimulationOptions | None = None,
    check: Callable[[], None] = lambda: None,
) -> tuple[Interaction, RobotTrajectory]:
    """The first of several motions that robot hands do in simulation, and how; see `robot_motion`.

    Args:
        motions: with the same object, that would do equally well. They are asked for one by one,
            the second only once the first plan for the first fails.
    """
    options = options or SimulationOptions()
    tried: list[Interaction] = []

    def planners() -> Iterator[Planner]:
        for motion in motions:
            try:
                rng = np.random.default_rng(options.seed)
                planner = Planner(motion, robots, rng, check, options.faithful)
            except RobotHandError:
                if not tried:
                    raise
                continue  # another one acts with a hand that has no robot
            tried.append(motion)
            yield planner

    motions = iter(motions)
    first = next(motions)
    motions = itertools.chain([first], motions)
    mesh = Mesh(first.object_vertices, first.object_faces)
    physics = options.physics(mesh)
    chosen = choose(planners(), Bench.choosing(mesh, physics, options.cache_dir))
    planned = chosen.trajectory
    planned.settings |= {"trials": chosen.trials, "first_plan_holds": chosen.first}
    planned.settings |= {"seed": options.seed, "motion": chosen.planner}
    done = simulated(planned, robots, options, perturbed=True, check=check)
    return tried[chosen.planner], done


def simulated(
    trajectory: RobotTrajectory,
    robots: Mapping[str, RobotHand],
    options: SimulationOptions | None = None,
    change: Change | None = None,
    perturbed: bool = False,
    check: Callable[[], None] = lambda: None,
) -> RobotTrajectory:
    """A trajectory with what the simulation that scores says of it.

    Args:
        change: that it does not know of.
        perturbed: also under each of the `PERTURBATIONS`, for its robustness.
    """
    options = options or SimulationOptions()
    mesh = Mesh(trajectory.object_vertices, trajectory.object_faces)
    physics = options.physics(mesh)
    bench = Bench.scoring(mesh, physics, options.cache_dir)
    outcome = bench.run(trajectory, robots, change)
    verdict = judged(outcome, trajectory)
    settings = dict(trajectory.settings) | {"mass": physics.mass, "friction": physics.friction}
    settings.pop("failure", None)
    if verdict.reason:
        settings["failure"] = verdict.reason
    robustness = None
    if perturbed:
        held = {}
        for one in PERTURBATIONS:
            check()
            held[one.name] = judged(bench.run(trajectory, robots, one), trajectory).success
        settings["perturbations"] = held
        robustness = float(np.mean(list(held.values())))
    hands = {
        side: dataclasses.replace(
            hand,
            simulated_positions=outcome.positions[side],
            simulated_base_pose=outcome.base_pose[side],
        )
        for side, hand in trajectory.hands.items()
    }
    return dataclasses.replace(
        trajectory,
        hands=hands,
        simulated_object_pose=outcome.object_pose,
        success=verdict.success,
        position_error=verdict.position_error,
        rotation_error=verdict.rotation_error,
        robustness=robustness,
        settings=settings,
    )
