"""What the node shows: the last interaction on its topics, and its playback as markers, keypoints
and tf."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from geometry_msgs.msg import PoseArray
from rclpy.lifecycle import LifecycleNode
from std_msgs.msg import Header
from visualization_msgs.msg import MarkerArray

from diffh2o_ros.export.ros.film import Film, clear
from diffh2o_ros.export.ros.moment import Moment, length
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.msg import HandTrajectory, Interaction, ObjectTrajectory
from diffh2o_ros.nodes.frames import Broadcaster
from diffh2o_ros.nodes.parameters import Settings
from diffh2o_ros.nodes.playback import Playback
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.to_messages import MESSAGES
from diffh2o_ros.srv import Playback as PlaybackService

if TYPE_CHECKING:  # they need MuJoCo, which not every node has
    from diffh2o_ros.nodes.robot_outputs import RobotOutputs
    from diffh2o_ros.retargeting.robot_hand import RobotHand
    from diffh2o_ros.retargeting.robot_playback import RobotPlayback

SLOWEST = 0.1  #: Hz; nothing that plays slower can be watched


class Outputs:
    """The node's publishers, made when it is configured; they speak only while it is active.

    Args:
        robots: robot hands by side, none where the node has none.
    """

    def __init__(self, node: LifecycleNode, robots: Mapping[str, RobotHand]) -> None:
        self._node = node
        publisher = node.create_lifecycle_publisher
        self._interaction = publisher(Interaction, "~/interaction", LATEST)
        self._object = publisher(ObjectTrajectory, "~/object_trajectory", LATEST)
        self._hands = {side: publisher(HandTrajectory, f"~/{side}_hand", LATEST) for side in SIDES}
        self._wrists = {
            side: publisher(PoseArray, f"~/{side}_wrist_path", LATEST) for side in SIDES
        }
        self._keypoints = {
            side: publisher(PoseArray, f"~/{side}_keypoints", EVENTS) for side in SIDES
        }
        self._scene = publisher(MarkerArray, "~/scene", LATEST)
        self._markers = publisher(MarkerArray, "~/markers", EVENTS)
        self._robots = _robot_outputs(node, robots)
        self._service = node.create_service(PlaybackService, "~/playback", self._on_playback)
        self._broadcaster = Broadcaster(node)
        self._film: Film | None = None
        self._robot: RobotPlayback | None = None
        self._playback: Playback | None = None
        self._timer = None
        self._last_tick = node.get_clock().now()

    def start(self, rate: float) -> None:
        """Called as the node becomes active: see `play`."""
        if self._robots is not None:
            self._robots.announce()
        self.play(rate)

    def play(self, rate: float) -> None:
        """Shows what plays `rate` times a second; below 0.1: not at all."""
        if self._timer is not None:
            self._node.destroy_timer(self._timer)
            self._timer = None
        if rate < SLOWEST:
            self._clear()
        else:
            self._last_tick = self._node.get_clock().now()
            self._timer = self._node.create_timer(1.0 / rate, self._tick)

    def stop(self) -> None:
        """Ends the playback and takes the markers off the screen."""
        self.play(0)
        if self._film is not None and self._scene.is_activated:
            self._scene.publish(clear(MESSAGES))
        self._film = self._playback = self._robot = None

    def close(self) -> None:
        """Stops, and takes publishers and service down."""
        self.stop()
        self._node.destroy_service(self._service)
        for publisher in (
            self._interaction,
            self._object,
            self._scene,
            self._markers,
            *self._hands.values(),
            *self._wrists.values(),
            *self._keypoints.values(),
        ):
            self._node.destroy_lifecycle_publisher(publisher)
        if self._robots is not None:
            self._robots.close()

    def show(self, message: Interaction, film: Film, robot: RobotPlayback | None) -> None:
        """Publishes an interaction and plays it from its beginning; with robots, as they do it."""
        self._interaction.publish(message)
        self._object.publish(message.object)
        for side, hand in MESSAGES.both_hands(message).items():
            self._hands[side].publish(hand)
            self._wrists[side].publish(PoseArray(header=hand.header, poses=hand.wrist_poses))
        self._clear()
        self._film, self._robot = film, robot
        self._playback = Playback(*length(film.interaction, robot))
        if robot is not None:
            self._robots.show(message.robot[0])
        self._scene.publish(film.scene(self._object_frame))

    @property
    def _object_frame(self) -> str | None:
        """The tf frame that moves with the object; None where there is no tf, or nothing plays."""
        plays = self._broadcaster.available and self._timer is not None
        return f"{self._broadcaster.prefix}/object" if plays else None

    def _clear(self) -> None:
        if self._film is not None and self._markers.is_activated:
            self._markers.publish(clear(MESSAGES))

    def _tick(self) -> None:
        """The frame that is due by the clock."""
        now = self._node.get_clock().now()
        seconds = (now - self._last_tick).nanoseconds / 1e9
        self._last_tick = now
        if self._film is None:
            return
        settings = Settings.of(self._node)
        self._playback.advance(seconds * settings.playback_speed, settings.playback_loop)
        stamp = now.to_msg()
        header = Header(frame_id=self._film.frame_id, stamp=stamp)
        motion = self._film.interaction
        moment = Moment.of(motion, self._robot, self._playback.frame, self._playback.time)
        if self._robot is not None:
            self._robots.send(self._robot, moment.row, header)
        for side, hand in motion.hands.items():
            if self._keypoints[side].get_subscription_count():
                self._keypoints[side].publish(MESSAGES.keypoints(hand, moment.frame, header))
        if self._markers.get_subscription_count():  # they cost a tenth of a core
            frame = self._film.frame(moment.frame, stamp, self._object_frame, moment.object_pose)
            self._markers.publish(frame)
        self._broadcaster.send(moment.tf, self._film.frame_id, stamp)

    def _on_playback(
        self, request: PlaybackService.Request, response: PlaybackService.Response
    ) -> PlaybackService.Response:
        if self._playback is None:
            response.message = "there is nothing to play: ask for a motion first"
            return response
        response.duration = self._playback.duration
        if request.command not in (request.PLAY, request.PAUSE):
            response.message = f"command is {request.command}: it must be PLAY (0) or PAUSE (1)"
        elif not math.isfinite(request.seek_time):
            response.message = f"seek_time is {request.seek_time}: it must be a number of seconds"
        else:
            response.success = True
            self._playback.running = request.command == request.PLAY
            if request.seek_time >= 0:
                self._playback.seek(request.seek_time)
        response.time = self._playback.time
        return response


def _robot_outputs(node: LifecycleNode, robots: Mapping[str, RobotHand]) -> RobotOutputs | None:
    if not robots:
        return None
    from diffh2o_ros.nodes.robot_outputs import RobotOutputs

    return RobotOutputs(node, robots)
