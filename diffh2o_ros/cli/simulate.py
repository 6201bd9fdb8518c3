"""`diffh2o simulate`: a robot trajectory file is carried out in simulation."""

from __future__ import annotations

import argparse

from diffh2o_ros.cli import robot_arguments
from diffh2o_ros.cli.arguments import add_path, number
from diffh2o_ros.retargeting.installed import check_installed


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "simulate",
        help="carry a robot trajectory out in simulation",
        description="Carries a robot trajectory file out and says whether the object does what was "
        "planned. Exit code 1: it does not.",
    )
    add_path(parser, "file", "T.npz", "the robot trajectory file")
    robot_arguments.add_robot(parser, "where its file lies elsewhere by now: ")
    parser.add_argument(
        "--displace",
        type=number(float, -1, 1),
        nargs=2,
        metavar=("X", "Y"),
        default=(0.0, 0.0),
        help="how far the object lies from where it should, meters",
    )
    robot_arguments.add_simulation(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    robot_arguments.check_video(arguments)
    check_installed("mujoco", "coacd")

    from diffh2o_ros.retargeting.robots import load_robots
    from diffh2o_ros.retargeting.trajectory import RobotTrajectory
    from diffh2o_ros.simulation.bench import Change
    from diffh2o_ros.simulation.report import describe
    from diffh2o_ros.simulation.robot_motion import SimulationOptions, simulated

    trajectory = RobotTrajectory.load(arguments.file)
    names = arguments.robot or [hand.robot for hand in trajectory.hands.values()]
    robots = load_robots(names, trajectory.hands, robot_arguments.mappings(arguments))
    for side, robot in robots.items():
        trajectory.check_robot(side, robot.joint_names, robot.sha256)
    change = Change("displaced", displaced=tuple(arguments.displace))
    options = SimulationOptions(arguments.mass, arguments.friction, cache_dir=arguments.cache_dir)
    found = simulated(trajectory, robots, options, change)
    print(describe(found))
    if arguments.video is not None:
        robot_arguments.draw(found, robots, arguments.video)
    return 0 if found.success else 1
