"""tf of the object and the wrists, where tf2_ros is installed (it is not on PyPI)."""

from __future__ import annotations

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Transform, TransformStamped, Vector3
from rclpy.node import Node
from scipy.spatial.transform import Rotation
from std_msgs.msg import Header

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.conversions import poses

try:
    from tf2_ros import TransformBroadcaster
except ImportError:
    TransformBroadcaster = None


class Frames:
    """Broadcasts NODE/object, NODE/left_wrist and NODE/right_wrist of one frame of a motion."""

    def __init__(self, node: Node) -> None:
        self._prefix = node.get_name()
        self._broadcaster = TransformBroadcaster(node) if TransformBroadcaster else None

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
                    child_frame_id=f"{self._prefix}/{name}",
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
