"""A motion done by a robot hand, in simulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.installed import check_installed
from diffh2o_ros.studio.display import Take

if TYPE_CHECKING:
    from pathlib import Path

    from diffh2o_ros.retargeting.mapping import HandMapping
    from diffh2o_ros.retargeting.robot_hand import RobotHand

#: What a robot is called that was given by files.
GIVEN = "the one given"


@dataclass(frozen=True)
class RobotChoices:
    """The robot hands that visitors can choose from: those that have names, and one of files.

    files: one of either side, or one that is both. mappings: as of `retargeting.robots.available`.
    """

    files: Sequence[str] = ()
    mappings: Sequence[HandMapping] = ()

    @property
    def names(self) -> tuple[str, ...]:
        from diffh2o_ros.retargeting.robots import NAMES

        return (*([GIVEN] if self.files else []), *NAMES)

    def load(self, name: str) -> dict[str, RobotHand]:
        """The hands by side. Raises RobotHandError."""
        from diffh2o_ros.retargeting.robots import available

        if name == GIVEN:
            return available(self.files, self.mappings)
        return available([name])


def why_not() -> str | None:
    """What is missing for simulations, in a line."""
    try:
        check_installed("mujoco", "coacd")
    except RobotHandError as error:
        return str(error)
    return None


def simulated_episode(
    episode: Episode,
    robots: dict[str, RobotHand],
    seed: int,
    check: Callable[[], None],
    cache_dir: Path | None = None,
) -> tuple[Episode, Take]:
    """A motion with how the robot hands do it, and that to be shown: the object where simulation
    has it, and where it was planned.

    Args:
        check: called now and then; what it raises ends the work.

    Raises:
        RobotHandError: one line; the robots cannot do the motion.
    """
    from diffh2o_ros.simulation.drawing import FPS, drawable
    from diffh2o_ros.simulation.robot_motion import SimulationOptions, robot_motion

    options = SimulationOptions(seed=seed, cache_dir=cache_dir)
    trajectory = robot_motion(episode.interaction, robots, options, check)
    check()
    shown = drawable(trajectory, robots, episode.interaction.text)
    motion = shown.interaction
    times = np.arange(motion.num_frames) / FPS
    rows = np.searchsorted(trajectory.times, times, side="right") - 1
    take = Take(motion, colors=shown.hand_colors, planned=trajectory.object_pose[rows])
    return replace(episode, robot=trajectory), take
