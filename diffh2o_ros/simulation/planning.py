"""From human hands to plans of robot hands that hold in simulation: tried one after the other, from
what is nearest to the human grasp to what is firmest, until one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from diffh2o_ros.geometry.mass import GRAVITY
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.grasp_terms import Tolerances
from diffh2o_ros.retargeting.grasping import RobotGrasp, grasps
from diffh2o_ros.retargeting.holds import hold_span
from diffh2o_ros.retargeting.human_grasp import HumanGrasp, surface_of
from diffh2o_ros.retargeting.path import HandPath
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.squeeze import RobotGrip, squeeze
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.bench import PERTURBATIONS, Bench
from diffh2o_ros.simulation.plan import HandPlan, trajectory
from diffh2o_ros.simulation.verdict import FAILURE, SimulationVerdict, judged

#: Grasps that are tried, from faithful to firm, and how many minima of each.
LADDER = (
    Tolerances(),
    Tolerances(slide=0.005, balance=np.inf, palm=np.inf),
    Tolerances(slide=0.03, balance=0.07),
)
MINIMA, STARTS = 2, 4
#: Of a pad in the mean: newtons at least, the object's weights else; first once, then twice.
LEAST_FORCE, WEIGHTS = 5.0, 0.7
#: Plans that are tried at most, of one motion or of several.
MOST_TRIALS = 20
#: Grasps nearer to one another than this are the same (norm of the displacement).
ALIKE = 0.2
#: The changes by which a trajectory that holds is chosen.
CHOSEN_BY = (PERTURBATIONS[0], PERTURBATIONS[2])


@dataclass(frozen=True, eq=False)
class Chosen:
    """The trajectory that was chosen, how it did in the simulation that chose it, of how many,
    whether the first of them did what it should, and the number of its planner."""

    trajectory: RobotTrajectory
    verdict: SimulationVerdict
    trials: int
    first: bool
    planner: int


@dataclass(frozen=True, eq=False)
class Planner:
    """Plans for robot hands, by side, that do what the human hands of an interaction do.

    `faithful`: with grasps as near to the human ones as can be alone.

    Raises RobotHandError where a hand that acts has no robot, or none that can.
    """

    motion: Interaction
    robots: Mapping[str, RobotHand]
    rng: np.random.Generator
    check: Callable[[], None] = field(default=lambda: None)
    faithful: bool = False

    def __post_init__(self) -> None:
        for side in self.motion.hands:
            if side not in self.robots:
                raise RobotHandError(f"the motion's {side} hand acts: give a robot for it, too")

    def candidates(self, force: float) -> Iterator[tuple[HandPlan, ...]]:
        """Plans of all hands that act, one grasp after the other, then the same pressing twice as
        firmly.

        Args:
            force: of a pad in the mean, newtons.
        """
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
            yield self._plans(paths, grasps_of_all, moves, force)
        for grasps_of_all, moves in tried:
            yield self._plans(paths, grasps_of_all, moves, 2 * force)

    def _grasps(self, paths: Sequence[HandPath]) -> Iterator[tuple[RobotGrasp, ...]]:
        seen: list[tuple[RobotGrasp, ...]] = []
        for tolerances in LADDER[:1] if self.faithful else LADDER:
            if len(paths) > 1 and _together(paths):
                tolerances = replace(tolerances, balance=np.inf)  # neither balances alone
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
        grips = [
            RobotGrip(path.hand, path.human, grasp.configuration)
            for path, grasp in zip(paths, chosen, strict=True)
        ]
        parts = [grips] if _together(paths) else [[grip] for grip in grips]
        torques = [torque for part in parts for torque in squeeze(part, force)]
        return tuple(
            HandPlan(path.hand, move, path.span, torque)
            for path, move, torque in zip(paths, moves, torques, strict=True)
        )


def choose(planners: Iterable[Planner], bench: Bench) -> Chosen:
    """The first trajectory that does what it should, also perturbed; else the one that came
    nearest.

    Args:
        planners: of motions that would do equally well: the first plan of each is tried before the
            second of any. They are asked for one by one, as far as needed.

    Raises:
        RobotHandError: none of them has a plan; of the first.
    """
    best, first, number = None, False, 0
    in_turn = islice(_in_turn(planners, bench), MOST_TRIALS)
    for number, (planner, motion, plans) in enumerate(in_turn, 1):
        tried = trajectory(motion.motion, plans, bench.physics.servo)
        verdict = judged(bench.run(tried, motion.robots), tried)
        costs = [verdict.cost]
        first = first or (number == 1 and verdict.success)
        if verdict.success:
            for change in CHOSEN_BY:
                costs.append(judged(bench.run(tried, motion.robots, change), tried).cost)
        cost = float(np.mean(costs))
        if best is None or cost < best[0]:
            best = cost, tried, verdict, planner
        if max(costs) < FAILURE:
            break
    _, found, verdict, planner = best
    return Chosen(found, verdict, number, first, planner)


def _in_turn(
    planners: Iterable[Planner], bench: Bench
) -> Iterator[tuple[int, Planner, tuple[HandPlan, ...]]]:
    """The first plan of each planner, then the second of each, with the planner and its number."""
    force = max(LEAST_FORCE, WEIGHTS * GRAVITY * bench.physics.mass)
    failures: list[RobotHandError] = []
    going: list[tuple[int, Planner, Iterator[tuple[HandPlan, ...]]]] = []
    for number, planner in enumerate(planners):
        planner.check()
        plans = planner.candidates(force)
        try:
            plan = next(plans, None)
        except RobotHandError as error:
            failures.append(error)
            continue
        if plan is not None:
            going.append((number, planner, plans))
            yield number, planner, plan
    if not going:
        raise failures[0] if failures else RobotHandError("the robot has no grasp for this motion")
    while going:
        for one in list(going):
            one[1].check()
            plan = next(one[2], None)
            if plan is None:
                going.remove(one)
            else:
                yield one[0], one[1], plan


def _together(paths: Sequence[HandPath]) -> bool:
    """Whether all hands begin to hold at once, and so hold the object between them; one that gives
    it to another holds it alone, too."""
    return len({path.span.start for path in paths}) == 1
