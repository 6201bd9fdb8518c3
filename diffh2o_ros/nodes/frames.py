"""tf, where tf2_ros is installed (it is not on PyPI): of what plays and what perception gives."""

from __future__ import annotations

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Transform, TransformStamped, Vector3
from rclpy.node import Node
from rclpy.time import Time as RclpyTime
from std_msgs.msg import Header

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.conversions import pose_matrix, poses
from diffh2o_ros.nodes.frame_names import frame_name

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
            matrices[f"{side}_wrist"] = hand.wrist_pose[index]
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
    """Knows how frames lie to one another. It listens to tf as long as the node lives."""

    def __init__(self, node: Node) -> None:
        self._buffer = self._listener = None
        if Buffer is not None:
            self._buffer = Buffer(node=node)
            self._listener = TransformListener(self._buffer, node)

    @property
    def listens(self) -> bool:
        """False where tf2_ros is missing."""
        return self._buffer is not None

    def knows(self, frame_id: str, target: str) -> bool:
        """Whether tf leads from one frame to another, if only at some time."""
        return frame_id == target or (
            self._buffer is not None and self._buffer.can_transform(target, frame_id, RclpyTime())
        )

    def check(self, frame_id: str, target: str, what: str, error: type[ValueError]) -> None:
        """Raises `error` for `what` in a frame that no tf can be asked for."""
        if self._buffer is None and frame_id != target:
            raise error(
                f"{what} is in frame {frame_id!r} and wanted in {target!r}, but tf2_ros is not "
                f"installed: give it in {target!r}"
            )

    def transform(
        self, header: Header, target: str, what: str, error: type[ValueError]
    ) -> np.ndarray:
        """(4, 4) that takes points of the header's frame, at its stamp, to the frame `target`.

        Args:
            header: a stamp of zero means the latest that is known.

        Raises `error`, with `what` is in that frame in its line, where tf does not know it.
        """
        frame_id = frame_name(header.frame_id)
        self.check(frame_id, target, what, error)
        if frame_id == target:
            return np.eye(4)
        try:
            found = self._buffer.lookup_transform(
                target, frame_id, RclpyTime.from_msg(header.stamp)
            )
        except (TransformException, ValueError) as failure:  # ValueError: a negative stamp
            raise error(
                f"no transform takes {what} from {frame_id!r} to {target!r}: "
                f"{' '.join(str(failure).split())}"
            ) from failure
        return pose_matrix(found.transform, f"the transform from {frame_id!r}", error)
