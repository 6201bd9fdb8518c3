"""Between messages and the library's types. Lengths and numbers are checked here, in code."""

from __future__ import annotations

import array
from collections.abc import Iterable

import numpy as np
from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Pose, Transform
from scipy.spatial.transform import Rotation
from shape_msgs.msg import Mesh as MeshMessage
from std_msgs.msg import Header

from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.interaction import HandMotion, Interaction
from diffh2o_ros.msg import HandGrasp, HandTrajectory, ObjectTrajectory
from diffh2o_ros.msg import Interaction as InteractionMessage
from diffh2o_ros.nodes.array_meshes import ArrayMesh
from diffh2o_ros.nodes.mesh_messages import mesh_message as mesh_message
from diffh2o_ros.nodes.mesh_messages import points as points
from diffh2o_ros.nodes.quaternions import (
    quaternion_message,
    quaternion_messages,
    rotation_matrices,
    rotation_matrix,
)

#: Meters from the origin within which float32 holds positions to .03 mm.
FARTHEST = 500.0


class FarError(MeshError):
    """Something lies too far from its frame's origin for messages to say where."""


# --- in ------------------------------------------------------------------------------------------


def mesh_arrays(message: MeshMessage | ArrayMesh) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3) float64 and faces (F, 3) int64, as they are: `check_mesh` judges them."""
    if isinstance(message, ArrayMesh):
        return message.vertices, message.triangles.astype(np.int64)
    vertices = np.array([(p.x, p.y, p.z) for p in message.vertices], dtype=np.float64)
    faces = np.array([t.vertex_indices for t in message.triangles], dtype=np.int64)
    return vertices.reshape(-1, 3), faces.reshape(-1, 3)


def grasp_from_message(message: HandGrasp) -> Grasp:
    """Raises GraspError for anything but a whole hand, a wrist alone or fingertips alone."""
    if len(message.fingertips):
        try:
            tips = _rows(message.fingertips, np.float32, "fingertips", 3)
        except ValueError as error:
            raise GraspError(f"grasp {error}") from error
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
    place, turn = (
        (pose.position, pose.orientation)
        if isinstance(pose, Pose)
        else (pose.translation, pose.rotation)
    )
    rotation = rotation_matrix(turn)
    if rotation is None:
        raise error(f"the orientation of {what} must be a unit quaternion")
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    matrix[:3, 3] = place.x, place.y, place.z
    if not np.isfinite(matrix).all():
        raise error(f"the position of {what} holds NaN or infinite numbers")
    return matrix


def grasp_of_wrist(wrist: np.ndarray, side: str) -> Grasp:
    """A wrist-only grasp from where the wrist is (rest joint 0) and how the hand is turned."""
    return Grasp(
        side=side,
        global_orient=Rotation.from_matrix(wrist[:3, :3]).as_rotvec(),
        transl=wrist[:3, 3] - rest_joints(side)[0].numpy(),
    )


def interaction_from_message(message: InteractionMessage) -> Interaction:
    """The library's Interaction of a message that holds vertices. Raises ValueError without."""
    hands = {hand.side: _hand_motion(hand) for hand in message.hands}
    return Interaction(
        fps=message.fps,
        text=message.task,
        grasp_frame=message.grasp_frame,
        hands=hands,
        object_pose=_matrices(message.object.poses),
        object_vertices=_rows(message.object.vertices, np.float32, "object vertices", 3),
        object_faces=_rows(message.object.triangles, np.int64, "object triangles", 3),
        quality=dict(zip(message.quality_names, message.quality_values, strict=True)),
        warnings=list(message.warnings),
        warning_codes=list(message.warning_codes),
    )


def _hand_motion(message: HandTrajectory) -> HandMotion:
    frames = message.num_frames
    return HandMotion(
        side=message.side,
        global_orient=_rows(message.global_orient, np.float32, "global_orient", 3),
        transl=_rows(message.transl, np.float32, "transl", 3),
        hand_pose=_rows(message.hand_pose, np.float32, "hand_pose", 45),
        betas=np.array(message.betas, dtype=np.float32),
        joints=_rows(message.keypoints, np.float32, "keypoints", 63).reshape(-1, 21, 3),
        vertices=_rows(message.vertices, np.float32, "vertices", 3).reshape(frames, -1, 3),
        faces=_rows(message.triangles, np.int64, "triangles", 3),
    )


