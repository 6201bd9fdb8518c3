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

from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.msg import RobotHandTrajectory
from diffh2o_ros.msg import RobotTrajectory as RobotMessage
from diffh2o_ros.nodes.flat_arrays import flat, rows
from diffh2o_ros.nodes.from_messages import pose_matrices, pose_matrix
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


def robot_from_message(message: InteractionMessage) -> RobotTrajectory:
    """The library's RobotTrajectory of an interaction's message that holds one, and vertices.

    Raises ValueError without.
    """
    if not message.robot:
        raise ValueError("the message holds no robot's motion: warnings say why")
    if not message.object.vertices:
        raise ValueError("the message holds no vertices: ask for them, with_vertices")
    (robot,) = message.robot
    frames = np.array(robot.interaction_frames, int)
    vertices = rows(message.object.vertices, 3, "object vertices")
    planned = pose_matrices(message.object.poses)[frames]
    settings = {"task": message.task, "seed": message.seed}
    if robot.failure:
        settings["failure"] = robot.failure
    if robot.hands:
        settings["stiffness"] = robot.hands[0].stiffness
    return RobotTrajectory(
        np.array(robot.time_from_start),
        {hand.side: _motion(hand) for hand in robot.hands},
        planned,
        vertices,
        rows(message.object.triangles, 3, "object triangles"),
        float((vertices @ planned[0, 2, :3]).min() + planned[0, 2, 3]),
        pose_matrices(robot.simulated_object_poses),
        robot.success,
        robot.position_error,
        robot.rotation_error,
        robot.robustness,
        frames,
        settings,
    )


def _motion(message: RobotHandTrajectory) -> RobotHandMotion:
    """Joints that follow others have no commands: those are where they are planned to be."""
    names, count = list(message.joint_names), len(message.joint_names)
    positions = rows(message.positions, count, "positions")
    commands, joints = positions.copy(), message.joint_trajectory
    for column, name in enumerate(joints.joint_names):
        commands[:, names.index(name)] = [point.positions[column] for point in joints.points]
    wrists = [point.transforms[0] for point in message.wrist_trajectory.points]
    base = np.stack([pose_matrix(wrist, "a wrist", ValueError) for wrist in wrists])
    return RobotHandMotion(
        message.robot,
        names,
        positions,
        commands,
        base,
        base,
        (message.hold_start, message.hold_stop),
        rows(message.simulated_positions, count, "simulated_positions"),
        pose_matrices(message.simulated_wrist_poses),
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
        joint_names=motion.joint_names,
        positions=flat("f", motion.positions),
        simulated_positions=flat("f", motion.simulated_positions),
        simulated_wrist_poses=poses(to_result @ motion.simulated_base_pose.astype(float)),
        stiffness=float(trajectory.settings["stiffness"]),
        hold_start=motion.hold[0],
        hold_stop=motion.hold[1],
    )
