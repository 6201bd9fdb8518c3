"""From human hands to plans of robot hands that hold in simulation: tried one after the other, from
what is nearest to the human grasp to what is firmest, until one does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.grasp_terms import Tolerances
from diffh2o_ros.retargeting.grasping import RobotGrasp, grasps
from diffh2o_ros.retargeting.holds import hold_span
from diffh2o_ros.retargeting.human_grasp import HumanGrasp, surface_of
from diffh2o_ros.retargeting.path import HandPath
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.squeeze import squeeze
from diffh2o_ros.simulation.convex_parts import Decomposition, convex_parts
from diffh2o_ros.simulation.execution import Executor, HandPlan, Outcome, execute
from diffh2o_ros.simulation.scene import Physics, Servo, scene
from diffh2o_ros.simulation.verdict import Verdict, judged

CacheDir = str | os.PathLike | None
#: Grasps that are tried, from faithful to firm, and how many minima of each.
LADDER = (
    Tolerances(),
    Tolerances(slide=0.005, balance=np.inf, palm=np.inf),
    Tolerances(slide=0.03, balance=0.07),
)
MINIMA, STARTS = 2, 4
FORCES = (5.0, 10.0)  #: newtons of a pad in the mean
#: Grasps nearer to one another than this are the same (norm of the displacement).
ALIKE = 0.2
#: What a plan that holds has to stand, too: friction; mass; where the object lies (meters).
PERTURBATIONS: tuple[tuple[str, float, float, tuple[float, float]], ...] = (
    ("friction .6", 0.6, 1.0, (0.0, 0.0)),
    ("twice the mass", 0.9, 2.0, (0.0, 0.0)),
    ("5 mm along x", 0.9, 1.0, (0.005, 0.0)),
    ("5 mm along -x", 0.9, 1.0, (-0.005, 0.0)),
    ("5 mm along y", 0.9, 1.0, (0.0, 0.005)),
    ("5 mm along -y", 0.9, 1.0, (0.0, -0.005)),
)
#: Those by which a plan is chosen; all of them score it.
CHOSEN_BY = (0, 2)


@dataclass(frozen=True)
class Bench:
    """What plans are carried out in: a model of the object, physics and an executor."""

    parts: Sequence[np.ndarray]
    physics: Physics
    executor: Executor

    @staticmethod
    def choosing(mesh: Mesh, physics: Physics, cache_dir: CacheDir = None) -> Bench:
        """The one that plans are chosen with."""
        return Bench(convex_parts(mesh, Decomposition(), cache_dir), physics, Executor())

    @staticmethod
    def scoring(mesh: Mesh, physics: Physics, cache_dir: CacheDir = None) -> Bench:
        """The one that plans are scored with, and that they never saw: half the time step, another
        decomposition, other servos."""
        own = replace(physics, timestep=physics.timestep / 2, servo=Servo(8.0, 0.4))
        finer = Decomposition(threshold=0.05, surface=40, seed=1)
        return Bench(convex_parts(mesh, finer, cache_dir), own, Executor(compliant=0.035))

    def run(
        self, motion: Interaction, plans: Sequence[HandPlan], perturbed: int | None = None
    ) -> tuple[Outcome, Verdict]:
        """An execution, under one of the `PERTURBATIONS` or none."""
        physics, start = self.physics, motion.object_pose[0].astype(float)
        planned = motion.object_pose.astype(float)
        if perturbed is not None:
            _, friction, heavier, (x, y) = PERTURBATIONS[perturbed]
            physics = replace(physics, friction=friction, mass=heavier * physics.mass)
            shift = np.eye(4)
            shift[:2, 3] = x, y
            start = shift @ start
            planned = planned.copy()
        hands = [plan.hand for plan in plans]
        table = float((motion.object_vertices @ planned[0, 2, :3]).min() + planned[0, 2, 3])
        model = scene(hands, self.parts, start, table, physics)
        outcome = execute(model, plans, motion.fps, self.executor)
        return outcome, judged(outcome, planned, plans)


@dataclass(frozen=True, eq=False)
class Chosen:
    """The plans that were chosen, of how many; `holds` where they do what they should in the
    simulation that chose them, `first` where the first did."""

    plans: tuple[HandPlan, ...]
    verdict: Verdict
    trials: int
    first: bool


@dataclass(frozen=True, eq=False)
class Planner:
    """Plans for robot hands, by side, that do what the human hands of an interaction do.

    Raises RobotHandError where a hand that acts has no robot, or none that can.
    """

    motion: Interaction
    robots: Mapping[str, RobotHand]
    rng: np.random.Generator
    check: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        for side in self.motion.hands:
            if side not in self.robots:
                raise RobotHandError(f"the motion's {side} hand acts: give a robot for it, too")

    def choose(self, bench: Bench) -> Chosen:
        """The first plan that holds, also perturbed; else the one that came nearest."""
        best, first = None, False
        for number, plans in enumerate(self.candidates(), 1):
            self.check()
            _, verdict = bench.run(self.motion, plans)
            cost = verdict.cost
            first = first or (number == 1 and verdict.success)
            if verdict.success:
                costs = [bench.run(self.motion, plans, k)[1].cost for k in CHOSEN_BY]
                cost = float(np.mean([cost, *costs]))
            if best is None or cost < best[0]:
                best = cost, plans, verdict
            if cost < 10.0 / (1 + len(CHOSEN_BY)):  # all of them are successes
                break
        if best is None:
            raise RobotHandError("there is no plan to try")
        return Chosen(best[1], best[2], number, first)

    def candidates(self) -> Iterator[tuple[HandPlan, ...]]:
        """Plans of all hands that act, one grasp after the other; each with the lightest force
        first, the firmer ones once all grasps were tried."""
        surface = surface_of(self.motion)
        paths = []
        for side in self.motion.hands:
            span = hold_span(self.motion, side, surface)
            human = HumanGrasp.of(self.motion, side, surface, span.start)
            paths.append(HandPath(self.robots[side], self.motion, human, span))
        tried = []
        for grasps_of_all in self._grasps(paths):
            moves = [path(grasp) for path, grasp in zip(paths, grasps_of_all, strict=True)]
            tried.append((grasps_of_all, moves))
            yield self._plans(paths, grasps_of_all, moves, FORCES[0])
        for force in FORCES[1:]:
            for grasps_of_all, moves in tried:
                yield self._plans(paths, grasps_of_all, moves, force)

    def _grasps(self, paths: Sequence[HandPath]) -> Iterator[tuple[RobotGrasp, ...]]:
        seen: list[tuple[RobotGrasp, ...]] = []
        for tolerances in LADDER:
            found = [
                grasps(path.hand, path.human, self.rng, STARTS, tolerances)[:MINIMA]
                for path in paths
            ]
            for number in range(MINIMA):
                chosen = tuple(of[min(number, len(of) - 1)] for of in found)
                if not any(self._alike(paths, chosen, other) for other in seen):
                    seen.append(chosen)
                    yield chosen

    @staticmethod
    def _alike(
        paths: Sequence[HandPath], one: Sequence[RobotGrasp], other: Sequence[RobotGrasp]
    ) -> bool:
        return all(
            np.linalg.norm(path.hand.displacement(a.configuration, b.configuration)) < ALIKE
            for path, a, b in zip(paths, one, other, strict=True)
        )

    @staticmethod
    def _plans(
        paths: Sequence[HandPath],
        chosen: Sequence[RobotGrasp],
        moves: Sequence[np.ndarray],
        force: float,
    ) -> tuple[HandPlan, ...]:
        return tuple(
            HandPlan(
                path.hand,
                move,
                path.span,
                squeeze(path.hand, path.human, grasp.configuration, force),
            )
            for path, grasp, move in zip(paths, chosen, moves, strict=True)
        )
