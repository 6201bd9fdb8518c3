"""`diffh2o curves`: draws the learning curves of training runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from diffh2o_ros.cli import outputs
from diffh2o_ros.printable import shown


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "curves",
        help="draw learning curves",
        description="Draws the learning curves that 'diffh2o train' keeps beside its checkpoints: "
        "training and validation error against steps and hours.",
    )
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="F.csv", help="one or several, in one picture"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="P.png", help="the picture")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".png")

    from diffh2o_ros.viz.curves import Curve, plot_curves

    plot_curves([Curve.load(path) for path in arguments.files], arguments.out)
    print(shown(arguments.out))
    return 0
