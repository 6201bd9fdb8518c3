"""What is exported: a human motion, and the robot motion made of it where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.trajectory import RobotTrajectory


class ExportError(Diffh2oError):
    """What cannot be exported, or not in this format. The message is one line."""


@dataclass(frozen=True)
class Episode:
    """One motion to export.

    Attributes:
        interaction: how human hands do it.
        robot: how robot hands do it, with times of its own; None where nobody retargeted.
        name: of the file it came from, to be shown.
        target: the grasp that was asked for, in the object's frame, for formats that show it.
    """

    interaction: Interaction
    robot: RobotTrajectory | None = None
    name: str = ""
    target: Grasp | None = None


def load_episodes(
    interactions: Sequence[str | Path],
    robots: Sequence[str | Path] = (),
    target: Grasp | None = None,
    mano_dir: str | Path | None = None,
) -> list[Episode]:
    """Episodes of interaction files, and of the robot trajectory files made of them.

    Args:
        robots: none, or one an interaction, in their order.
        target: the grasp that was asked for of all of them.
        mano_dir: folder of MANO's files, which slim files of MANO hands need.

    Raises:
        ExportError: numbers of files that differ, or a robot trajectory with another object.
        InteractionFileError, TrajectoryFileError: a file that is none.
    """
    if robots and len(robots) != len(interactions):
        raise ExportError(
            f"{len(robots)} robot trajectories for {len(interactions)} interactions: give one each"
        )
    found = []
    for index, path in enumerate(interactions):
        interaction, robot = Interaction.load(path, mano_dir), None
        if robots:
            robot = RobotTrajectory.load(robots[index])
            if not np.array_equal(robot.object_faces, interaction.object_faces):
                raise ExportError(
                    f"{shown(robots[index])} moves another object than {shown(path)}: give the "
                    "robot trajectory that was made of it"
                )
        found.append(Episode(interaction, robot, Path(path).stem, target))
    return found
