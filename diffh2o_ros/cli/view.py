"""`diffh2o view`: interaction files become a picture or a film."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_mano_dir, add_path, number, table, whole_number
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.geometry.table import UNDER_OBJECT
from diffh2o_ros.printable import shown

if TYPE_CHECKING:
    from diffh2o_ros.retargeting.trajectory import RobotTrajectory
    from diffh2o_ros.viz.shown import Shown

SIZES = (64, 4096)  #: pixels, width and height of a whole picture
HEIGHTS = (64, 2048)  #: pixels, of a single one
MOST_FILES = 12


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "view",
        help="draw interaction files as a GIF, PNG or MP4",
        description="Draws interaction files: a film (.gif, .mp4), several files side by side, or "
        "a strip of key frames (.png), several files one under another at the same scale.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="F.npz", help="interaction files")
    add_mano_dir(parser)
    add_path(parser, "--out", "PATH", "F.gif, F.png or F.mp4 (default: F.gif beside the file)")
    parser.add_argument(
        "--views",
        type=int,
        choices=(1, 2),
        help="front, or front and side (default: 2, of several files 1)",
    )
    parser.add_argument(
        "--size",
        type=size,
        default=360,
        metavar="PIXELS|WxH",
        help="height of each square picture (default 360), or width and height of all of it, such "
        "as 1280x720",
    )
    parser.add_argument(
        "--fps",
        type=number(float, 0, 50, above=True),
        default=15.0,
        help="of a GIF, up to 50 (default 15)",
    )
    parser.add_argument(
        "--close", action="store_true", help="close up: the camera stays with the grasp"
    )
    parser.add_argument(
        "--contacts", action="store_true", help="color the object orange where hands hold it"
    )
    parser.add_argument(
        "--table",
        type=table,
        default=UNDER_OBJECT,
        metavar="T",
        help="the table to draw: under_object (default), its z in meters, or none",
    )
    parser.add_argument(
        "--robot-trajectory",
        type=Path,
        nargs="+",
        default=(),
        metavar="T.npz",
        help="robot trajectory files made of them, drawn beside: one a file, in their order",
    )
    parser.set_defaults(run=run)


def size(text: str) -> int | tuple[int, int]:
    """A type for arguments that are the height of square pictures, or WIDTHxHEIGHT of all."""
    both = re.fullmatch(r"(\d{1,9})[xX](\d{1,9})", text)
    if both is None:
        return whole_number(*HEIGHTS)(text)
    width, height = int(both[1]), int(both[2])
    if not all(SIZES[0] <= length <= SIZES[1] for length in (width, height)):
        raise argparse.ArgumentTypeError(
            f"{text}: width and height are from {SIZES[0]} to {SIZES[1]} pixels"
        )
    return width, height


def run(arguments: argparse.Namespace) -> int:
    files = arguments.files
    count = len(files) + len(arguments.robot_trajectory)
    if count > MOST_FILES:
        raise CommandError(f"at most {MOST_FILES} files fit into a picture, not {count}")
    if len(files) > 1 and arguments.out is None:
        raise CommandError("--out says where the picture of several files goes")
    out = arguments.out or files[0].with_suffix(".gif")
    outputs.check_file(out, "--out", ".gif", ".png", ".mp4")

    from diffh2o_ros.viz.film import render_gif, render_mp4
    from diffh2o_ros.viz.strip import render_png

    motions = _motions(arguments)
    views = arguments.views or (2 if len(motions) == 1 else 1)
    with Progress() as progress:
        options = {"size": arguments.size, "on_progress": partial(progress, "drawing")}
        kind = out.suffix.lower()
        if kind == ".png":
            render_png(motions, out, views, **options)
        elif kind == ".mp4":
            render_mp4(motions, out, views, **options)
        else:
            render_gif(motions, out, views, fps=arguments.fps, **options)
    print(shown(out))
    return 0


def _motions(arguments: argparse.Namespace) -> list[Shown]:
    """What the files hold, each with its name above where there are several, and what robot hands
    make of it."""
    from diffh2o_ros.export.episode import load_episodes
    from diffh2o_ros.viz.shown import Shown

    files, motions = arguments.files, []
    for episode in load_episodes(files, arguments.robot_trajectory, mano_dir=arguments.mano_dir):
        name = "" if len(files) == 1 else f"{shown(episode.name)}: "
        motion = Shown(episode.interaction, caption=name + episode.interaction.text)
        motions.append(replace(motion, table=arguments.table))
        if episode.robot is not None:
            motions.append(_with_robot(episode.robot))
    held = " (orange: held here)" if arguments.contacts else ""
    return [
        replace(m, caption=m.title + held, close=arguments.close, contacts=arguments.contacts)
        for m in motions
    ]


def _with_robot(trajectory: RobotTrajectory) -> Shown:
    """The robot hands of a trajectory, and what simulation says of them."""
    from diffh2o_ros.retargeting.installed import check_installed

    check_installed("mujoco")
    from diffh2o_ros.retargeting.robots import load_robots
    from diffh2o_ros.simulation.drawing import drawable, verdict

    robots = load_robots([hand.robot for hand in trajectory.hands.values()], trajectory.hands)
    for side, robot in robots.items():
        trajectory.check_robot(side, robot.joint_names, robot.sha256)
    return drawable(trajectory, robots, verdict(trajectory))
