"""Whether human hands hold the object in simulation: as the built-in robot hand, which has their
skeleton."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.retargeting.robots import BUILT_IN, load_robot
from diffh2o_ros.simulation.bench import CacheDir
from diffh2o_ros.simulation.robot_motion import SimulationOptions
from diffh2o_ros.simulation.with_robots import tried_by_robots
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.threads import OnProgress
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode

HELD, ROBUSTNESS = "held_in_simulation", "robustness"


def verified(
    synthesize: Callable[..., Result],
    request: RequestOptions,
    alternatives: int,
    cache_dir: CacheDir = None,
    on_progress: OnProgress | None = None,
) -> Result:
    """What a request gives, with motions whose hands hold the object as far as there are any.

    Args:
        synthesize: `Synthesizer.synthesize` with all but the options.
        alternatives: see `tried_by_robots`.
        on_progress: called with ("simulation", motion, motions); what it raises ends the work.

    Returns:
        Each motion's quality has HELD, 1.0 or 0.0, and ROBUSTNESS; a warning says of which motion
        the object is not held.
    """

    def check(number: int) -> None:
        if on_progress is not None:
            on_progress("simulation", number, request.num_samples)

    result, tried = tried_by_robots(
        lambda options: synthesize(**vars(options)),
        replace(request, verify=False),
        {side: load_robot(BUILT_IN, side) for side in SIDES},
        SimulationOptions(cache_dir=cache_dir, faithful=True),
        alternatives,
        check,
    )
    motions, warnings = [], []
    for number, one in enumerate(tried):
        robust = 0.0 if one.trajectory is None else one.trajectory.robustness
        quality = one.motion.quality | {HELD: float(not one.failure), ROBUSTNESS: robust}
        motions.append(replace(one.motion, quality=quality))
        if one.failure:
            said = f"the object is not held in simulation: {one.failure}"
            warnings.append(ResultWarning(WarningCode.NOT_HELD, said, (number,)))
    return replace(result, interactions=tuple(motions)).warned(warnings)
