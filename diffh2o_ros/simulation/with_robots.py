"""A synthesis with robot hands: of motions that would do equally well, one that they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.robot_motion import SimulationOptions, best_robot_motion
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode

#: Other grasps that are tried where the first plan for a motion fails.
ALTERNATIVES = 3


@dataclass(frozen=True)
class Tried:
    """A motion, how robots do it, None where they cannot, and why they do not, empty where they
    do."""

    motion: Interaction
    trajectory: RobotTrajectory | None
    failure: str


def with_robots(
    synthesize: Callable[[RequestOptions], Result],
    request: RequestOptions,
    robots: Mapping[str, RobotHand],
    options: SimulationOptions,
    alternatives: int = ALTERNATIVES,
    check: Callable[[int], None] = lambda sample: None,
) -> tuple[Result, list[RobotTrajectory | None]]:
    """What a request gives, and how robots do each of its motions, None where they cannot.

    A motion for which the first plan of the robots fails may give way to one with another grasp. A
    warning says of which motions robots cannot do, or do not in simulation. Arguments as of
    `tried_by_robots`.
    """
    result, tried = tried_by_robots(synthesize, request, robots, options, alternatives, check)
    warnings = []
    for number, one in enumerate(tried):
        if one.failure:
            verb = "cannot do it" if one.trajectory is None else "does not do it in simulation"
            said = f"the robot {verb}: {one.failure}"
            warnings.append(ResultWarning(WarningCode.ROBOT_FAILED, said, (number,)))
    return result.warned(warnings), [one.trajectory for one in tried]


def tried_by_robots(
    synthesize: Callable[[RequestOptions], Result],
    request: RequestOptions,
    robots: Mapping[str, RobotHand],
    options: SimulationOptions,
    alternatives: int,
    check: Callable[[int], None],
) -> tuple[Result, list[Tried]]:
    """What a request gives, its motions those that robots do as far as there are any.

    Args:
        synthesize: gives a result for a request, whose seed and number of samples are changed.
        robots: by side.
        options: of the simulation; the seed is the request's.
        alternatives: the most motions with other grasps that are tried instead of one; no more
            than grasps are tried at once.
        check: called now and then with the number of the motion; what it raises ends the work.
    """
    result = synthesize(request)
    found = []
    for number, first in enumerate(result):
        seeds = np.random.SeedSequence([request.seed, number]).generate_state(2, np.uint64)
        count = min(alternatives, ALTERNATIVES)
        again = None
        if count:
            seed = int(seeds[0] >> 1)
            again = replace(request, seed=seed, num_samples=count, ranked=True)
        own = replace(options, seed=int(seeds[1] >> 1))
        motions = _with_alternatives(first, synthesize, again)
        try:
            motion, trajectory = best_robot_motion(
                motions, robots, own, lambda number=number: check(number)
            )
        except RobotHandError as error:
            found.append(Tried(first, None, str(error)))
        else:
            found.append(Tried(motion, trajectory, trajectory.settings.get("failure", "")))
    return replace(result, interactions=tuple(one.motion for one in found)), found


def _with_alternatives(
    first: Interaction, synthesize: Callable[[RequestOptions], Result], again: RequestOptions | None
) -> Iterator[Interaction]:
    yield first
    if again is not None:
        yield from synthesize(again)
