"""What the node hears: meshes, grasps, and the tasks that start a synthesis."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from geometry_msgs.msg import PoseStamped
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.duration import Duration
from rclpy.lifecycle import LifecycleNode
from rclpy.time import Time
from shape_msgs.msg import Mesh as MeshMessage
from std_msgs.msg import Header, String

from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.msg import HandGrasp
from diffh2o_ros.nodes.conversions import grasp_from_message, grasp_from_pose
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.nodes.qos import EVENTS, LATEST


class Inputs:
    """The node's subscriptions, there only while it is active.

    A mesh is latched by its publisher, so that it arrives again when the node is activated.
    """

    def __init__(
        self, node: LifecycleNode, on_task: Callable[[str], Coroutine[Any, Any, None]]
    ) -> None:
        self.mesh: MeshMessage | None = None
        self._grasp: tuple[Grasp, Time] | None = None
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

    def grasp(self, timeout: float) -> Grasp | None:
        """The last grasp, unless it is older than `timeout` seconds (0: however old)."""
        if self._grasp is None:
            return None
        grasp, stamp = self._grasp
        age = self._node.get_clock().now() - stamp
        if timeout > 0 and age > Duration(seconds=timeout):
            self._node.get_logger().warning(
                f"the last grasp is {age.nanoseconds / 1e9:.1f} s old: doing without it"
            )
            return None
        return grasp

    async def _task(self, message: String) -> None:
        await self._on_task(message.data)

    def _on_mesh(self, message: MeshMessage) -> None:
        self.mesh = message

    def _on_grasp(self, message: HandGrasp) -> None:
        self._keep(lambda: grasp_from_message(message), message.header)

    def _on_grasp_pose(self, message: PoseStamped) -> None:
        side = Settings.of(self._node).grasp_pose_side
        self._keep(lambda: grasp_from_pose(message.pose, side), message.header)

    def _keep(self, read: Callable[[], Grasp], header: Header) -> None:
        """Keeps a good grasp; a bad one is reported, and clears the one before it."""
        stamp = Time.from_msg(header.stamp, clock_type=self._node.get_clock().clock_type)
        if stamp.nanoseconds == 0:
            stamp = self._node.get_clock().now()
        try:
            self._grasp = (read(), stamp)
        except GraspError as error:
            self._grasp = None
            self._node.get_logger().error(f"grasp not used: {error}")
