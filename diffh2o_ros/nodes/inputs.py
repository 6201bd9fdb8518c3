"""What the node hears: the object, target grasps, and the tasks that start a synthesis."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode
from std_msgs.msg import Header, String

from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.heard_grasp import HeardGrasp
from diffh2o_ros.nodes.heard_object import HeardObject
from diffh2o_ros.nodes.parameters import own_frame
from diffh2o_ros.nodes.qos import EVENTS

#: s; how often the transforms of what was heard are looked up. tf remembers 10 s.
RESOLVING_PERIOD = 0.2


class Inputs:
    """The node's subscriptions, there only while it is active.

    A mesh is latched by its publisher, so that it arrives again when the node is activated.
    """

    def __init__(
        self,
        node: LifecycleNode,
        transforms: FrameTransforms,
        on_task: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self.transforms = transforms
        self.object, self.grasp = HeardObject(node, transforms), HeardGrasp(node, transforms)
        self._node = node
        self._on_task = on_task
        # A task is awaited for as long as its synthesis takes; others may come meanwhile.
        tasks = ReentrantCallbackGroup()
        self._subscriptions = [
            *self.object.subscriptions,
            *self.grasp.subscriptions,
            node.create_subscription(String, "~/task", self._task, EVENTS, callback_group=tasks),
        ]
        self._timer = node.create_timer(
            RESOLVING_PERIOD, self.unresolved, clock=Clock(clock_type=ClockType.STEADY_TIME)
        )

    def close(self) -> None:
        """Ends the subscriptions."""
        self._node.destroy_timer(self._timer)
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)

    def unresolved(self) -> list[Header]:
        """Of what was heard, the headers that tf is still needed for; the transforms that it
        knows by now are kept."""
        own = own_frame(self._node)
        observations = (*self.object.observations, *self.grasp.observations)
        return [observation.header for observation in observations if not observation.resolve(own)]

    async def _task(self, message: String) -> None:
        await self._on_task(message.data)
