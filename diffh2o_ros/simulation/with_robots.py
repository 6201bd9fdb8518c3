"""A synthesis with robot hands: of motions that would do equally well, one that they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

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


def with_robots(
    synthesize: Callable[[RequestOptions], Result],
    request: RequestOptions,
    robots: Mapping[str, RobotHand],
    options: SimulationOptions,
    check: Callable[[int], None] = lambda sample: None,
) -> tuple[Result, Sequence[RobotTrajectory | None]]:
    """What a request gives, and how robots do each of its motions.

    A motion for which the first plan of the robots fails may give way to one with another grasp. A
    warning says of which motions robots cannot do, or do not in simulation.

    Args:
        synthesize: gives a result for a request, whose seed and number of samples are changed.
        robots: by side.
        options: of the simulation; the seed is the request's.
        check: called now and then with the number of the motion; what it raises ends the work.

    Returns:
        The result, and a robot trajectory a motion, None where robots cannot do it.
    """
    result = synthesize(request)
    motions: list[Interaction] = []
    trajectories: list[RobotTrajectory | None] = []
    warnings = []
    for number, first in enumerate(result):
        seeds = np.random.SeedSequence([request.seed, number]).generate_state(2, np.uint64)
        again = replace(request, seed=int(seeds[0] >> 1), num_samples=ALTERNATIVES, ranked=True)
        own = replace(options, seed=int(seeds[1] >> 1))
        try:
            motion, trajectory = best_robot_motion(
                _with_alternatives(first, synthesize, again),
                robots,
                own,
                lambda number=number: check(number),
            )
        except RobotHandError as error:
            motion, trajectory, said = first, None, f"the robot cannot do it: {error}"
        else:
            said = trajectory.settings.get("failure", "")
            said = said and f"the robot does not do it in simulation: {said}"
        if said:
            warnings.append(ResultWarning(WarningCode.ROBOT_FAILED, said, (number,)))
        motions.append(motion)
        trajectories.append(trajectory)
    return replace(result, interactions=tuple(motions)).warned(warnings), trajectories


def _with_alternatives(
    first: Interaction, synthesize: Callable[[RequestOptions], Result], again: RequestOptions
) -> Iterator[Interaction]:
    yield first
    yield from synthesize(again)
