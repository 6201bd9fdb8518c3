#!/usr/bin/env python3
"""Draws the node's markers as RViz shows them: scene, and one frame of the playback.

scripts/with_ros.sh python scripts/draw_markers.py docs/rviz.png
"""

from __future__ import annotations

import sys

import numpy as np
import pyvista as pv
import torch
from builtin_interfaces.msg import Time
from scipy.spatial.transform import Rotation
from visualization_msgs.msg import Marker

from diffh2o_ros import Synthesizer
from diffh2o_ros.export.ros.film import Film
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.nodes.to_messages import MESSAGES

MESH, TASK = "assets/mug.ply", "drink from the mug with the right hand"


def main(path: str) -> None:
    """Writes the picture: one frame of the reach, and one with the mug at the mouth."""
    synthesizer = Synthesizer(device="cpu")
    (first,) = synthesizer.synthesize(MESH, TASK, seed=2)
    hand, frame = first.hands["right"], first.grasp_frame - 1
    grasp = Grasp(
        "right",
        hand.global_orient[frame],
        hand.transl[frame] + [0.0, 0.0, 0.006],
        hand.hand_pose[frame],
    )
    (found,) = synthesizer.synthesize(MESH, TASK, grasp, seed=3)
    model = synthesizer.models.hands["right"]
    posed = model(*map(torch.tensor, (grasp.global_orient, grasp.transl, grasp.hand_pose)))
    film = Film(MESSAGES, found, "world", (posed.vertices.detach().numpy(), model.faces.numpy()))
    highest = int(found.object_pose[:, 2, 3].argmax())
    plotter = pv.Plotter(off_screen=True, window_size=(1500, 700), shape=(1, 2), border=False)
    for column, index in enumerate((found.grasp_frame - 12, highest)):
        plotter.subplot(0, column)
        plotter.set_background("#303030")
        plotter.add_mesh(
            pv.Plane(i_size=1, j_size=1, i_resolution=10, j_resolution=10),
            style="wireframe",
            color="#606060",
        )
        for array in (film.scene(None), film.frame(index, Time(), None)):
            for marker in array.markers:
                if marker.action == Marker.ADD:
                    _draw(plotter, marker)
        plotter.camera_position = [(0.85, -0.95, 0.75), (-0.08, 0.0, 0.24), (0, 0, 1)]
    plotter.screenshot(path)


def _draw(plotter: pv.Plotter, marker: Marker) -> None:
    """One marker, of the kinds that the node sends."""
    points = np.array([(p.x, p.y, p.z) for p in marker.points])
    quaternion = [getattr(marker.pose.orientation, axis) for axis in "xyzw"]
    position = [getattr(marker.pose.position, axis) for axis in "xyz"]
    points = Rotation.from_quat(quaternion).apply(points) + position
    color, opacity = [marker.color.r, marker.color.g, marker.color.b], marker.color.a
    if marker.type == Marker.TRIANGLE_LIST:
        corners = np.arange(len(points)).reshape(-1, 3)
        faces = np.hstack([np.full((len(corners), 1), 3), corners]).ravel()
        mesh = pv.PolyData(points, faces).clean()
        plotter.add_mesh(mesh, color=color, opacity=opacity, smooth_shading=True)
    elif marker.type == Marker.LINE_STRIP:
        plotter.add_mesh(pv.lines_from_points(points), color=color, line_width=3)
    elif marker.type == Marker.SPHERE_LIST:
        for point, c in zip(points, marker.colors, strict=True):
            ball = pv.Sphere(radius=marker.scale.x / 2, center=point)
            plotter.add_mesh(ball, color=[c.r, c.g, c.b])


if __name__ == "__main__":
    main(sys.argv[1])
