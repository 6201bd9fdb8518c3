"""What the node shows: the last interaction on its topics, and its playback as markers and tf."""

from __future__ import annotations

from rclpy.lifecycle import LifecycleNode
from visualization_msgs.msg import MarkerArray

from diffh2o_ros.msg import HandTrajectory, Interaction, ObjectTrajectory
from diffh2o_ros.nodes.frames import Frames
from diffh2o_ros.nodes.markers import Film, clear
from diffh2o_ros.nodes.qos import EVENTS, LATEST


class Outputs:
    """The node's publishers, made when it is configured; they speak only while it is active."""

    def __init__(self, node: LifecycleNode) -> None:
        self._node = node
        publisher = node.create_lifecycle_publisher
        self._interaction = publisher(Interaction, "~/interaction", LATEST)
        self._object = publisher(ObjectTrajectory, "~/object_trajectory", LATEST)
        self._hands = {
            side: publisher(HandTrajectory, f"~/{side}_hand", LATEST) for side in ("left", "right")
        }
        self._markers = publisher(MarkerArray, "~/markers", EVENTS)
        self._frames = Frames(node)
        self._film: Film | None = None
        self._timer = None
        self._started = node.get_clock().now()

    def play(self, rate: float) -> None:
        """Starts the playback, `rate` times a second; 0: none."""
        if rate > 0:
            self._timer = self._node.create_timer(1.0 / rate, self._show_frame)

    def stop(self) -> None:
        """Ends the playback and takes the markers off the screen."""
        if self._timer is not None:
            self._node.destroy_timer(self._timer)
            self._timer = None
        if self._film is not None and self._markers.is_activated:
            self._markers.publish(clear())
        self._film = None

    def close(self) -> None:
        """Stops, and takes the publishers down."""
        self.stop()
        for publisher in (self._interaction, self._object, self._markers, *self._hands.values()):
            self._node.destroy_lifecycle_publisher(publisher)

    def show(self, message: Interaction, film: Film) -> None:
        """Publishes an interaction and plays it from its beginning."""
        self._interaction.publish(message)
        self._object.publish(message.object)
        for hand in message.hands:
            self._hands[hand.side].publish(hand)
        if self._timer is not None:
            self._markers.publish(clear())
        self._film = film
        self._started = self._node.get_clock().now()

    def _show_frame(self) -> None:
        """The frame that is due by the clock: real time, over and over."""
        if self._film is None:
            return
        now = self._node.get_clock().now()
        seconds = (now - self._started).nanoseconds / 1e9
        motion = self._film.interaction
        index = int(seconds * motion.fps) % motion.num_frames
        stamp = now.to_msg()
        if self._markers.get_subscription_count():  # they cost a tenth of a core
            self._markers.publish(self._film.frame(index, stamp))
        self._frames.send(motion, index, self._film.frame_id, stamp)
