"""Quality against sampling steps: python -m studies.steps --meshes DIR

Runs the synthesizer with few and with many denoising steps, all else alike, and shows where more
of them stop to help.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.cli.arguments import OneLineParser
from diffh2o_ros.cli.evaluate import REFINEMENTS
from diffh2o_ros.evaluation.report import NAMES
from diffh2o_ros.evaluation.running import Setup
from diffh2o_ros.evaluation.summary import STRICT, VERDICTS
from diffh2o_ros.evaluation.tables import measure_table
from diffh2o_ros.synthesis.synthesizer import STAGES
from studies.common import (
    SEAM_SPEED,
    SECONDS,
    Judge,
    Trial,
    TrialRow,
    add_flags,
    cases,
    row_file,
    run_program,
    run_trials,
    setup,
)
from studies.pages import draw_curves, group, save_page

STEPS = (2, 3, 4, 6, 8, 12, 16, 24, 32)
MEASURES = (*STRICT, SEAM_SPEED, *VERDICTS, SECONDS)


class StepRunner:
    """Runs trials whose value is the number of steps."""

    def __init__(self, shared: Setup) -> None:
        self._judge, self._synthesize = Judge(shared), shared.synthesizer().synthesize

    def __call__(self, trial: Trial) -> TrialRow:
        mesh = self._judge.mesh(trial.case)
        return self._judge.row(trial, self._synthesize, mesh, steps=int(trial.value))


def main(words: Sequence[str]) -> None:
    arguments = _parser().parse_args(words)
    shared = setup(arguments)
    trials = [
        Trial(case, "steps", steps)
        for steps in arguments.steps
        for case in cases(arguments, shared.meshes)
    ]
    file = row_file(shared, "steps", STAGES)
    results = run_trials(StepRunner, shared, trials, file, arguments.jobs)
    refinements = REFINEMENTS[arguments.refinement]
    series = {
        NAMES[refined]: {
            steps: group(results, value=steps, refined=refined) for steps in arguments.steps
        }
        for refined in refinements
    }
    draw_curves(shared.out / "steps.png", series, MEASURES, "steps of each stage", log=True)
    tables = "\n\n".join(
        f"## {name.capitalize()}\n\n"
        + measure_table("steps", {f"{steps:g}": rows for steps, rows in by.items()}, MEASURES)
        for name, by in series.items()
    )
    page = (
        "# Quality against sampling steps\n\n"
        f"{len(shared.meshes)} objects, {len(results)} runs, "
        f"{shared.settings.num_candidates} candidates each. Medians; success, hand choice and "
        "recognition are fractions. The same seeds throughout. docs/evaluation.md defines the "
        f"figures.\n\n{tables}\n\n![Every figure against steps](steps.png)\n"
    )
    save_page(shared.out, "steps", page, file.about, results, MEASURES)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m studies.steps", description=__doc__)
    add_flags(parser, "steps", "both")
    parser.add_argument(
        "--weights", type=Path, metavar="DIR", help="the checkpoints (default: the package's)"
    )
    parser.add_argument(
        "--steps",
        type=_steps,
        default=STEPS,
        metavar="N,N,...",
        help=f"what to try (default {','.join(map(str, STEPS))})",
    )
    return parser


def _steps(text: str) -> tuple[int, ...]:
    try:
        steps = tuple(int(word) for word in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of whole numbers") from None
    if not all(1 <= n <= 1000 for n in steps):
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 1000")
    return steps


if __name__ == "__main__":
    raise SystemExit(run_program(main))
