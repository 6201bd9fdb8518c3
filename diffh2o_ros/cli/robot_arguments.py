"""What commands about robot hands share: their flags, what they need, what they print."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_path, number
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.printable import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diffh2o_ros.retargeting.mapping import HandMapping
    from diffh2o_ros.retargeting.robot_hand import RobotHand
    from diffh2o_ros.retargeting.trajectory import RobotTrajectory

FILMS = (".gif", ".mp4", ".png")


def add_robot(parser: argparse.ArgumentParser, what: str, **others: Any) -> None:
    """Adds the flag of robot hands; `what` begins its help."""
    parser.add_argument(
        "--robot",
        action="append",
        metavar="R",
        help=f"{what}openhand, allegro, shadow, menagerie:NAME or an MJCF or URDF file; twice for "
        "files of either hand",
        **others,
    )
    add_map(parser)


def add_map(parser: Any) -> None:
    """Adds the flag of mappings."""
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        type=Path,
        metavar="Y",
        help="dex-retargeting's YAML file of the robot, which says what is thumb, finger and palm "
        "(default: inferred); twice where --robot is",
    )


def mappings(arguments: argparse.Namespace) -> list[HandMapping]:
    """Those of --map."""
    if not arguments.map:
        return []
    from diffh2o_ros.retargeting.mapping import read_mapping

    return [read_mapping(path) for path in arguments.map]


def add_simulation(parser: argparse.ArgumentParser) -> None:
    """Adds what a simulation is told, and its film."""
    parser.add_argument(
        "--mass",
        type=number(float, 0, 100, above=True),
        metavar="KG",
        help="of the object (default: by its volume)",
    )
    parser.add_argument(
        "--friction",
        type=number(float, 0, 10),
        default=0.9,
        metavar="MU",
        help="of all that touches (default 0.9)",
    )
    add_path(parser, "--video", "V", "a film of it, too: V.gif, V.mp4 or, as a strip, V.png")
    add_path(parser, "--cache-dir", "DIR", "folder that keeps objects' convex parts")


def check_video(arguments: argparse.Namespace) -> None:
    if arguments.video is not None:
        outputs.check_file(arguments.video, "--video", *FILMS)


def draw(trajectory: RobotTrajectory, robots: Mapping[str, RobotHand], path: Path) -> None:
    """Writes a film or a strip of pictures, and says where."""
    from diffh2o_ros.simulation.drawing import drawable
    from diffh2o_ros.viz.film import render_gif, render_mp4
    from diffh2o_ros.viz.strip import render_png

    scene = drawable(trajectory, robots, str(trajectory.settings.get("task", "")))
    render = {".gif": render_gif, ".mp4": render_mp4, ".png": render_png}[path.suffix.lower()]
    with Progress() as progress:
        render(scene, path, on_progress=partial(progress, "drawing"))
    print(shown(path))
