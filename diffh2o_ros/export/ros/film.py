"""An interaction as RViz markers: what is sent once (`scene`) and what goes with time (`frame`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diffh2o_ros.export.ros.messages import Message, Messages
from diffh2o_ros.geometry.decimate import thin_out
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.interaction import Interaction

#: Every triangle is three nested messages: finer meshes are thinned out for the screen.
ENOUGH_TRIANGLES = 3000
PATH_WIDTH = 0.002  # meters
#: Points of the object this near to a hand are shown, colored from touching to this far (meters).
CONTACT_REACH = 0.02
CONTACT_SIZE = 0.005
#: Every so many vertices of a hand are looked at for contact.
CONTACT_STRIDE = 4

#: Red, green, blue and alpha, 0 to 1.
_COLORS = {
    "left": (0.35, 0.60, 0.90, 1.0),
    "right": (0.93, 0.70, 0.56, 1.0),
    "object": (0.72, 0.76, 0.70, 1.0),
    "target": (0.55, 0.35, 0.75, 0.35),
}
_TOUCHING = np.array([0.90, 0.15, 0.10, 1.0])
_NEAR = np.array([0.20, 0.35, 0.90, 1.0])

#: Surface of a hand: vertices (V, 3) in the request's frame, faces (F, 3).
Surface = tuple[np.ndarray, np.ndarray]


class Film:
    """The markers of one interaction. What does not change is made once.

    Args:
        target: the surface of the target grasp, shown half transparent.
    """

    def __init__(
        self,
        messages: Messages,
        interaction: Interaction,
        frame_id: str,
        target: Surface | None = None,
    ) -> None:
        self._messages = messages
        self.interaction = interaction
        self.frame_id = frame_id
        self._poses = messages.poses(interaction.object_pose)
        mesh = Mesh(interaction.object_vertices, interaction.object_faces)
        self._mesh = thin_out(mesh, ENOUGH_TRIANGLES)
        self._object = messages.types.points(self._mesh.vertices, self._mesh.faces)
        center = np.append(np.mean(interaction.object_vertices, axis=0), 1.0)
        paths = {"object": (interaction.object_pose @ center)[:, :3]}
        paths |= {side: hand.joints[:, 0] for side, hand in interaction.hands.items()}
        self._still = [
            self._marker(
                f"{name}_path", "LINE_STRIP", name, messages.types.points(path), PATH_WIDTH
            )
            for name, path in paths.items()
        ]
        if target is not None:
            corners = messages.types.points(*target)
            self._still.append(self._marker("target", "TRIANGLE_LIST", "target", corners))

    def scene(self, object_frame: str | None) -> Message:
        """What is sent once: the paths, the target, and the object where tf moves it.

        Args:
            object_frame: the tf frame that moves with the object; None where there is no tf.
        """
        markers = list(self._still)
        if object_frame is not None:
            item = self._marker("object", "TRIANGLE_LIST", "object", self._object)
            item.header.frame_id, item.frame_locked = object_frame, True
            markers.append(item)
        # Without a stamp the latest tf is meant, whenever somebody comes to look.
        return self._messages.types.MarkerArray(markers=[*clear(self._messages).markers, *markers])

    def frame(
        self,
        index: int,
        stamp: Message,
        object_frame: str | None,
        object_pose: np.ndarray | None = None,
    ) -> Message:
        """What goes with time: hands and their contacts, and the object where no tf moves the one
        of the scene.

        Args:
            object_pose: (4, 4) where the object is shown, None for where the interaction has it.
        """
        markers = []
        if object_frame is None:
            item = self._marker("object", "TRIANGLE_LIST", "object", self._object)
            item.pose = self._poses[index]
            if object_pose is not None:
                (item.pose,) = self._messages.poses(object_pose[None])
            markers.append(item)
        for side in SIDES:
            hand = self.interaction.hands.get(side)
            if hand is not None:
                corners = self._messages.types.points(hand.vertices[index], hand.faces)
                markers.append(self._marker(side, "TRIANGLE_LIST", side, corners))
                markers.append(self._contacts(side, hand.vertices[index], index))
        for marker in markers:
            marker.header.stamp = stamp
        return self._messages.types.MarkerArray(markers=markers)

    def _contacts(self, side: str, vertices: np.ndarray, index: int) -> Message:
        """The points of the object next to a hand, red where it touches, blue 2 cm away."""
        pose = self.interaction.object_pose[index].astype(float)
        local = (vertices[::CONTACT_STRIDE] - pose[:3, 3]) @ pose[:3, :3]
        distance, nearest = closest_points(self._mesh, local)
        near = distance < CONTACT_REACH
        marker = self._marker(
            f"{side}_contacts",
            "SPHERE_LIST",
            side,
            self._messages.types.points(nearest[near] @ pose[:3, :3].T + pose[:3, 3]),
            CONTACT_SIZE,
        )
        weight = (distance[near] / CONTACT_REACH)[:, None]
        marker.colors = self._messages.types.colors((1 - weight) * _TOUCHING + weight * _NEAR)
        if not near.any():  # RViz warns about empty lists
            marker.action = marker.DELETE
        return marker

    def _marker(
        self, namespace: str, kind: str, color: str, corners: Sequence[Message], width: float = 1.0
    ) -> Message:
        types = self._messages.types
        return types.Marker(
            header=types.Header(frame_id=self.frame_id),
            ns=namespace,
            type=getattr(types.Marker, kind),
            action=types.Marker.ADD,
            pose=types.Pose(orientation=types.Quaternion(w=1.0)),
            scale=types.Vector3(x=width, y=width, z=width),
            color=types.ColorRGBA(**dict(zip("rgba", _COLORS[color], strict=True))),
            points=corners,
        )


def clear(messages: Messages) -> Message:
    """Takes every marker of the node off the screen."""
    types = messages.types
    return types.MarkerArray(markers=[types.Marker(action=types.Marker.DELETEALL)])
