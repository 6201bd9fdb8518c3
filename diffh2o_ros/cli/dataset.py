"""`diffh2o dataset`: builds data sets, imports them, checks them and looks into them."""

from __future__ import annotations

import argparse
import os

from diffh2o_ros.cli import import_grab, outputs
from diffh2o_ros.cli.arguments import add_option, add_path, number, whole_number
from diffh2o_ros.cli.progress import counted_sequences
from diffh2o_ros.printable import shown
from diffh2o_ros.synthesis.options import RequestOptions

MOST_SEQUENCES = 10_000_000
DEFAULT_SEQUENCES = 10_000


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "dataset",
        help="build, import, check and look at data sets",
        description="Data sets of hands and objects in motion: procedural ones, and recordings. "
        "docs/dataset.md describes what they hold.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _add_build(actions)
    import_grab.add_parser(actions)
    _add_stats(actions)

    validate = _add_reader(
        actions,
        "validate",
        run_validate,
        "check every sequence against the format's promises",
        "Checks files, shapes, words, contacts and collisions; exit 1 if anything is wrong.",
    )
    _add_sample_size(validate, None, "sequences that are checked")
    _add_workers(validate)

    meshes = _add_reader(
        actions,
        "meshes",
        run_meshes,
        "write objects as PLY files",
        "Writes objects of a data set as PLY files, for 'diffh2o evaluate' and 'synthesize'.",
    )
    add_path(meshes, "--out", "DIR", "their folder", required=True)
    meshes.add_argument(
        "--split",
        default="unseen_family",
        metavar="NAME",
        help="train, unseen_instance or unseen_family (default): which objects",
    )
    _add_sample_size(meshes, None, "objects")

    view = _add_reader(
        actions,
        "view",
        run_view,
        "draw samples",
        "Draws random samples into one picture: each as a strip of frames from two views.",
    )
    add_path(view, "--out", "FILE", "a .png", required=True)
    _add_sample_size(view, 24, "samples", most=400)
    view.add_argument("--action", metavar="NAME", help="only this action")


def _add_build(actions) -> None:
    build = actions.add_parser(
        "build",
        help="build the procedural data set",
        description="Builds the procedural data set on all cores. Interrupted, it goes on where "
        "it was; the same seed gives the same data.",
    )
    add_path(build, "--out", "DIR", "its folder", required=True)
    build.add_argument(
        "--num",
        type=whole_number(1, MOST_SEQUENCES),
        default=DEFAULT_SEQUENCES,
        metavar="N",
        help=f"how many sequences (default {DEFAULT_SEQUENCES})",
    )
    build.add_argument(
        "--handedness",
        type=number(float, 0.01, 0.99),
        metavar="SHARE",
        default=0.9,
        help="share of right hands among motions whose sentence names no hand (default 0.9)",
    )
    _add_workers(build)
    add_option(build, RequestOptions, "seed", metavar="S")
    build.set_defaults(run=run_build)


def _add_stats(actions) -> None:
    stats = _add_reader(
        actions,
        "stats",
        run_stats,
        "count and measure",
        "Counts what a data set holds and measures its motions, as 'diffh2o evaluate' measures "
        "results; prints Markdown.",
    )
    _add_sample_size(stats, 1000, "sequences that are measured")
    stats.add_argument(
        "--hold",
        type=number(float, 0, 1),
        default=0.05,
        metavar="SHARE",
        help="fraction of them whose grasps are tried in MuJoCo (default 0.05; 0: none)",
    )
    add_path(stats, "--json", "FILE", "write the figures there too")
    _add_workers(stats)


def _add_reader(actions, name: str, run, summary: str, description: str):
    parser = actions.add_parser(name, help=summary, description=description)
    add_path(parser, "folder", "DIR", "the data set")
    add_option(parser, RequestOptions, "seed", metavar="S")
    parser.set_defaults(run=run)
    return parser


def _add_sample_size(parser, default: int | None, what: str, most: int = MOST_SEQUENCES) -> None:
    parser.add_argument(
        "--num",
        type=whole_number(1, most),
        default=default,
        metavar="N",
        help=f"{what}, drawn at random (default {default or 'all'})",
    )


def _add_workers(parser) -> None:
    parser.add_argument(
        "--workers", type=whole_number(1, 1024), metavar="W", help="processes (default: all cores)"
    )


def run_build(arguments: argparse.Namespace) -> int:
    outputs.check_folder(arguments.out, "--out")

    from diffh2o_ros.data.build import build_dataset

    workers = arguments.workers or os.cpu_count()
    with counted_sequences("building", total=arguments.num) as progress:
        built = build_dataset(
            arguments.out, arguments.num, arguments.seed, workers, progress, arguments.handedness
        )
    print(f"{shown(arguments.out)}: {built} sequences of seed {arguments.seed}")
    return 0


def run_stats(arguments: argparse.Namespace) -> int:
    if arguments.json is not None:
        outputs.check_file(arguments.json, "--json", ".json")

    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.data.stats import dataset_stats

    data = Dataset(arguments.folder)
    with counted_sequences("measuring", delay=1) as progress:
        found = dataset_stats(
            data, arguments.num, arguments.seed, arguments.hold, arguments.workers, progress
        )
    print(found.markdown())
    if arguments.json is not None:
        found.write_json(arguments.json)
    return 0


def run_validate(arguments: argparse.Namespace) -> int:
    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.data.validate import validate

    data = Dataset(arguments.folder)
    with counted_sequences("checking", delay=1) as progress:
        faults = validate(data, arguments.num, arguments.seed, arguments.workers, progress)
    for fault in faults:
        print(fault)
    checked = min(arguments.num or len(data), len(data))
    print(f"{shown(arguments.folder)}: {checked} sequences checked, {len(faults)} faults")
    return 1 if faults else 0


def run_meshes(arguments: argparse.Namespace) -> int:
    outputs.check_folder(arguments.out, "--out")

    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.data.meshes import write_meshes

    data = Dataset(arguments.folder)
    paths = write_meshes(data, arguments.split, arguments.num, arguments.seed, arguments.out)
    print(f"{shown(arguments.out)}: {len(paths)} objects of split {arguments.split}")
    return 0


def run_view(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".png")

    import numpy as np

    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.data.format import DatasetError, interaction_of
    from diffh2o_ros.viz.contact_sheet import render_contact_sheet

    data = Dataset(arguments.folder)
    fits = [i for i, info in enumerate(data.infos) if arguments.action in (None, info.action)]
    if not fits:
        known = ", ".join(sorted({info.action for info in data.infos}))
        raise DatasetError(f"no sequence of action '{arguments.action}'; there are: {known}")
    generator = np.random.default_rng(arguments.seed)
    chosen = np.sort(generator.permutation(fits)[: arguments.num])
    with counted_sequences("drawing", total=len(chosen)) as progress:
        render_contact_sheet(
            (interaction_of(data[int(index)]) for index in chosen),
            arguments.out,
            lambda done: progress(done, len(chosen)),
        )
    print(f"{shown(arguments.out)}: {len(chosen)} of {len(data)} sequences")
    return 0
