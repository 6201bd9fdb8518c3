"""`diffh2o dataset`: builds the procedural data set and looks into it."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

from diffh2o_ros.cli import import_grab, outputs
from diffh2o_ros.cli.arguments import add_seed, whole_number
from diffh2o_ros.cli.progress import Progress

MOST_SEQUENCES = 10_000_000


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "dataset",
        help="build the procedural data set, or draw some of it",
        description="The procedural data set: recipes of sequences, from which motions are "
        "computed.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    build = actions.add_parser(
        "build",
        help="build a data set",
        description="Builds a data set on all cores. Interrupted, it goes on where it was; the "
        "same seed gives the same data.",
    )
    build.add_argument("--out", type=Path, required=True, metavar="DIR", help="its folder")
    build.add_argument(
        "--num", type=whole_number(1, MOST_SEQUENCES), required=True, metavar="N",
        help="how many sequences",
    )  # fmt: skip
    build.add_argument(
        "--workers", type=whole_number(1, 1024), metavar="W", help="processes (default: all cores)"
    )
    add_seed(build)
    build.set_defaults(run=run_build)

    view = actions.add_parser(
        "view", help="draw samples", description="Draws samples of a data set as GIFs."
    )
    view.add_argument("folder", type=Path, metavar="DIR", help="the data set")
    view.add_argument("--out", type=Path, required=True, metavar="DIR", help="where GIFs go")
    view.add_argument(
        "--num", type=whole_number(1, 1000), default=4, metavar="N", help="how many (default 4)"
    )
    add_seed(view)
    view.set_defaults(run=run_view)

    import_grab.add_parser(actions)


def run_build(arguments: argparse.Namespace) -> int:
    outputs.check_folder(arguments.out, "--out")

    from tqdm import tqdm

    from diffh2o_ros.data.build import build_dataset

    with tqdm(total=arguments.num, unit="seq", desc="building") as bar:
        built = build_dataset(
            arguments.out,
            arguments.num,
            arguments.seed,
            arguments.workers or os.cpu_count(),
            on_progress=lambda done, total: bar.update(done - bar.n),
        )
    print(f"{arguments.out}: {built} sequences of seed {arguments.seed}")
    return 0


def run_view(arguments: argparse.Namespace) -> int:
    outputs.check_folder(arguments.out, "--out")

    import numpy as np

    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.data.sequence import FPS, GRASP_FRAMES
    from diffh2o_ros.hands.open_hand import OpenHand
    from diffh2o_ros.motion.posing import interaction_from_motion
    from diffh2o_ros.viz.render import render_gif

    data = Dataset(arguments.folder)
    generator = np.random.default_rng(arguments.seed)
    count = min(arguments.num, len(data))
    for index in sorted(generator.choice(len(data), count, replace=False)):
        sequence = data[int(index)]
        side = sequence.recipe.side
        interaction = interaction_from_motion(
            sequence.motion,
            sequence.mesh,
            {side: OpenHand(side)},
            text=sequence.sentences[0],
            grasp_frame=GRASP_FRAMES,
            fps=FPS,
        )
        out = arguments.out / f"{int(index):06d}.gif"
        with Progress() as progress:
            render_gif(interaction, out, on_progress=partial(progress, out.name))
        print(f"{out}: {interaction.text}")
    return 0
