"""`diffh2o train`: trains one stage, or the recognizer, on a data set."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from diffh2o_ros.cli import outputs, train_recognizer
from diffh2o_ros.cli.arguments import add_option, add_path, device_name, number, whole_number
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import counted_sequences
from diffh2o_ros.printable import shown
from diffh2o_ros.synthesis.options import SynthesizerOptions
from diffh2o_ros.text.registry import ENCODERS

if TYPE_CHECKING:
    from diffh2o_ros.models.checkpoint import Checkpoint
    from diffh2o_ros.training.recipes import Recipe


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "train",
        help="train the networks",
        description="Trains a network on a data set of 'diffh2o dataset build'. The checkpoints "
        "in the package were made by scripts/train_shipped.sh.",
    )
    networks = parser.add_subparsers(metavar="NETWORK", required=True)
    for stage in ("grasp", "interaction"):
        _add_stage(networks, stage)
    train_recognizer.add_parser(networks)


def _add_stage(networks, stage: str) -> None:
    parser = networks.add_parser(
        stage,
        help=f"the {stage} stage",
        description=f"Trains the {stage} stage and writes its checkpoint, its learning curve "
        "(.csv) and what --resume goes on from. On several GPUs: 'torchrun --standalone "
        f"--nproc-per-node 4 -m diffh2o_ros train {stage} ...', with the same result.",
    )
    add_path(parser, "--data", "DIR", "the data set", required=True)
    add_path(parser, "--out", "F.safetensors", "the checkpoint", required=True)
    parser.add_argument(
        "--recipe",
        choices=("shipped", "tiny"),
        default="shipped",
        help="tiny tries the machinery out (default: shipped)",
    )
    parser.add_argument(
        "--text-encoder",
        choices=ENCODERS.names(),
        default=ENCODERS.default,
        help=f"what the network reads sentences with (default: {ENCODERS.default})",
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument(
        "--steps",
        type=whole_number(1, 10**8),
        metavar="N",
        help="training steps (default: the recipe's)",
    )
    budget.add_argument(
        "--minutes",
        type=number(float, 0, 1e6, above=True),
        metavar="M",
        help="or minutes of training",
    )
    add_option(parser, SynthesizerOptions, "device", type=device_name)
    begin = parser.add_mutually_exclusive_group()
    add_path(begin, "--from", "F.safetensors", "a trained network to begin with", dest="start")
    begin.add_argument("--resume", action="store_true", help="go on where OUT's run stopped")
    parser.set_defaults(run=run, stage=stage)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".safetensors")

    from dataclasses import replace

    from diffh2o_ros.training.continuing import codec_of, continued_recipe
    from diffh2o_ros.training.distributed import device_of_process, is_first_process
    from diffh2o_ros.training.loop import Budget, train
    from diffh2o_ros.training.prepare import (
        fit_codec,
        prepare_arrays,
        sentence_labels,
        stage_arrays,
        text_probe,
    )
    from diffh2o_ros.training.recipes import recipe

    plan = recipe(arguments.stage, arguments.recipe)
    device = device_of_process(arguments.device)
    known_text = text_probe(arguments.data, arguments.text_encoder)
    start, before = _beginning(arguments, plan)
    codec = codec_of(start) if start else None
    if before:
        plan = continued_recipe(plan, before)
    with counted_sequences("preparing", disable=not is_first_process()) as progress:
        arrays, basis = prepare_arrays(
            arguments.data,
            arguments.text_encoder,
            on_progress=progress,
            basis=codec and codec.basis,
        )
    arrays = stage_arrays(arrays, arguments.stage)
    plan = replace(plan, network=replace(plan.network, text_dim=arrays.text_dim))
    meta = {"text_probe": known_text} | _story(arguments, start, before)
    steps = None if arguments.minutes else arguments.steps or plan.steps
    try:
        out = train(
            plan,
            arrays,
            codec or fit_codec(arrays, basis, plan),
            arguments.out,
            Budget(steps, arguments.minutes),
            device=device,
            resume=arguments.resume,
            start=start and start.model,
            labels=sentence_labels(arguments.data),
            meta=meta,
        )
    except FloatingPointError as error:
        raise CommandError(str(error)) from error
    if is_first_process():
        print(shown(out))
    return 0


def _beginning(arguments: argparse.Namespace, plan: Recipe) -> tuple[Checkpoint | None, dict]:
    """The checkpoint that decides how features are seen, and the story of what came before it."""
    from diffh2o_ros.models.checkpoint import load_checkpoint
    from diffh2o_ros.training.continuing import load_start, story

    if arguments.resume:
        start = load_checkpoint(arguments.out)
        return start, start.meta.get("continues", {})
    if arguments.start is None:
        return None, {}
    start = load_start(arguments.start, plan, arguments.text_encoder)
    return start, story(start)


def _story(arguments: argparse.Namespace, start: Checkpoint | None, before: dict) -> dict:
    """What the checkpoint will say of itself."""
    from diffh2o_ros.training.continuing import joined_ranges
    from diffh2o_ros.training.prepare import prepare_ranges

    ranges = prepare_ranges(arguments.data, arguments.text_encoder)
    meta = {"text_encoder": arguments.text_encoder, "recipe_name": arguments.recipe}
    if start is None or not before:
        return meta | {"shape_ranges": ranges}
    ranges = joined_ranges(ranges, start.meta["shape_ranges"])
    return meta | {"shape_ranges": ranges, "continues": before}
