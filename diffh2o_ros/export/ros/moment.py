"""What is where when a motion plays: of the human hands, and of robot hands that do it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.motion.interaction import Interaction

if TYPE_CHECKING:  # it needs MuJoCo
    from diffh2o_ros.retargeting.robot_playback import RobotPlayback

#: Frames per second of the playback of robots, which have no frames.
ROBOT_FPS = 30.0


@dataclass(frozen=True, eq=False)
class Moment:
    """A moment of a motion.

    Attributes:
        frame: of the human motion.
        row: of the robots' trajectory, None where there is none.
        object_pose: (4, 4) in the simulation, None where there is none.
        tf: by name: the frame of ours above it, None for the motion's, and its pose (4, 4) in that.
    """

    frame: int
    row: int | None
    object_pose: np.ndarray | None
    tf: dict[str, tuple[str | None, np.ndarray]]

    @staticmethod
    def of(
        interaction: Interaction, robot: RobotPlayback | None, frame: int, time: float
    ) -> Moment:
        """What is due in a frame of the playback, `time` s from its start; with robots, as they do
        it."""
        row, object_pose, tf = None, None, {}
        if robot is not None:
            row = robot.row(time)
            frame, object_pose = robot.interaction_frame(row), robot.object_pose(row)
            tf = robot.frames(row)
        tf["object"] = None, interaction.object_pose[frame] if object_pose is None else object_pose
        for side, hand in interaction.hands.items():
            tf[f"{side}_wrist"] = None, hand.wrist_pose[frame]
        return Moment(frame, row, object_pose, tf)


def length(interaction: Interaction, robot: RobotPlayback | None) -> tuple[int, float]:
    """Frames of the playback, and how many go into a second."""
    if robot is None:
        return interaction.num_frames, interaction.fps
    return math.ceil(robot.duration * ROBOT_FPS) + 1, ROBOT_FPS
