"""An interaction as RViz markers: the hands, the object, and the paths they take."""

from __future__ import annotations

import numpy as np
import trimesh
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose, Quaternion, Vector3
from std_msgs.msg import ColorRGBA, Header
from visualization_msgs.msg import Marker, MarkerArray

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.conversions import points, poses

#: A marker is sent whole at every frame, and every triangle is three nested messages: finer
#: meshes are thinned out for it.
ENOUGH_TRIANGLES = 3000
PATH_WIDTH = 0.002  # metres

_COLORS = {
    "left": ColorRGBA(r=0.35, g=0.60, b=0.90, a=1.0),
    "right": ColorRGBA(r=0.93, g=0.70, b=0.56, a=1.0),
    "object": ColorRGBA(r=0.72, g=0.76, b=0.70, a=1.0),
}


class Film:
    """The markers of one interaction, frame by frame. What does not change is made once."""

    def __init__(self, interaction: Interaction, frame_id: str) -> None:
        self.interaction = interaction
        self.frame_id = frame_id
        self._poses = poses(interaction.object_pose)
        self._object = _surface(interaction.object_vertices, interaction.object_faces)
        center = np.append(np.mean(interaction.object_vertices, axis=0), 1.0)
        paths = {"object": (interaction.object_pose @ center)[:, :3]}
        paths |= {side: hand.joints[:, 0] for side, hand in interaction.hands.items()}
        self._paths = [
            self._marker(f"{name}_path", Marker.LINE_STRIP, name, points(path), PATH_WIDTH)
            for name, path in paths.items()
        ]

    def frame(self, index: int, stamp: Time) -> MarkerArray:
        """Every marker of one frame: namespaces object, left, right and their paths."""
        item = self._marker("object", Marker.TRIANGLE_LIST, "object", self._object)
        item.pose = self._poses[index]
        markers = [item]
        for side, hand in self.interaction.hands.items():
            corners = points(hand.vertices[index])
            triangles = [corners[i] for i in hand.faces.ravel().tolist()]
            markers.append(self._marker(side, Marker.TRIANGLE_LIST, side, triangles))
        markers += self._paths
        for marker in markers:
            marker.header.stamp = stamp
        return MarkerArray(markers=markers)

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


def _surface(vertices: np.ndarray, faces: np.ndarray) -> list[Point]:
    """Corners of the triangles that show the surface."""
    if len(faces) > ENOUGH_TRIANGLES:
        mesh = trimesh.Trimesh(vertices, faces, process=False)
        mesh = mesh.simplify_quadric_decimation(face_count=ENOUGH_TRIANGLES)
        vertices, faces = mesh.vertices, mesh.faces
    corners = points(vertices)
    return [corners[i] for i in faces.ravel().tolist()]
