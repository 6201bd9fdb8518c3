"""`diffh2o retarget`: an interaction file becomes the motion of robot hands, seen in simulation."""

from __future__ import annotations

import argparse

from diffh2o_ros.cli import outputs, robot_arguments
from diffh2o_ros.cli.arguments import add_mano_dir, add_path, whole_number
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.installed import check_installed


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "retarget",
        help="make robot hands do what human ones do, in simulation",
        description="Plans how robot hands do what the hands of an interaction file do, tries "
        "plans in simulation until one works, and writes the robot trajectory with what another "
        "simulation says of it. Exit code 1: none of them works.",
    )
    add_path(parser, "file", "F.npz", "the interaction file")
    add_mano_dir(parser)
    robot_arguments.add_robot(parser, "", required=True)
    add_path(parser, "--out", "T.npz", "the robot trajectory file", required=True)
    parser.add_argument(
        "--seed",
        type=whole_number(0, 2**32 - 1),
        default=0,
        metavar="S",
        help="the same seed gives the same result (default: 0)",
    )
    robot_arguments.add_simulation(parser)
    add_path(parser, "--spider", "DIR", "the human motion for SPIDER, too: its dataset_dir")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".npz")
    robot_arguments.check_video(arguments)
    if arguments.spider is not None:
        outputs.check_folder(arguments.spider, "--spider")
    check_installed("mujoco", "coacd")

    from diffh2o_ros.motion.interaction import Interaction
    from diffh2o_ros.retargeting.robots import load_robots
    from diffh2o_ros.simulation.report import describe
    from diffh2o_ros.simulation.robot_motion import SimulationOptions, robot_motion

    motion = Interaction.load(arguments.file, arguments.mano_dir)
    robots = load_robots(arguments.robot, motion.hands, robot_arguments.mappings(arguments))
    options = SimulationOptions(
        arguments.mass, arguments.friction, arguments.seed, arguments.cache_dir
    )
    if arguments.spider is not None:
        from diffh2o_ros.export.formats.spider import save_spider

        print(shown(save_spider(motion, arguments.spider)))
    found = robot_motion(motion, robots, options)
    found.save(arguments.out)
    print(f"{shown(arguments.out)}: {describe(found)}")
    if arguments.video is not None:
        robot_arguments.draw(found, robots, arguments.video)
    return 0 if found.success else 1
