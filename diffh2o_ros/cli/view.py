"""`diffh2o view`: an interaction file becomes a picture or a film."""

from __future__ import annotations

import argparse
from functools import partial

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_mano_dir, add_path, number, whole_number
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.printable import shown


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "view",
        help="draw an interaction file as a GIF, PNG or MP4",
        description="Draws an interaction file: a film (.gif, .mp4) or a strip of key frames "
        "(.png), from the front and from the side.",
    )
    add_path(parser, "file", "F.npz", "the interaction file")
    add_mano_dir(parser)
    add_path(parser, "--out", "PATH", "F.gif, F.png or F.mp4 (default: F.gif beside it)")
    parser.add_argument(
        "--views", type=int, choices=(1, 2), default=2, help="of a film: front, or front and side"
    )
    parser.add_argument(
        "--size",
        type=whole_number(64, 2048),
        default=360,
        metavar="PIXELS",
        help="height of a picture (default 360)",
    )
    parser.add_argument(
        "--fps",
        type=number(float, 0, 50, above=True),
        default=15.0,
        help="of a GIF, up to 50 (default 15)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    out = arguments.out or arguments.file.with_suffix(".gif")
    outputs.check_file(out, "--out", ".gif", ".png", ".mp4")

    from diffh2o_ros.motion.interaction import Interaction
    from diffh2o_ros.viz.render import render_gif, render_mp4, render_png

    interaction = Interaction.load(arguments.file, arguments.mano_dir)
    with Progress() as progress:
        options = {"size": arguments.size, "on_progress": partial(progress, "drawing")}
        kind = out.suffix.lower()
        if kind == ".png":
            render_png(interaction, out, **options)
        elif kind == ".mp4":
            render_mp4(interaction, out, arguments.views, **options)
        else:
            render_gif(interaction, out, arguments.views, fps=arguments.fps, **options)
    print(shown(out))
    return 0
