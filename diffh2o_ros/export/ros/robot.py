"""Robot trajectories as messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.export.ros.messages import Message, Messages
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory

if TYPE_CHECKING:  # they need MuJoCo
    from diffh2o_ros.retargeting.robot_hand import RobotHand
    from diffh2o_ros.retargeting.robot_playback import RobotPlayback


def robot_message(
    messages: Messages,
    trajectory: RobotTrajectory,
    robots: Mapping[str, RobotHand],
    header: Message,
    to_result: np.ndarray | None,
) -> Message:
    """msg/RobotTrajectory of what was simulated.

    Args:
        to_result: (4, 4), takes points of the trajectory's frame to the header's;
            None for the same.
    """
    to_result = np.eye(4) if to_result is None else to_result
    flat, simulated = messages.types.flat, trajectory.simulated_object_pose.astype(float)
    return messages.types.RobotTrajectory(
        header=header,
        hands=[
            _hand(messages, motion, robots[side], side, trajectory, header, to_result)
            for side, motion in trajectory.hands.items()
        ],
        time_from_start=flat("d", trajectory.times),
        interaction_frames=flat("I", trajectory.interaction_frames),
        simulated_object_poses=messages.poses(to_result @ simulated),
        success=trajectory.success,
        failure=str(trajectory.settings.get("failure", "")),
        position_error=trajectory.position_error,
        rotation_error=trajectory.rotation_error,
        robustness=trajectory.robustness,
    )


def joint_state(
    messages: Messages, playback: RobotPlayback, side: str, row: int, stamp: Message
) -> Message:
    """sensor_msgs/JointState of a hand, where its joints are in the simulation."""
    return messages.types.JointState(
        header=messages.types.Header(stamp=stamp),
        name=playback.trajectory.hands[side].joint_names,
        position=messages.types.flat("d", playback.positions(side, row)),
    )


def _hand(
    messages: Messages,
    motion: RobotHandMotion,
    robot: RobotHand,
    side: str,
    trajectory: RobotTrajectory,
    header: Message,
    to_result: np.ndarray,
) -> Message:
    types, flat = messages.types, messages.types.flat
    due = [messages.duration(time) for time in trajectory.times]
    free = robot.coupling.free
    wrists = messages.transforms(to_result @ motion.base_command.astype(float))
    return types.RobotHandTrajectory(
        header=header,
        side=side,
        robot=motion.robot,
        joint_trajectory=types.JointTrajectory(
            header=header,
            joint_names=[motion.joint_names[joint] for joint in free],
            points=[
                types.JointTrajectoryPoint(positions=flat("d", row), time_from_start=time)
                for row, time in zip(motion.commands[:, free], due, strict=True)
            ],
        ),
        wrist_trajectory=types.MultiDOFJointTrajectory(
            header=header,
            joint_names=[robot.root],
            points=[
                types.MultiDOFJointTrajectoryPoint(transforms=[wrist], time_from_start=time)
                for wrist, time in zip(wrists, due, strict=True)
            ],
        ),
        joint_names=motion.joint_names,
        positions=flat("f", motion.positions),
        simulated_positions=flat("f", motion.simulated_positions),
        simulated_wrist_poses=messages.poses(to_result @ motion.simulated_base_pose.astype(float)),
        stiffness=float(trajectory.settings["stiffness"]),
        hold_start=motion.hold[0],
        hold_stop=motion.hold[1],
    )
