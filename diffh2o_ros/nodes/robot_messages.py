"""Robot trajectories as messages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from std_msgs.msg import Header
from trajectory_msgs.msg import (
    JointTrajectory,
    JointTrajectoryPoint,
    MultiDOFJointTrajectory,
    MultiDOFJointTrajectoryPoint,
)

from diffh2o_ros.msg import RobotHandTrajectory
from diffh2o_ros.msg import RobotTrajectory as RobotMessage
from diffh2o_ros.nodes.flat_arrays import flat
from diffh2o_ros.nodes.to_messages import duration, poses, transforms
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory


def robot_message(
    trajectory: RobotTrajectory,
    robots: Mapping[str, RobotHand],
    header: Header,
    to_result: np.ndarray | None,
) -> RobotMessage:
    """msg/RobotTrajectory of what was simulated.

    Args:
        to_result: (4, 4), takes points of the trajectory's frame to the header's;
            None for the same.
    """
    to_result = np.eye(4) if to_result is None else to_result
    return RobotMessage(
        header=header,
        hands=[
            _hand(motion, robots[side], side, trajectory, header, to_result)
            for side, motion in trajectory.hands.items()
        ],
        time_from_start=flat("d", trajectory.times),
        interaction_frames=flat("I", trajectory.interaction_frames),
        simulated_object_poses=poses(to_result @ trajectory.simulated_object_pose.astype(float)),
        success=trajectory.success,
        failure=str(trajectory.settings.get("failure", "")),
        position_error=trajectory.position_error,
        rotation_error=trajectory.rotation_error,
        robustness=trajectory.robustness,
    )


def _hand(
    motion: RobotHandMotion,
    robot: RobotHand,
    side: str,
    trajectory: RobotTrajectory,
    header: Header,
    to_result: np.ndarray,
) -> RobotHandTrajectory:
    due = [duration(time) for time in trajectory.times]
    free = robot.coupling.free
    commands = motion.commands[:, free].tolist()
    wrists = transforms(to_result @ motion.base_command.astype(float))
    return RobotHandTrajectory(
        header=header,
        side=side,
        robot=motion.robot,
        joint_trajectory=JointTrajectory(
            header=header,
            joint_names=[motion.joint_names[joint] for joint in free],
            points=[
                JointTrajectoryPoint(positions=row, time_from_start=time)
                for row, time in zip(commands, due, strict=True)
            ],
        ),
        wrist_trajectory=MultiDOFJointTrajectory(
            header=header,
            joint_names=[robot.root],
            points=[
                MultiDOFJointTrajectoryPoint(transforms=[wrist], time_from_start=time)
                for wrist, time in zip(wrists, due, strict=True)
            ],
        ),
        stiffness=float(trajectory.settings["stiffness"]),
        hold_start=motion.hold[0],
        hold_stop=motion.hold[1],
    )
