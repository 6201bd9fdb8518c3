"""tf, where tf2_ros is installed (it is not on PyPI): of what plays, and of target grasps."""

from __future__ import annotations

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Transform, TransformStamped, Vector3
from rclpy.node import Node
from rclpy.time import Time as RclpyTime
from scipy.spatial.transform import Rotation
from std_msgs.msg import Header

from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.conversions import pose_matrix, poses

try:
    from tf2_ros import Buffer, TransformBroadcaster, TransformException, TransformListener
except ImportError:
    Buffer = None


class Broadcaster:
    """Broadcasts NODE/object, NODE/left_wrist and NODE/right_wrist of one frame of a motion; NODE
    has the namespace before it, if there is one."""

    def __init__(self, node: Node) -> None:
        self.prefix = node.get_fully_qualified_name().lstrip("/")
        self._broadcaster = TransformBroadcaster(node) if Buffer else None

    @property
    def available(self) -> bool:
        """False where tf2_ros is missing; `send` then does nothing."""
        return self._broadcaster is not None

    def send(self, interaction: Interaction, index: int, frame_id: str, stamp: Time) -> None:
        """Broadcasts where everything is at frame `index`, in `frame_id`."""
        if self._broadcaster is None:
            return
        matrices = {"object": interaction.object_pose[index]}
        for side, hand in interaction.hands.items():
            matrix = np.eye(4)
            matrix[:3, :3] = Rotation.from_rotvec(hand.global_orient[index]).as_matrix()
            matrix[:3, 3] = hand.joints[index, 0]
            matrices[f"{side}_wrist"] = matrix
        self._broadcaster.sendTransform(
            [
                TransformStamped(
                    header=Header(frame_id=frame_id, stamp=stamp),
                    child_frame_id=f"{self.prefix}/{name}",
                    transform=Transform(
                        translation=Vector3(
                            x=pose.position.x, y=pose.position.y, z=pose.position.z
                        ),
                        rotation=pose.orientation,
                    ),
                )
                for name, pose in zip(matrices, poses(np.stack([*matrices.values()])), strict=True)
            ]
        )


class Placer:
    """Brings target grasps into the frame of the mesh. It listens as long as the node lives."""

    def __init__(self, node: Node) -> None:
        self._buffer = self._listener = None
        if Buffer is not None:
            self._buffer = Buffer(node=node)
            self._listener = TransformListener(self._buffer, node)

    def check(self, header: Header, frame_id: str) -> None:
        """Raises GraspError for a frame that no tf can be asked for."""
        if self._buffer is None and header.frame_id.lstrip("/") not in ("", frame_id):
            raise GraspError(
                f"the grasp is in frame {header.frame_id!r} and the mesh in {frame_id!r}, but "
                "tf2_ros is not installed: give it in the frame of the mesh"
            )

    def transform(self, header: Header, frame_id: str) -> np.ndarray:
        """(4, 4) that takes points of a grasp's frame to `frame_id`, that of the mesh.

        Raises GraspError where tf does not know it.
        """
        self.check(header, frame_id)
        source = header.frame_id.lstrip("/")
        if source in ("", frame_id):
            return np.eye(4)
        try:
            found = self._buffer.lookup_transform(
                frame_id, source, RclpyTime.from_msg(header.stamp)
            )
        except (TransformException, ValueError) as error:  # ValueError: a negative stamp
            raise GraspError(
                f"no transform takes the grasp from {header.frame_id!r} to {frame_id!r}, the "
                f"frame of the mesh: {' '.join(str(error).split())}"
            ) from error
        return pose_matrix(found.transform)
