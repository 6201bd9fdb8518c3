#!/usr/bin/env python3
"""Draws docs/gripper.png: a gripper's frame, and the hand that holds what the gripper would.

scripts/with_ros.sh python scripts/draw_gripper.py docs/gripper.png
"""

from __future__ import annotations

import sys

import numpy as np
import pyvista as pv
import torch

from diffh2o_ros.hands.gripper import pinch_pose, wrist_of_gripper
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.nodes.from_messages import grasp_of_wrist

TIP = 0.06  # meters from the gripper's origin to between its fingertips
AXES = {"closing": (1, "#2a9d3a"), "approach": (2, "#1f5fd0")}


def main(path: str) -> None:
    """Writes the picture."""
    gripper = np.eye(4)
    gripper[:3, :3] = np.array([[1, 0, 0], [0, -1, 0], [0, 0, -1]])
    gripper[:3, 3] = 0.0, 0.0, TIP
    plotter = pv.Plotter(off_screen=True, window_size=(1500, 620), shape=(1, 2), border=False)
    for column, (hand, jaws) in enumerate(((None, 0.5), ("right", 0.2))):
        plotter.subplot(0, column)
        plotter.set_background("#f6f4f0")
        object_ = pv.Box((-0.02, 0.02, -0.022, 0.022, -0.05, 0.02))
        plotter.add_mesh(object_, color="#b8c4b0", opacity=0.35)
        _gripper(plotter, gripper, jaws)
        if hand is not None:
            _hand(plotter, gripper, hand)
        plotter.camera_position = [(-0.36, -0.25, 0.12), (0.0, 0.0, 0.045), (0, 0, 1)]
        plotter.camera.zoom(0.9)
    plotter.screenshot(path)


def _gripper(plotter: pv.Plotter, gripper: np.ndarray, opacity: float) -> None:
    parts = [(-0.01, 0.01, -0.045, 0.045, -0.015, 0.0)]
    parts += [(-0.008, 0.008, y - 0.005, y + 0.005, 0.0, TIP + 0.01) for y in (-0.027, 0.027)]
    for bounds in parts:
        box = pv.Box(bounds).transform(gripper, inplace=False)
        plotter.add_mesh(box, color="#777777", opacity=opacity)
    origin = gripper[:3, 3]
    for name, (axis, color) in AXES.items():
        arrow = pv.Arrow(
            start=origin,
            direction=gripper[:3, axis],
            scale=0.095,
            shaft_radius=0.03,
            tip_radius=0.08,
        )
        plotter.add_mesh(arrow, color=color)
        plotter.add_point_labels(
            [origin + 0.105 * gripper[:3, axis]],
            [name],
            text_color=color,
            font_size=26,
            shape=None,
            show_points=False,
            always_visible=True,
        )
    plotter.add_mesh(pv.Sphere(radius=0.004, center=origin), color="#222222")
    plotter.add_mesh(pv.Sphere(radius=0.004, center=origin + TIP * gripper[:3, 2]), color="#c02020")


def _hand(plotter: pv.Plotter, gripper: np.ndarray, side: str) -> None:
    grasp = grasp_of_wrist(wrist_of_gripper(gripper, side, "z", "y", TIP), side)
    hand = OpenHand(side)
    posed = hand(*map(torch.tensor, (grasp.global_orient, grasp.transl, pinch_pose(side))))
    faces = np.hstack([np.full((len(hand.faces), 1), 3), hand.faces.numpy()])
    mesh = pv.PolyData(posed.vertices.numpy(), faces.ravel())
    plotter.add_mesh(mesh, color="#edb28f", smooth_shading=True)
    wrist = rest_joints(side)[0].numpy() + grasp.transl
    plotter.add_mesh(pv.Sphere(radius=0.005, center=wrist), color="#222222")


if __name__ == "__main__":
    main(sys.argv[1])
