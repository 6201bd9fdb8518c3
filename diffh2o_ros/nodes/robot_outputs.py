"""The topics of robot hands: what controllers are given, and what RViz shows of the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from rclpy.lifecycle import LifecycleNode
from sensor_msgs.msg import JointState
from std_msgs.msg import Header, String
from trajectory_msgs.msg import JointTrajectory, MultiDOFJointTrajectory

from diffh2o_ros.export.ros.robot import joint_state
from diffh2o_ros.msg import RobotTrajectory
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.to_messages import MESSAGES
from diffh2o_ros.retargeting.description import description
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.robot_playback import RobotPlayback


class RobotOutputs:
    """Publishers of each robot hand, under ~/left_robot and ~/right_robot."""

    def __init__(self, node: LifecycleNode, robots: Mapping[str, RobotHand]) -> None:
        self._node, self._robots = node, robots
        self._meshes = TemporaryDirectory(prefix="diffh2o_meshes_")
        self._descriptions = {
            side: String(data=description(robot, Path(self._meshes.name, side)))
            for side, robot in robots.items()
        }

        def publishers(kind: type, name: str, qos) -> dict:
            topics = {side: f"~/{side}_robot/{name}" for side in robots}
            return {s: node.create_lifecycle_publisher(kind, t, qos) for s, t in topics.items()}

        # A controller that starts later is not to carry out what is long over: no latched topics.
        self._joints = publishers(JointTrajectory, "joint_trajectory", EVENTS)
        self._wrists = publishers(MultiDOFJointTrajectory, "wrist_trajectory", EVENTS)
        self._states = publishers(JointState, "joint_states", EVENTS)
        self._description = publishers(String, "robot_description", LATEST)

    def announce(self) -> None:
        """Publishes the descriptions, for who comes later, too."""
        for side, message in self._descriptions.items():
            self._description[side].publish(message)

    def show(self, message: RobotTrajectory) -> None:
        """Publishes the trajectories, if they do in simulation what they should: who listens may be
        a controller."""
        if not message.success:
            return
        for hand in message.hands:
            self._joints[hand.side].publish(hand.joint_trajectory)
            self._wrists[hand.side].publish(hand.wrist_trajectory)

    def send(self, playback: RobotPlayback, row: int, header: Header) -> None:
        """Publishes where the joints are."""
        for side in playback.trajectory.hands:
            if self._states[side].get_subscription_count():
                state = joint_state(MESSAGES, playback, side, row, header.stamp)
                self._states[side].publish(state)

    def close(self) -> None:
        """Takes the publishers down, and the meshes away."""
        for publishers in (self._joints, self._wrists, self._states, self._description):
            for publisher in publishers.values():
                self._node.destroy_lifecycle_publisher(publisher)
        self._meshes.cleanup()
