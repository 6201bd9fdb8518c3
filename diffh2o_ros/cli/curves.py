"""`diffh2o curves`: draws the learning curves of training runs."""

from __future__ import annotations

import argparse

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_path
from diffh2o_ros.printable import shown


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "curves",
        help="draw learning curves",
        description="Draws the learning curves that 'diffh2o train' keeps beside its checkpoints: "
        "training and validation error against steps and hours.",
    )
    add_path(parser, "files", "F.csv", "one or several, in one picture", nargs="+")
    add_path(parser, "--out", "P.png", "the picture", required=True)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".png")

    from diffh2o_ros.viz.curves import Curve, plot_curves

    plot_curves([Curve.load(path) for path in arguments.files], arguments.out)
    print(shown(arguments.out))
    return 0
