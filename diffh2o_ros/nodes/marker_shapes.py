"""Marker messages as shapes that the studio draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from visualization_msgs.msg import Marker, MarkerArray

from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.from_messages import pose_matrix
from diffh2o_ros.studio.installed import StudioError
from diffh2o_ros.studio.shapes import Shape
from diffh2o_ros.studio.shared_scene import Change

#: What is drawn of each type of marker, and how many points make one of it. Others are left out.
_KINDS = {
    Marker.TRIANGLE_LIST: ("triangles", 3),
    Marker.LINE_LIST: ("lines", 2),
    Marker.LINE_STRIP: ("lines", 2),
    Marker.POINTS: ("points", 1),
    Marker.SPHERE_LIST: ("points", 1),
    Marker.TEXT_VIEW_FACING: ("text", 0),
}


def changes(message: MarkerArray) -> Iterator[Change]:
    """What is drawn by which name now, None for what is taken away; the name None stands for all.

    Raises:
        StudioError: the pose of a marker is none.
    """
    for marker in message.markers:
        if marker.action == Marker.DELETEALL:
            yield None, None
        else:
            is_shown = marker.action == Marker.ADD
            yield f"{marker.ns}/{marker.id}", _shape(marker) if is_shown else None


def _shape(marker: Marker) -> Shape | None:
    """None where there is nothing to draw."""
    kind, corners = _KINDS.get(marker.type, (None, 0))
    if kind is None:
        return None
    points = np.array([(p.x, p.y, p.z) for p in marker.points], np.float32).reshape(-1, 3)
    colors = np.array([(c.r, c.g, c.b) for c in marker.colors], np.float32).reshape(-1, 3)
    if len(colors) != len(points) or kind == "triangles":
        colors = np.array((marker.color.r, marker.color.g, marker.color.b))
    if marker.type == Marker.LINE_STRIP:  # every inner point ends one line and begins another
        points, colors = _doubled(points), _doubled(colors) if colors.ndim == 2 else colors
    if corners:
        whole = len(points) - len(points) % corners
        points, colors = points[:whole], colors[:whole] if colors.ndim == 2 else colors
        if not whole:
            return None
    return Shape(
        kind,
        points,
        colors,
        opacity=marker.color.a,
        size=marker.scale.z if kind == "text" else marker.scale.x,
        pose=pose_matrix(marker.pose, f"marker {marker.ns!r}", StudioError),
        moves_with=frame_name(marker.header.frame_id) if marker.frame_locked else "",
        text=marker.text,
    )


def _doubled(rows: np.ndarray) -> np.ndarray:
    return np.repeat(rows, 2, axis=0)[1:-1]
