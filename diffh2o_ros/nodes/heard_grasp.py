"""What topics say of a target grasp: a hand's, or a gripper's pose."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from geometry_msgs.msg import PoseStamped
from rclpy.node import Node
from std_msgs.msg import Header

from diffh2o_ros.hands.gripper import wrist_of_gripper
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.msg import HandGrasp
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.from_messages import grasp_from_message, grasp_of_wrist, pose_matrix
from diffh2o_ros.nodes.observation import Observation, observed_at
from diffh2o_ros.nodes.parameters import GRIPPER, Settings, own_frame
from diffh2o_ros.nodes.qos import EVENTS
from diffh2o_ros.nodes.request_frames import RequestFrames

Read = Callable[[np.ndarray], Grasp]
"""What came as a grasp, read in another frame: (4, 4) takes points of its own frame there."""


class HeardGrasp:
    """The last target grasp, of either topic."""

    def __init__(self, node: Node, transforms: FrameTransforms) -> None:
        self._node, self._transforms = node, transforms
        self._heard: tuple[Read, Observation] | None = None
        self.subscriptions = [
            node.create_subscription(HandGrasp, "~/grasp", self._on_grasp, EVENTS),
            node.create_subscription(PoseStamped, "~/grasp_pose", self._on_pose, EVENTS),
        ]

    @property
    def observations(self) -> Iterator[Observation]:
        """Of what was heard last."""
        return iter(() if self._heard is None else self._heard[1:])

    def transformed(self, frames: RequestFrames, settings: Settings) -> Grasp | None:
        """The last grasp, in the frame that is worked in, unless it is older than `grasp_timeout`.

        Raises GraspError where tf does not know its frame.
        """
        if self._heard is None:
            return None
        read, observation = self._heard
        age = observation.age(self._node.get_clock())
        if 0 < settings.grasp_timeout < abs(age):  # from the future: of another clock
            self._node.get_logger().warning(f"the last grasp is {age:.1f} s old: doing without it")
            return None
        return read(observation.transform(frames, "the grasp", GraspError))

    def _on_grasp(self, message: HandGrasp) -> None:
        self._keep(lambda transform: grasp_from_message(message).moved(transform), message.header)

    def _on_pose(self, message: PoseStamped) -> None:
        settings = Settings.of(self._node)

        def read(transform: np.ndarray) -> Grasp:
            pose, side = transform @ pose_matrix(message.pose), settings.grasp_pose_side
            if settings.grasp_pose_convention == GRIPPER:
                pose = wrist_of_gripper(
                    pose,
                    side,
                    settings.gripper_approach_axis,
                    settings.gripper_closing_axis,
                    settings.gripper_tip,
                )
            return grasp_of_wrist(pose, side)

        self._keep(read, message.header)

    def _keep(self, read: Read, header: Header) -> None:
        """Keeps a good grasp; a bad one is reported, and clears the one before it."""
        own = own_frame(self._node)
        try:
            seen = observed_at(header, self._node.get_clock())
            self._transforms.check(frame_name(header.frame_id) or own, own, "the grasp", GraspError)
            read(np.eye(4))
            self._heard = read, Observation(header, seen, self._transforms, own)
        except (
            ValueError
        ) as error:  # a GraspError, a negative stamp, or axes that are not orthogonal
            self._heard = None
            self._node.get_logger().error(f"grasp not used: {error}")
