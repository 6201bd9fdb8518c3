"""The node's robot hands, and how they do what the human hands of a result do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.link_chain import ChainLink, links_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.robots import load_robot
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.robot_motion import SimulationOptions, robot_motion
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode


@dataclass(frozen=True)
class Robots:
    """hands: by side. cache_dir: folder that keeps objects' convex parts, None for none."""

    hands: Mapping[str, RobotHand]
    cache_dir: str | None = None

    @staticmethod
    def load(settings: Settings) -> Robots:
        """Those that the parameters name. Raises RobotHandError."""
        names = {side: getattr(settings, f"robot_{side}") for side in SIDES}
        hands = {side: load_robot(name, side) for side, name in names.items() if name}
        return Robots(hands, settings.cache_dir or None)

    @cached_property
    def links(self) -> dict[str, list[ChainLink]]:
        """Of each hand, by side."""
        return {side: links_of(hand) for side, hand in self.hands.items()}

    def motions(
        self, result: Result, seed: int, check: Callable[[int], None]
    ) -> tuple[list[RobotTrajectory | None], list[ResultWarning]]:
        """Of each interaction, None where robots cannot do it; and what to warn of.

        Args:
            check: called now and then with the interaction's number; what it raises ends the work.
        """
        found: list[RobotTrajectory | None] = []
        warnings = []
        options = SimulationOptions(seed=seed, cache_dir=self.cache_dir)
        for number, interaction in enumerate(result):
            motion, failure = None, None
            try:
                motion = robot_motion(
                    interaction, self.hands, options, lambda number=number: check(number)
                )
                if not motion.success:
                    failure = motion.settings.get("failure", "the object is not where it should be")
                    failure = f"the robot does not do it in simulation: {failure}"
            except RobotHandError as error:
                failure = f"the robot cannot do it: {error}"
            if failure is not None:
                warnings.append(ResultWarning(WarningCode.ROBOT_FAILED, failure, (number,)))
            found.append(motion)
        return found, warnings
