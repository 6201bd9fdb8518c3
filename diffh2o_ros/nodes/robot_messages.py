"""Robot trajectories from messages."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.msg import RobotHandTrajectory
from diffh2o_ros.nodes.flat_arrays import rows
from diffh2o_ros.nodes.from_messages import pose_matrices, pose_matrix
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory


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
