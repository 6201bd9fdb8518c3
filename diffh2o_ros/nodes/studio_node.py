"""Shows in the browser what the synthesis node publishes.

ros2 run diffh2o_ros studio_view
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geometry_msgs.msg import TransformStamped
from rcl_interfaces.msg import IntegerRange, ParameterDescriptor
from rclpy.node import Node
from visualization_msgs.msg import MarkerArray

from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.from_messages import pose_matrix
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.spinning import check_arguments, spin
from diffh2o_ros.studio.address import LOCAL
from diffh2o_ros.studio.installed import StudioError, check_viser

try:
    from tf2_msgs.msg import TFMessage
except ImportError:  # it comes with tf2_ros: without, nothing is sent that moves with a frame
    TFMessage = None

if TYPE_CHECKING:
    from diffh2o_ros.studio.shared_scene import SharedScene

_PERIOD = 0.2  #: s; how often it is looked whether somebody is there


class StudioView(Node):
    """Draws the markers of a synthesis node, for all who look.

    Those of what plays cost the node a tenth of a core, and are listened to while somebody looks.

    Raises:
        StudioError: viser is missing, or the port cannot be had.
    """

    def __init__(self) -> None:
        super().__init__("studio_view")
        source = self._declared("node", "diffh2o_synthesis", "Synthesis node that is shown.")
        host = self._declared(
            "host", LOCAL[0], "Address of the page; 127.0.0.1 is seen from this machine alone."
        )
        port = self._declared(
            *("port", 8080, "Port of the page; 0: a free one."),
            integer_range=[IntegerRange(from_value=0, to_value=65535, step=0)],
        )
        check_viser()
        from diffh2o_ros.nodes.marker_shapes import changes
        from diffh2o_ros.studio.door import Door
        from diffh2o_ros.studio.shared_scene import SharedScene

        self._door, self._changes = Door(host, port, source, "small"), changes
        self.scene: SharedScene = SharedScene(self._door.server)
        self._playing, self._topic = None, f"{source}/markers"
        self.create_subscription(MarkerArray, f"{source}/scene", self._on_scene, LATEST)
        if TFMessage is not None:
            self.create_subscription(
                TFMessage, "/tf", lambda message: self.move(message.transforms), EVENTS
            )
        self.create_timer(_PERIOD, self._attend)
        if host not in LOCAL:
            self.get_logger().warning(f"whoever reaches {host} can look: there is no password")
        self.url = self._door.url
        self.get_logger().info(f"{self.url} shows what {source} makes")

    def close(self) -> None:
        """Sees all off."""
        self._door.server.stop()

    def move(self, transforms: Iterable[TransformStamped]) -> None:
        """Moves what these frames carry."""
        for found in transforms:
            frame = frame_name(found.child_frame_id)
            if not self.scene.carries(frame):
                continue
            try:
                pose = pose_matrix(found.transform, f"frame {frame!r}", StudioError)
            except StudioError as error:
                self._warn(error)
            else:
                self.scene.move(frame, pose)

    def _declared(self, name: str, default: object, about: str, **limits: object) -> object:
        descriptor = ParameterDescriptor(description=about, read_only=True, **limits)
        return self.declare_parameter(name, default, descriptor).value

    def _attend(self) -> None:
        """Listens to what plays while somebody is there."""
        is_watched = self.scene.visitors > 0
        if is_watched and self._playing is None:
            self._playing = self.create_subscription(
                MarkerArray, self._topic, self._on_markers, EVENTS
            )
        elif not is_watched and self._playing is not None:
            self.destroy_subscription(self._playing)
            self._playing = None
            self.scene.clear("markers")  # the next one is not to see where it stopped

    def _on_scene(self, message: MarkerArray) -> None:
        self._show("scene", message)
        self.scene.look_at("scene")

    def _on_markers(self, message: MarkerArray) -> None:
        self._show("markers", message)

    def _show(self, group: str, message: MarkerArray) -> None:
        try:
            self.scene.change(group, self._changes(message))
        except StudioError as error:
            self._warn(error)

    def _warn(self, error: StudioError) -> None:
        """Of what somebody else publishes there: it must not end the page."""
        self.get_logger().warning(f"not shown: {error}", throttle_duration_sec=10.0)


def main() -> int:
    """Shows it until told to stop; 2 without viser, or where the port cannot be had."""
    return check_arguments() or spin(StudioView, StudioView.close, interrupt=False)
