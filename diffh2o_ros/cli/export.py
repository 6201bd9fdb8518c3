"""`diffh2o export`: motions go into the formats that other programs read."""

from __future__ import annotations

import argparse
from pathlib import Path

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_mano_dir, add_path
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.printable import shown


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "export",
        help="write motions in formats that other programs read",
        description="Writes interaction files, with the robot trajectories made of them where "
        "there are any, in a format that other programs read.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="F.npz", help="interaction files")
    add_mano_dir(parser)
    parser.add_argument("--to", required=True, metavar="FORMAT", help="see docs/export.md")
    add_path(parser, "--out", "PATH", "the file, or for some formats the folder", required=True)
    parser.add_argument(
        "--robot-trajectory",
        type=Path,
        nargs="+",
        default=(),
        metavar="T.npz",
        help="robot trajectory files, one an interaction file and in their order",
    )
    add_path(parser, "--grasp", "G.json", "html: the target grasp that was asked for, as a ghost")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from diffh2o_ros.export.episode import load_episodes
    from diffh2o_ros.export.format import export, load_format
    from diffh2o_ros.motion.grasp import Grasp

    if arguments.grasp is not None and arguments.to != "html":
        raise CommandError(f"--grasp goes with --to html, not with {shown(arguments.to)}")
    suffix = load_format(arguments.to).suffix
    if suffix:
        outputs.check_file(arguments.out, "--out", suffix)
    else:
        outputs.check_folder(arguments.out, "--out")
    target = None if arguments.grasp is None else Grasp.from_json(arguments.grasp)
    episodes = load_episodes(
        arguments.files, arguments.robot_trajectory, target, arguments.mano_dir
    )
    export(episodes, arguments.to, arguments.out)
    print(shown(arguments.out))
    return 0
