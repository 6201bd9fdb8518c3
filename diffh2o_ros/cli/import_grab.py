"""`diffh2o dataset import-grab`: a data set from GRAB, for users who have it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from diffh2o_ros.cli import outputs
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
    parser.add_argument(
        "--grab",
        type=Path,
        required=True,
        metavar="DIR",
        help="where GRAB's archives were unpacked: the folder with grab/ and tools/ in it",
    )
    parser.add_argument(
        "--mano",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with MANO_RIGHT.pkl and MANO_LEFT.pkl",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="its folder")
    parser.add_argument(
        "--annotations",
        type=Path,
        metavar="CSV",
        help="sentences of people, two columns: s1/mug_drink_1 and a sentence (default: sentences "
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
