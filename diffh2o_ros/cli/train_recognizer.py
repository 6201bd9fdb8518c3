"""`diffh2o train recognizer`: trains the network that judges which action a motion shows."""

from __future__ import annotations

import argparse
from pathlib import Path

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_seed, whole_number
from diffh2o_ros.cli.progress import counted_sequences
from diffh2o_ros.printable import shown


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "recognizer",
        help="the judge of 'diffh2o evaluate': which action a motion shows",
        description="Trains the network that tells from a motion what is done, prints how well it "
        "does on objects that training never saw, and stores with it how diverse the data is. "
        "A few minutes on one core.",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data set")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="F.safetensors", help="the checkpoint"
    )
    parser.add_argument(
        "--steps",
        type=whole_number(1, 10**6),
        metavar="N",
        help="training steps (default: what the shipped one had)",
    )
    add_seed(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".safetensors")

    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.models.recognizer import save_recognizer
    from diffh2o_ros.training.prepare import prepare_arrays
    from diffh2o_ros.training.recognizer import STEPS, confusion, train_recognizer
    from diffh2o_ros.training.recognizer_data import LabeledMotions
    from diffh2o_ros.training.recognizer_diversity import data_diversity

    infos = Dataset(arguments.data).infos
    with counted_sequences("preparing") as progress:
        arrays, basis = prepare_arrays(arguments.data, on_progress=progress)
    data = LabeledMotions.of(arrays.features, infos)
    steps = arguments.steps or STEPS
    network = train_recognizer(data, steps, arguments.seed)
    found = confusion(network, data)
    meta = {
        "sequences": int(data.seen.sum()),
        "steps": steps,
        "seed": arguments.seed,
        "accuracy": found.accuracy if found.counts.any() else None,
        "confusion": found.counts.tolist(),
        "diversity": data_diversity(arrays.features, infos, basis, arguments.seed),
    }
    save_recognizer(arguments.out, network, meta)
    print(found.summary())
    print(f"right on unseen objects: {found.accuracy:.1%} of {found.counts.sum()} motions")
    print(shown(arguments.out))
    return 0
