"""Draws what `make demo` made as the README's first picture: the human hand on its way and with the
object, and the robot hand likewise, in simulation.

python scripts/draw_demo.py out/demo --out docs/mug.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.robots import load_robots
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.drawing import drawable
from diffh2o_ros.viz.render import render_frames
from diffh2o_ros.viz.shown import Shown

SIZE, COLORS = 360, 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    motion = Interaction.load(arguments.folder / "interaction.npz")
    robot = RobotTrajectory.load(arguments.folder / "robot.npz")
    robots = load_robots([hand.robot for hand in robot.hands.values()], robot.hands)
    pictures = []
    for shown in (Shown(motion), drawable(robot, robots, "")):
        scene = shown.interaction
        highest = int(scene.object_pose[:, 2, 3].argmax())
        frames = [round(0.75 * scene.grasp_frame), highest]
        pictures += render_frames(shown, frames, size=SIZE)
    picture = Image.fromarray(np.concatenate(pictures, 1))
    picture.quantize(COLORS).save(arguments.out, optimize=True)


if __name__ == "__main__":
    main()
