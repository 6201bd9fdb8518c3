"""`diffh2o studio`: a page in the browser on which motions are made, looked at and taken away."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from diffh2o_ros.cli import robot_arguments
from diffh2o_ros.cli.arguments import add_option, device_name, number, options_of, whole_number
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.printable import shown
from diffh2o_ros.synthesis.options import RequestOptions, SynthesizerOptions

HOST, PORT = "127.0.0.1", 8080


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "studio",
        help="make, compare and take away motions in the browser",
        description="Opens a page on which meshes and sentences become motions, to be looked at, "
        "simulated and taken away. Ctrl-C closes it.",
    )
    parser.add_argument(
        "--host",
        default=HOST,
        help=f"the address it is reached at (default {HOST}: from this machine alone)",
    )
    parser.add_argument(
        "--port", type=whole_number(0, 65535), default=PORT, help=f"(default {PORT}; 0: a free one)"
    )
    parser.add_argument(
        "--most-upload",
        type=number(float, 0, 1000, above=True),
        default=50.0,
        metavar="MB",
        help="the largest mesh file that is taken (default 50)",
    )
    robot_arguments.add_robot(parser, "a robot hand to choose from, beside those with names: ")
    add_option(parser, RequestOptions, "steps", metavar="K")
    unrefined = "leave contacts as the networks make them"
    add_option(parser, RequestOptions, "refine", help=unrefined)
    add_option(parser, SynthesizerOptions, "device", type=device_name)
    add_option(parser, SynthesizerOptions, "hand")
    for folder in ("mano_dir", "weights", "cache_dir"):
        add_option(parser, SynthesizerOptions, folder, type=Path, metavar="DIR")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from diffh2o_ros.studio.address import LOCAL, check_address
    from diffh2o_ros.studio.installed import check_viser

    check_viser()
    check_address(arguments.host, arguments.port)  # before the networks are loaded
    if arguments.map and not arguments.robot:
        raise CommandError("--map goes with --robot")
    with Progress() as progress:
        progress("loading", 0, 1)
        from diffh2o_ros import Synthesizer
        from diffh2o_ros.studio.desk import Desk
        from diffh2o_ros.studio.panel import MEGABYTE, Offer
        from diffh2o_ros.studio.simulating import RobotChoices

        robots = RobotChoices(arguments.robot or (), robot_arguments.mappings(arguments))
        synthesizer = Synthesizer(**vars(options_of(SynthesizerOptions, arguments)))
        synthesizer.warm_up()
    offer = Offer(
        synthesizer,
        {"steps": arguments.steps, "refine": arguments.refine},
        robots,
        int(arguments.most_upload * MEGABYTE),
        arguments.cache_dir,
        arguments.mano_dir,
    )
    desk = Desk(offer, arguments.host, arguments.port)
    if arguments.host not in LOCAL:
        said = f"whoever reaches {shown(arguments.host)} can use it: there is no password"
        print(f"note: {said}", file=sys.stderr)
    print(desk.url)
    threading.Event().wait()
    return 0
