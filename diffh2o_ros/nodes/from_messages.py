"""From messages to the library's types. Lengths and numbers are checked here, in code: without
ROS_PYTHON_CHECK_FIELDS rclpy does not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from geometry_msgs.msg import Pose, Transform
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.interaction import HandMotion, Interaction
from diffh2o_ros.msg import HandGrasp, HandTrajectory
from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.nodes.flat_arrays import rows
from diffh2o_ros.nodes.quaternions import rotation_matrices, rotation_matrix


def grasp_from_message(message: HandGrasp) -> Grasp:
    """Raises GraspError for anything but a whole hand, a wrist alone or fingertips alone."""
    if len(message.fingertips):
        tips = rows(message.fingertips, 3, "grasp fingertips", GraspError)
        return Grasp(side=message.side, fingertips=tips)
    if message.wrist_only and len(message.hand_pose):
        raise GraspError(
            "a wrist_only grasp must leave hand_pose empty: clear wrist_only to use hand_pose"
        )
    return Grasp(
        side=message.side,
        global_orient=np.array(message.global_orient, dtype=np.float32),
        transl=np.array(message.transl, dtype=np.float32),
        hand_pose=None if message.wrist_only else np.array(message.hand_pose, dtype=np.float32),
    )


def pose_matrix(
    pose: Pose | Transform, what: str = "the grasp pose", error: type[ValueError] = GraspError
) -> np.ndarray:
    """(4, 4) of a pose or a transform. Raises `error`, saying `what`, for what is no rigid one."""
    position, orientation = (
        (pose.position, pose.orientation)
        if isinstance(pose, Pose)
        else (pose.translation, pose.rotation)
    )
    rotation = rotation_matrix(orientation)
    if rotation is None:
        raise error(f"the orientation of {what} must be a unit quaternion")
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    matrix[:3, 3] = position.x, position.y, position.z
    if not np.isfinite(matrix).all():
        raise error(f"the position of {what} holds NaN or infinite numbers")
    return matrix


def grasp_of_wrist(wrist: np.ndarray, side: str) -> Grasp:
    """A wrist-only grasp from where the wrist is (rest joint 0) and how the hand is rotated."""
    return Grasp(
        side=side,
        global_orient=Rotation.from_matrix(wrist[:3, :3]).as_rotvec(),
        transl=wrist[:3, 3] - rest_joints(side)[0].numpy(),
    )


def interaction_from_message(message: InteractionMessage) -> Interaction:
    """The library's Interaction of a message that holds vertices. Raises ValueError without."""
    if not message.object.vertices:
        raise ValueError("the message holds no vertices: ask for them, with_vertices")
    hands = {hand.side: _hand_motion(hand) for hand in message.hands}
    return Interaction(
        fps=message.fps,
        text=message.task,
        grasp_frame=message.grasp_frame,
        hands=hands,
        object_pose=pose_matrices(message.object.poses),
        object_vertices=rows(message.object.vertices, 3, "object vertices"),
        object_faces=rows(message.object.triangles, 3, "object triangles"),
        quality=dict(zip(message.quality_names, message.quality_values, strict=True)),
        warnings=list(message.warnings),
        warning_codes=list(message.warning_codes),
    )


def _hand_motion(message: HandTrajectory) -> HandMotion:
    frames = message.num_frames
    return HandMotion(
        side=message.side,
        global_orient=rows(message.global_orient, 3, "global_orient"),
        transl=rows(message.transl, 3, "transl"),
        hand_pose=rows(message.hand_pose, 45, "hand_pose"),
        betas=np.array(message.betas, dtype=np.float32),
        joints=rows(message.keypoints, 63, "keypoints").reshape(-1, 21, 3),
        vertices=rows(message.vertices, 3, "vertices").reshape(frames, -1, 3),
        faces=rows(message.triangles, 3, "triangles"),
    )


def pose_matrices(poses: Iterable[Pose]) -> np.ndarray:
    """Poses as (T, 4, 4)."""
    positions = [(p.position.x, p.position.y, p.position.z) for p in poses]
    matrices = np.tile(np.eye(4), (len(positions), 1, 1))
    matrices[:, :3, 3] = positions
    matrices[:, :3, :3] = rotation_matrices([p.orientation for p in poses])
    return matrices