def _rows(values: array.array, dtype: type, name: str, width: int) -> np.ndarray:
    """A flat array field as rows (n, width)."""
    if len(values) == 0 or len(values) % width:
        raise ValueError(f"{name} must hold rows of {width} numbers, not {len(values)} in all")
    return np.asarray(values).astype(dtype).reshape(-1, width)


def _matrices(poses: Iterable[Pose]) -> np.ndarray:
    """Poses as (T, 4, 4)."""
    places = [(p.position.x, p.position.y, p.position.z) for p in poses]
    matrices = np.tile(np.eye(4), (len(places), 1, 1))
    matrices[:, :3, 3] = places
    matrices[:, :3, :3] = rotation_matrices([p.orientation for p in poses])
    return matrices


# --- out -----------------------------------------------------------------------------------------


def grasp_message(grasp: Grasp) -> HandGrasp:
    """msg/HandGrasp of a target grasp."""
    if grasp.fingertips is not None:
        return HandGrasp(side=grasp.side, fingertips=_flat("f", grasp.fingertips))
    return HandGrasp(
        side=grasp.side,
        global_orient=grasp.global_orient,
        transl=grasp.transl,
        wrist_only=grasp.wrist_only,
        hand_pose=_flat("f", [] if grasp.hand_pose is None else grasp.hand_pose),
    )


def interaction_message(
    interaction: Interaction, header: Header, seed: int, sample: int, with_vertices: bool
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
        quality_names=list(interaction.quality),
        quality_values=_flat("f", list(interaction.quality.values())),
        warnings=interaction.warnings,
        warning_codes=interaction.warning_codes,
    )


def check_reach(*positions: np.ndarray) -> None:
    """Raises FarError where positions (..., 3) are too far from their frame's origin for the
    float32 fields of messages to hold them to a twentieth of a millimeter."""
    farthest = max(float(np.abs(p).max()) for p in positions)
    if FARTHEST < farthest < np.inf:
        raise FarError(
            f"the object lies {farthest:.4g} m from the origin of its frame, too far for messages "
            f"in single precision: give it in a frame within {FARTHEST:g} m, or about its own "
            "center and place it by a pose"
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
        global_orient=_flat("f", hand.global_orient),
        transl=_flat("f", hand.transl),
        wrist_poses=poses(hand.wrist_pose),
        hand_pose=_flat("f", hand.hand_pose),
        betas=hand.betas,
        keypoints=_flat("f", hand.joints),
    )
    if with_vertices:
        message.vertices = _flat("f", hand.vertices)
        message.triangles = _flat("I", hand.faces)
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
        message.vertices = _flat("f", interaction.object_vertices)
        message.triangles = _flat("I", interaction.object_faces)
    return message


def poses(matrices: np.ndarray) -> list[Pose]:
    """geometry_msgs/Pose of each matrix (T, 4, 4)."""
    turns = quaternion_messages(matrices[:, :3, :3])
    return [
        Pose(position=place, orientation=turn)
        for place, turn in zip(points(matrices[:, :3, 3]), turns, strict=True)
    ]


def keypoint_poses(keypoints: np.ndarray, wrist: np.ndarray) -> list[Pose]:
    """geometry_msgs/Pose of the keypoints (21, 3), turned as the wrist is, (4, 4)."""
    turn = quaternion_message(wrist)
    return [Pose(position=place, orientation=turn) for place in points(keypoints)]


def duration(seconds: float) -> Duration:
    """builtin_interfaces/Duration of a positive number of seconds."""
    whole, rest = divmod(round(seconds * 1e9), 10**9)
    return Duration(sec=whole, nanosec=rest)


def _times(frames: int, fps: float) -> array.array:
    return _flat("d", np.arange(frames) / fps)


def _flat(kind: str, values: np.ndarray | list[float]) -> array.array:
    """A flat array field: float32[] is "f", uint32[] is "I". Bytes are copied, not numbers."""
    return array.array(kind, np.ascontiguousarray(values, dtype=kind).tobytes())
