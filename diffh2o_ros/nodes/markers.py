"""An interaction as RViz markers: what is sent once (`scene`) and what goes with time (`frame`)."""

from __future__ import annotations

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose, Quaternion, Vector3
from std_msgs.msg import ColorRGBA, Header
from visualization_msgs.msg import Marker, MarkerArray

from diffh2o_ros.geometry.decimate import thin_out
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.mesh_messages import points
from diffh2o_ros.nodes.to_messages import poses

#: Every triangle is three nested messages: finer meshes are thinned out for the screen.
ENOUGH_TRIANGLES = 3000
PATH_WIDTH = 0.002  # meters
#: Points of the object this near to a hand are shown, colored from touching to this far (meters).
CONTACT_REACH = 0.02
CONTACT_SIZE = 0.005
#: Every so many vertices of a hand are looked at for contact.
CONTACT_STRIDE = 4

_COLORS = {
    "left": ColorRGBA(r=0.35, g=0.60, b=0.90, a=1.0),
    "right": ColorRGBA(r=0.93, g=0.70, b=0.56, a=1.0),
    "object": ColorRGBA(r=0.72, g=0.76, b=0.70, a=1.0),
    "target": ColorRGBA(r=0.55, g=0.35, b=0.75, a=0.35),
}
_TOUCHING = np.array([0.90, 0.15, 0.10])
_NEAR = np.array([0.20, 0.35, 0.90])

#: Surface of a hand: vertices (V, 3) in the request's frame, faces (F, 3).
Surface = tuple[np.ndarray, np.ndarray]


class Film:
    """The markers of one interaction. What does not change is made once.

    Args:
        target: the surface of the target grasp, shown half transparent.
    """

    def __init__(
        self, interaction: Interaction, frame_id: str, target: Surface | None = None
    ) -> None:
        self.interaction = interaction
        self.frame_id = frame_id
        self._poses = poses(interaction.object_pose)
        mesh = Mesh(interaction.object_vertices, interaction.object_faces)
        self._mesh = thin_out(mesh, ENOUGH_TRIANGLES)
        self._object = _corners(self._mesh.vertices, self._mesh.faces)
        center = np.append(np.mean(interaction.object_vertices, axis=0), 1.0)
        paths = {"object": (interaction.object_pose @ center)[:, :3]}
        paths |= {side: hand.joints[:, 0] for side, hand in interaction.hands.items()}
        self._still = [
            self._marker(f"{name}_path", Marker.LINE_STRIP, name, points(path), PATH_WIDTH)
            for name, path in paths.items()
        ]
        if target is not None:
            self._still.append(
                self._marker("target", Marker.TRIANGLE_LIST, "target", _corners(*target))
            )

    def scene(self, object_frame: str | None) -> MarkerArray:
        """What is sent once: the paths, the target, and the object where tf moves it.

        Args:
            object_frame: the tf frame that moves with the object; None where there is no tf.
        """
        markers = list(self._still)
        if object_frame is not None:
            item = self._marker("object", Marker.TRIANGLE_LIST, "object", self._object)
            item.header.frame_id, item.frame_locked = object_frame, True
            markers.append(item)
        # Without a stamp the latest tf is meant, whenever somebody comes to look.
        return MarkerArray(markers=[*clear().markers, *markers])

    def frame(
        self,
        index: int,
        stamp: Time,
        object_frame: str | None,
        object_pose: np.ndarray | None = None,
    ) -> MarkerArray:
        """What goes with time: hands and their contacts, and the object where no tf moves the one
        of the scene.

        Args:
            object_pose: (4, 4) where the object is shown, None for where the interaction has it.
        """
        markers = []
        if object_frame is None:
            item = self._marker("object", Marker.TRIANGLE_LIST, "object", self._object)
            item.pose = self._poses[index]
            if object_pose is not None:
                (item.pose,) = poses(object_pose[None])
            markers.append(item)
        for side in SIDES:
            hand = self.interaction.hands.get(side)
            if hand is not None:
                corners = _corners(hand.vertices[index], hand.faces)
                markers.append(self._marker(side, Marker.TRIANGLE_LIST, side, corners))
                markers.append(self._contacts(side, hand.vertices[index], index))
        for marker in markers:
            marker.header.stamp = stamp
        return MarkerArray(markers=markers)

    def _contacts(self, side: str, vertices: np.ndarray, index: int) -> Marker:
        """The points of the object next to a hand, red where it touches, blue 2 cm away."""
        pose = self.interaction.object_pose[index].astype(float)
        local = (vertices[::CONTACT_STRIDE] - pose[:3, 3]) @ pose[:3, :3]
        distance, nearest = closest_points(self._mesh, local)
        near = distance < CONTACT_REACH
        marker = self._marker(
            f"{side}_contacts",
            Marker.SPHERE_LIST,
            side,
            points(nearest[near] @ pose[:3, :3].T + pose[:3, 3]),
            CONTACT_SIZE,
        )
        weight = (distance[near] / CONTACT_REACH)[:, None]
        marker.colors = [
            ColorRGBA(r=r, g=g, b=b, a=1.0)
            for r, g, b in ((1 - weight) * _TOUCHING + weight * _NEAR).tolist()
        ]
        if not marker.points:  # RViz warns about empty lists
            marker.action = Marker.DELETE
        return marker

    def _marker(
        self, namespace: str, kind: int, color: str, corners: list[Point], width: float = 1.0
    ) -> Marker:
        return Marker(
            header=Header(frame_id=self.frame_id),
            ns=namespace,
            type=kind,
            action=Marker.ADD,
            pose=Pose(orientation=Quaternion(w=1.0)),
            scale=Vector3(x=width, y=width, z=width),
            color=_COLORS[color],
            points=corners,
        )


def clear() -> MarkerArray:
    """Takes every marker of this node off the screen."""
    return MarkerArray(markers=[Marker(action=Marker.DELETEALL)])


def _corners(vertices: np.ndarray, faces: np.ndarray) -> list[Point]:
    """The corners of triangles, as a list of triangles holds them."""
    found = points(vertices)
    return [found[i] for i in np.asarray(faces).ravel().tolist()]
