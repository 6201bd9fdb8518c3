"""What the node hears: meshes, grasps, and the tasks that start a synthesis."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
from geometry_msgs.msg import PoseStamped
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.lifecycle import LifecycleNode
from rclpy.time import Time
from shape_msgs.msg import Mesh as MeshMessage
from std_msgs.msg import Header, String

from diffh2o_ros.hands.gripper import wrist_of_gripper
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.msg import HandGrasp
from diffh2o_ros.nodes.conversions import grasp_from_message, grasp_of_wrist, pose_matrix
from diffh2o_ros.nodes.frames import Placer
from diffh2o_ros.nodes.parameters import GRIPPER, Settings
from diffh2o_ros.nodes.qos import EVENTS, LATEST

Read = Callable[[np.ndarray], Grasp]
"""What came as a grasp, read in another frame: (4, 4) takes points of its own frame there."""


class Inputs:
    """The node's subscriptions, there only while it is active.

    A mesh is latched by its publisher, so that it arrives again when the node is activated.
    """

    def __init__(
        self, node: LifecycleNode, placer: Placer,
        on_task: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self.mesh: MeshMessage | None = None
        self.placer = placer
        self._grasp: tuple[Read, Header, Time] | None = None  # with the time it was seen at
        self._node = node
        self._on_task = on_task
        # A task is awaited for as long as its synthesis takes; others may come meanwhile.
        tasks = ReentrantCallbackGroup()
        self._subscriptions = [
            node.create_subscription(MeshMessage, "~/object_mesh", self._on_mesh, LATEST),
            node.create_subscription(HandGrasp, "~/grasp", self._on_grasp, EVENTS),
            node.create_subscription(PoseStamped, "~/grasp_pose", self._on_grasp_pose, EVENTS),
            node.create_subscription(String, "~/task", self._task, EVENTS, callback_group=tasks),
        ]

    def close(self) -> None:
        """Ends the subscriptions."""
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)

    def grasp(self, settings: Settings) -> Grasp | None:
        """The last grasp, in the frame of the mesh, unless it is older than `grasp_timeout`.

        Raises GraspError where tf does not know its frame.
        """
        if self._grasp is None:
            return None
        read, header, seen = self._grasp
        age = (self._node.get_clock().now() - seen).nanoseconds / 1e9
        if 0 < settings.grasp_timeout < abs(age):  # from the future: of another clock
            self._node.get_logger().warning(
                f"the last grasp is {age:.1f} s old: doing without it"
            )
            return None
        return read(self.placer.transform(header, settings.frame_id))

    async def _task(self, message: String) -> None:
        await self._on_task(message.data)

    def _on_mesh(self, message: MeshMessage) -> None:
        self.mesh = message

    def _on_grasp(self, message: HandGrasp) -> None:
        self._keep(lambda transform: grasp_from_message(message).moved(transform), message.header)

    def _on_grasp_pose(self, message: PoseStamped) -> None:
        settings = Settings.of(self._node)

        def read(transform: np.ndarray) -> Grasp:
            pose, side = transform @ pose_matrix(message.pose), settings.grasp_pose_side
            if settings.grasp_pose_convention == GRIPPER:
                pose = wrist_of_gripper(
                    pose, side, settings.gripper_approach_axis, settings.gripper_closing_axis,
                    settings.gripper_tip,
                )  # fmt: skip
            return grasp_of_wrist(pose, side)

        self._keep(read, message.header)

    def _keep(self, read: Read, header: Header) -> None:
        """Keeps a good grasp; a bad one is reported, and clears the one before it."""
        clock = self._node.get_clock()
        try:
            seen = Time.from_msg(header.stamp, clock_type=clock.clock_type)
            self.placer.check(header, Settings.of(self._node).frame_id)
            read(np.eye(4))
            self._grasp = read, header, seen if seen.nanoseconds else clock.now()
        except ValueError as error:  # a GraspError, a negative stamp, or axes that are not square
            self._grasp = None
            self._node.get_logger().error(f"grasp not used: {error}")
