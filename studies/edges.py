"""What happens at the edges: python -m studies.edges --meshes DIR --grasps FILE

Target grasps that are displaced, rotated, from an object of another size or on its wrong side; and
objects smaller and larger than any in training.
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
from diffh2o_ros.evaluation.summary import STRICT, VERDICTS, Measure
from diffh2o_ros.evaluation.tables import measure_table
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.synthesis.synthesizer import STAGES
from studies.common import (
    FLAGGED,
    MEANT,
    REFUSED,
    WARNED,
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
from studies.targets import chosen_grasps, generator, mirrored, rotated, translated

TRANSLATIONS_CM = (0, 1, 2, 3, 5, 7, 10)
ROTATIONS_DEG = (0, 15, 30, 45, 60, 90)
SIZES = (0.5, 0.7, 1, 1.4, 2)
SCALES = (0.4, 0.6, 0.8, 1, 1.25, 1.6, 2, 2.5)

SCALE = "scale"
#: How targets are spoilt: name, by how much, and what tables say of it.
EDGES = {
    "shift": (TRANSLATIONS_CM, "moved (cm)"),
    "turn": (ROTATIONS_DEG, "rotated (degrees)"),
    "size": (SIZES, "made for an object of this size (object at hand: 1)"),
    "mirror": ((1,), "on the wrong side"),
}
ASKED = Measure("grasp_error_m", "error to the target as asked", "m", 3)
OBEYED = Measure("obeyed_error_m", "the same, where not flagged", "m", 3)
TARGET_MEASURES = (FLAGGED, ASKED, OBEYED, MEANT, *STRICT[:5], VERDICTS[0], VERDICTS[1])
SCALE_MEASURES = (WARNED, REFUSED, *STRICT, *VERDICTS)


class EdgeRunner:
    """Runs trials on spoilt targets and on scaled objects."""

    def __init__(self, shared: Setup) -> None:
        self._judge, self._synthesize = Judge(shared), shared.synthesizer().synthesize

    def __call__(self, trial: Trial) -> TrialRow:
        mesh = load_mesh(self._judge.mesh(trial.case))
        if trial.variant == SCALE:
            return self._judge.row(trial, self._synthesize, scaled(mesh, trial.value))
        whole = self._judge.annotated(trial.case)
        spoilt = spoil(whole, trial, mesh)
        if trial.variant == "size":
            mesh = scaled(mesh, 1 / trial.value)
        result = self._judge.row(
            trial, self._synthesize, mesh, target=spoilt, wanted=spoilt, meant=whole
        )
        figures = result.row.figures
        if ASKED.name in figures and not figures[FLAGGED.name]:
            figures[OBEYED.name] = figures[ASKED.name]
        return result


def scaled(mesh: Mesh, factor: float) -> Mesh:
    """The object larger by a factor about the center of its bounding box."""
    center = mesh.center
    return Mesh(center + factor * (mesh.vertices - center), mesh.faces)


def spoil(grasp: Grasp, trial: Trial, mesh: Mesh) -> Grasp:
    """The target of a trial, made of an annotated grasp of this mesh."""
    rng = generator(0, trial.case)
    if trial.variant == "shift":
        return translated(grasp, trial.value / 100, rng)
    if trial.variant == "turn":
        return rotated(grasp, trial.value, rng)
    if trial.variant == "mirror":
        return mirrored(grasp, mesh.center)
    return grasp


def main(words: Sequence[str]) -> None:
    arguments = _parser().parse_args(words)
    shared = setup(arguments, arguments.grasps)
    refinements = REFINEMENTS[arguments.refinement]
    names = [arguments.only] if arguments.only else [*EDGES, SCALE]
    edges = [name for name in names if name != SCALE and arguments.grasps is not None]
    trials = []
    if edges:
        guided = chosen_grasps(
            arguments.grasps, shared.meshes, arguments.grasps_per_mesh, refinements
        )
        trials += [
            Trial(case, edge, value)
            for edge in edges
            for value in EDGES[edge][0]
            for case in guided
        ]
    if SCALE in names:
        free = cases(arguments, shared.meshes)
        trials += [Trial(case, SCALE, scale) for scale in SCALES for case in free]
    if not trials:
        raise CommandError(f"--only {arguments.only} needs --grasps")
    file = row_file(shared, "edges", STAGES)
    results = run_trials(EdgeRunner, shared, trials, file, arguments.jobs)
    parts = [
        "# What happens at the edges",
        f"{len(shared.meshes)} objects, {len(results)} runs. Medians; what is flagged, success, "
        "hand choice and recognition are fractions. docs/evaluation.md defines the figures.",
    ]
    if edges:
        parts += [
            "## Targets that are wrong",
            f"Up to {arguments.grasps_per_mesh} annotated grasps of each object. A target that "
            "does not fit the object is flagged and left aside, but for its side; one that fits "
            "is obeyed.",
        ]
    for edge in edges:
        parts += _section(results, shared.out, edge, *EDGES[edge], TARGET_MEASURES, refinements)
    if SCALE in names:
        parts += ["## Objects of other sizes", "Each object scaled about its center."]
        parts += _section(results, shared.out, SCALE, SCALES, "scale", SCALE_MEASURES, refinements)
    measures = tuple(dict.fromkeys((*TARGET_MEASURES, *SCALE_MEASURES)))
    save_page(shared.out, "edges", "\n\n".join(parts) + "\n", file.about, results, measures)


def _section(
    results: Sequence[TrialRow],
    out: Path,
    edge: str,
    values: Sequence[float],
    says: str,
    measures: Sequence[Measure],
    refinements: Sequence[bool],
) -> list[str]:
    """The tables of one edge and the link to its plot, which is drawn."""
    series = {
        NAMES[refined]: {v: group(results, variant=edge, value=v, refined=refined) for v in values}
        for refined in refinements
    }
    parts = []
    for name, by_value in series.items():
        rows = {f"{value:g}": found for value, found in by_value.items()}
        parts += [f"### {says.capitalize()}, {name}", measure_table(says, rows, measures)]
    if len(values) > 2:
        draw_curves(out / f"edges_{edge}.png", series, measures, says, log=edge in ("size", SCALE))
        parts.append(f"![{says}](edges_{edge}.png)")
    return parts


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m studies.edges", description=__doc__)
    add_flags(parser, "edges", "on")
    parser.add_argument(
        "--grasps", type=Path, metavar="FILE", help="annotated grasps, whole hands, by mesh name"
    )
    parser.add_argument("--only", choices=(*EDGES, SCALE), help="one of the edges")
    parser.add_argument("--grasps-per-mesh", type=whole_number(1, 1000), default=2, metavar="N")
    parser.add_argument(
        "--weights", type=Path, metavar="DIR", help="the checkpoints (default: the package's)"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(run_program(main))
