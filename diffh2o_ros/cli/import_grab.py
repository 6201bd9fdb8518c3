"""`diffh2o dataset import-grab`: a data set from GRAB, for users who have it."""

from __future__ import annotations

import argparse
import sys

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_path
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import counted_sequences
from diffh2o_ros.printable import shown


def add_parser(actions) -> None:
    """Adds the command to the actions of `diffh2o dataset`."""
    parser = actions.add_parser(
        "import-grab",
        help="make a data set from GRAB",
        description="Reads GRAB (https://grab.is.tue.mpg.de) and writes its sequences in this "
        "package's format: reach and interaction told apart by contact, 30 fps, with a sentence "
        "for each. Files that cannot be used are named and left out. Subject s10 is kept from "
        "training.",
    )
    add_path(
        parser,
        "--grab",
        "DIR",
        "where GRAB's archives were unpacked: the folder with grab/ and tools/ in it",
        required=True,
    )
    add_path(parser, "--mano", "DIR", "folder with MANO_RIGHT.pkl and MANO_LEFT.pkl", required=True)
    add_path(parser, "--out", "DIR", "its folder", required=True)
    add_path(
        parser,
        "--annotations",
        "CSV",
        "sentences of people, two columns: s1/mug_drink_1 and a sentence (default: sentences "
        "are composed from the action)",
    )
    parser.add_argument(
        "--no-mirror",
        action="store_true",
        help="leave out the mirror images, in which the hands change roles",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_folder(arguments.out, "--out")
    if arguments.annotations and not arguments.annotations.is_file():
        raise CommandError(f"--annotations {arguments.annotations} does not exist")

    from tqdm import tqdm

    from diffh2o_ros.data.grab.importer import import_grab

    with counted_sequences("importing") as progress:
        report = import_grab(
            arguments.grab,
            arguments.mano,
            arguments.out,
            arguments.annotations,
            mirror=not arguments.no_mirror,
            on_progress=progress,
            on_skip=lambda line: tqdm.write(line, file=sys.stderr),
        )
    print(f"{shown(arguments.out)}: {report}")
    return 0
