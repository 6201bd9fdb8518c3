"""`diffh2o synthesize`: a mesh and a task become interaction files."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import MOST_SAMPLES, add_generation, make_synthesizer, whole_number
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "synthesize",
        help="generate how hands would do a task with a mesh",
        description="Generates how hands would do a task with an object. Several samples become "
        "F_000.npz, F_001.npz ...",
    )
    parser.add_argument(
        "--mesh", type=Path, required=True, metavar="M",
        help="the object as PLY, STL or OBJ: metres, z up, as it stands on its support; the person "
        "stands at -x and looks along +x",
    )  # fmt: skip
    parser.add_argument(
        "--task", required=True, help='what to do: "pick up the mug with the right hand"'
    )
    parser.add_argument(
        "--grasp", type=Path, metavar="G.json",
        help="a target grasp in the object's frame: side, global_orient [3], transl [3] and, "
        "unless only the wrist is meant, hand_pose [45]; or side and fingertips [5][3]",
    )  # fmt: skip
    parser.add_argument(
        "--num-samples", type=whole_number(1, MOST_SAMPLES), default=1, metavar="N",
        help=f"how many different motions, 1 to {MOST_SAMPLES} (default 1)",
    )  # fmt: skip
    parser.add_argument(
        "--ranked", action="store_true",
        help="the N best different grasps of one batch, best first, instead of independent samples",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, required=True, metavar="F.npz", help="the interaction file"
    )
    parser.add_argument("--gif", type=Path, metavar="F.gif", help="a film of it, too")
    parser.add_argument(
        "--strict", action="store_true",
        help="a warning is an error: where there is one, such as for a task that cannot be done as "
        "asked, nothing is written",
    )  # fmt: skip
    add_generation(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    outputs.check_file(arguments.out, "--out", ".npz")
    if arguments.gif is not None:
        outputs.check_file(arguments.gif, "--gif", ".gif")

    from diffh2o_ros.geometry.intake import load_mesh
    from diffh2o_ros.motion.grasp import Grasp
    from diffh2o_ros.text.wording import read_wording

    # Bad input is told before the networks are loaded.
    read_wording(arguments.task)
    grasp = None if arguments.grasp is None else Grasp.from_json(arguments.grasp)
    mesh = load_mesh(arguments.mesh)
    with Progress() as progress:
        progress("loading", 0, 1)
        synthesizer = make_synthesizer(arguments)
        interactions = synthesizer.synthesize(
            mesh,
            arguments.task,
            grasp,
            num_samples=arguments.num_samples,
            seed=arguments.seed,
            steps=arguments.steps,
            refine=not arguments.no_refine,
            ranked=arguments.ranked,
            on_progress=progress,
        )
    took = (f"{stage.replace('_', ' ')} {t:.1f} s" for stage, t in synthesizer.timings.items())
    print(", ".join(took), file=sys.stderr)
    for warning in synthesizer.warnings:
        print(f"warning: [{warning.code.name}] {warning}", file=sys.stderr)
    if arguments.strict and synthesizer.warnings:
        names = ", ".join(dict.fromkeys(w.code.name for w in synthesizer.warnings))
        raise CommandError(f"nothing was written, since --strict lets no warning pass: {names}")
    files = outputs.numbered(arguments.out, len(interactions))
    for interaction, file in zip(interactions, files, strict=True):
        interaction.save(file)
        sides = " and ".join(interaction.hands)
        sides += " hands" if len(interaction.hands) > 1 else " hand"
        length = f"{interaction.num_frames} frames, {interaction.duration:.1f} s"
        print(f"{file}: {length}, {sides}")
    if arguments.gif is not None:
        from diffh2o_ros.viz.render import render_gif

        films = outputs.numbered(arguments.gif, len(interactions))
        for interaction, film in zip(interactions, films, strict=True):
            with Progress() as progress:
                render_gif(interaction, film, on_progress=partial(progress, f"film {film.name}"))
            print(film)
    return 0
