"""From the library's types to messages."""

from __future__ import annotations

import array

import numpy as np
from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Pose, Transform, Vector3
from std_msgs.msg import Header

from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import HandMotion, Interaction
from diffh2o_ros.msg import HandGrasp, HandTrajectory, ObjectTrajectory, RobotTrajectory
from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.nodes.flat_arrays import flat
from diffh2o_ros.nodes.mesh_messages import points
from diffh2o_ros.nodes.precision import check_reach
from diffh2o_ros.nodes.quaternions import quaternion_message, quaternion_messages


def grasp_message(grasp: Grasp) -> HandGrasp:
    """msg/HandGrasp of a target grasp."""
    if grasp.fingertips is not None:
        return HandGrasp(side=grasp.side, fingertips=flat("f", grasp.fingertips))
    return HandGrasp(
        side=grasp.side,
        global_orient=grasp.global_orient,
        transl=grasp.transl,
        wrist_only=grasp.wrist_only,
        hand_pose=flat("f", [] if grasp.hand_pose is None else grasp.hand_pose),
    )


def interaction_message(
    interaction: Interaction,
    header: Header,
    seed: int,
    sample: int,
    with_vertices: bool,
    robot: RobotTrajectory | None = None,
) -> InteractionMessage:
    """msg/Interaction; without vertices it is a tenth of the size. Raises FarError."""
    check_reach(*(hand.joints for hand in interaction.hands.values()))
    return InteractionMessage(
        header=header,
        task=interaction.text,
        seed=seed,
        sample=sample,
        fps=float(interaction.fps),
        num_frames=interaction.num_frames,
        grasp_frame=interaction.grasp_frame,
        hands=[
            _hand_trajectory(hand, header, interaction.fps, with_vertices)
            for hand in interaction.hands.values()
        ],
        object=_object_trajectory(interaction, header, with_vertices),
        robot=[] if robot is None else [robot],
        quality_names=list(interaction.quality),
        quality_values=flat("f", list(interaction.quality.values())),
        warnings=interaction.warnings,
        warning_codes=interaction.warning_codes,
    )


def _hand_trajectory(
    hand: HandMotion, header: Header, fps: float, with_vertices: bool
) -> HandTrajectory:
    message = HandTrajectory(
        header=header,
        side=hand.side,
        fps=float(fps),
        num_frames=hand.num_frames,
        time_from_start=_times(hand.num_frames, fps),
        global_orient=flat("f", hand.global_orient),
        transl=flat("f", hand.transl),
        wrist_poses=poses(hand.wrist_pose),
        hand_pose=flat("f", hand.hand_pose),
        betas=hand.betas,
        keypoints=flat("f", hand.joints),
    )
    if with_vertices:
        message.vertices = flat("f", hand.vertices)
        message.triangles = flat("I", hand.faces)
    return message


def _object_trajectory(
    interaction: Interaction, header: Header, with_vertices: bool
) -> ObjectTrajectory:
    message = ObjectTrajectory(
        header=header,
        fps=float(interaction.fps),
        time_from_start=_times(interaction.num_frames, interaction.fps),
        poses=poses(interaction.object_pose),
    )
    if with_vertices:
        message.vertices = flat("f", interaction.object_vertices)
        message.triangles = flat("I", interaction.object_faces)
    return message


def poses(matrices: np.ndarray) -> list[Pose]:
    """geometry_msgs/Pose of each matrix (T, 4, 4)."""
    orientations = quaternion_messages(matrices[:, :3, :3])
    return [
        Pose(position=position, orientation=orientation)
        for position, orientation in zip(points(matrices[:, :3, 3]), orientations, strict=True)
    ]


def transforms(matrices: np.ndarray) -> list[Transform]:
    """geometry_msgs/Transform of each matrix (T, 4, 4)."""
    rotations = quaternion_messages(matrices[:, :3, :3])
    return [
        Transform(translation=Vector3(x=x, y=y, z=z), rotation=rotation)
        for (x, y, z), rotation in zip(matrices[:, :3, 3].tolist(), rotations, strict=True)
    ]


def keypoint_poses(keypoints: np.ndarray, wrist: np.ndarray) -> list[Pose]:
    """geometry_msgs/Pose of the keypoints (21, 3), rotated as the wrist is, (4, 4)."""
    orientation = quaternion_message(wrist)
    return [Pose(position=point, orientation=orientation) for point in points(keypoints)]


def duration(seconds: float) -> Duration:
    """builtin_interfaces/Duration of a positive number of seconds."""
    whole, rest = divmod(round(seconds * 1e9), 10**9)
    return Duration(sec=whole, nanosec=rest)


def _times(frames: int, fps: float) -> array.array:
    return flat("d", np.arange(frames) / fps)
