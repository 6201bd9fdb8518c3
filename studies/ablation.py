"""What each idea is worth, by small networks that were trained alike.

python -m studies.ablation train --data out/dataset --out W
python -m studies.ablation run --weights W --meshes DIR --grasps FILE
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.cli.arguments import OneLineParser, whole_number
from diffh2o_ros.cli.evaluate import REFINEMENTS
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.evaluation.report import NAMES
from diffh2o_ros.evaluation.running import Setup
from diffh2o_ros.evaluation.summary import STRICT, TARGETS, VERDICTS
from diffh2o_ros.evaluation.tables import measure_table
from diffh2o_ros.training.prepare import prepare_arrays, prepare_ranges
from studies.common import (
    SEAM_SPEED,
    Trial,
    TrialRow,
    add_flags,
    cases,
    row_file,
    run_program,
    run_trials,
    setup,
)
from studies.networks import NETWORKS, train_network
from studies.pages import draw_variants, group, save_page
from studies.targets import chosen_grasps
from studies.variants import GUIDANCE, GUIDED, IDEAS, VARIANTS, VariantRunner

MEASURES = (*STRICT[:7], SEAM_SPEED, *STRICT[7:], *VERDICTS)


def main(words: Sequence[str]) -> None:
    arguments = _parser().parse_args(words)
    arguments.run(arguments)


def _train(arguments: argparse.Namespace) -> None:
    arrays, basis = prepare_arrays(arguments.data)
    ranges = prepare_ranges(arguments.data)
    for name in [arguments.only] if arguments.only else NETWORKS:
        path = train_network(
            name,
            NETWORKS[name],
            arrays,
            basis,
            arguments.out,
            arguments.steps,
            arguments.device,
            ranges=ranges,
        )
        print(path)


def _run(arguments: argparse.Namespace) -> None:
    shared = setup(arguments, arguments.grasps)
    names = [arguments.only] if arguments.only else list(VARIANTS)
    needed = {network for name in names for network in VARIANTS[name].networks}
    trials = _trials(arguments, shared, names)
    file = row_file(shared, "ablation", sorted(needed))
    results = run_trials(VariantRunner, shared, trials, file, arguments.jobs)
    parts = [
        "# What each idea is worth",
        "Networks of 2 M parameters each, trained alike (`studies/networks.py`); "
        f"{len(shared.meshes)} objects, {shared.settings.num_candidates} candidates, "
        f"{len(results)} runs. Medians; success, hand choice and recognition are fractions. "
        "docs/evaluation.md defines the figures. Small networks serve to compare: the shipped "
        "ones do better.",
    ]
    refinements = REFINEMENTS[arguments.refinement]
    for title, variants, says in (*IDEAS, GUIDANCE):
        used = [name for name in variants if name in names]
        rows = _groups(results, used, refinements)
        if len(used) > 1 and any(rows.values()):
            measures = (*TARGETS, *VERDICTS[:1]) if variants == GUIDED else MEASURES
            parts += [f"## {title}", says, measure_table("", rows, measures)]
    free = [name for name in names if name not in GUIDED]
    series = {
        NAMES[refined]: {
            VARIANTS[name].says: group(results, variant=name, refined=refined) for name in free
        }
        for refined in refinements
    }
    if free:
        draw_variants(shared.out / "ablation.png", series, MEASURES)
        parts.append("![Every figure of every variant](ablation.png)")
    page = "\n\n".join(parts) + "\n"
    save_page(shared.out, "ablation", page, file.about, results, (*MEASURES, *TARGETS))


def _trials(arguments: argparse.Namespace, shared: Setup, names: Sequence[str]) -> list[Trial]:
    found = cases(arguments, shared.meshes)
    trials = [Trial(case, name) for name in names if name not in GUIDED for case in found]
    if arguments.grasps is not None:
        guided = chosen_grasps(
            arguments.grasps,
            shared.meshes,
            arguments.grasps_per_mesh,
            REFINEMENTS[arguments.refinement],
        )
        trials += [Trial(case, name) for name in names if name in GUIDED for case in guided]
    if not trials:
        raise CommandError("the variants of grasp guidance need --grasps")
    return trials


def _groups(
    results: Sequence[TrialRow], variants: Sequence[str], refinements: Sequence[bool]
) -> dict[str, list]:
    return {
        f"{VARIANTS[name].says}, {NAMES[refined]}": group(results, variant=name, refined=refined)
        for refined in sorted(refinements)
        for name in variants
    }


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m studies.ablation", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    train = commands.add_parser("train", help="train the networks; goes on where it stopped")
    train.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data set")
    train.add_argument("--out", type=Path, required=True, metavar="W", help="folder for them")
    train.add_argument("--only", choices=NETWORKS, help="one of them")
    train.add_argument("--steps", type=whole_number(1, 10**7), metavar="N", help="default 3000")
    train.add_argument("--device", default="auto")
    train.set_defaults(run=_train)
    run = commands.add_parser("run", help="compare them")
    add_flags(run, "ablation", "both", candidates=4)
    run.add_argument("--weights", type=Path, required=True, metavar="W", help="folder of `train`")
    run.add_argument("--grasps", type=Path, metavar="FILE", help="annotated grasps, for guidance")
    run.add_argument("--grasps-per-mesh", type=whole_number(1, 1000), default=2, metavar="N")
    run.add_argument("--only", choices=VARIANTS, help="one variant")
    run.set_defaults(run=_run)
    return parser


if __name__ == "__main__":
    raise SystemExit(run_program(main))
