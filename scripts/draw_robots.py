"""Draws robot trajectories side by side, each in the middle of its hold: docs/robots.png.

python scripts/draw_robots.py T1.npz T2.npz ... --out docs/robots.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from diffh2o_ros.retargeting.robots import load_robots
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.drawing import FPS, drawable
from diffh2o_ros.viz.render import render_frames

SIZE, COLORS = 420, 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    pictures = []
    for file in arguments.files:
        trajectory = RobotTrajectory.load(file)
        names = [hand.robot for hand in trajectory.hands.values()]
        scene = drawable(trajectory, load_robots(names, trajectory.hands), "")
        start, stop = next(iter(trajectory.hands.values())).hold
        middle = (start + min(stop, trajectory.times[-1])) / 2
        pictures += render_frames(scene, [round(middle * FPS)], size=SIZE)
    picture = Image.fromarray(np.concatenate(pictures, 1))
    picture.quantize(COLORS).save(arguments.out, optimize=True)


if __name__ == "__main__":
    main()
