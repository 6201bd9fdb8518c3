"""`diffh2o evaluate`: one task over a folder of meshes, and a table of how well it went."""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from diffh2o_ros import __version__
from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.arguments import add_generation, make_synthesizer
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "evaluate",
        help="try a task on every mesh of a folder and print a table of metrics",
        description="Generates one interaction for every PLY, STL or OBJ file of a folder, as "
        "`diffh2o synthesize` does, and prints a table: a row a mesh, and medians. Hand-object "
        "figures are means over the frames in which the object moves; table is the deepest a hand "
        "goes below the support in the whole sequence; joints is the largest distance between the "
        "written joints and those of the published MANO skeleton under the written pose. Exit code "
        "1: some mesh gave an error.",
    )
    parser.add_argument("--meshes", type=Path, required=True, metavar="DIR", help="the folder")
    parser.add_argument(
        "--task", default="pick up the {object}",
        help="what to do; {object} is the mesh's name without numbers: 003_cracker_box is "
        "'cracker box' (default: pick up the {object})",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="keep the interaction files, table.md and table.json here",
    )  # fmt: skip
    parser.add_argument("--gif", action="store_true", help="a film of each, in --out")
    add_generation(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if not arguments.meshes.is_dir():
        raise CommandError(f"--meshes {arguments.meshes} is not a folder")
    if arguments.gif and arguments.out is None:
        raise CommandError("--gif needs --out, to put the films there")
    if arguments.out is not None:
        outputs.check_folder(arguments.out, "--out")

    from diffh2o_ros.evaluation.mesh_folder import find_meshes

    meshes = find_meshes(arguments.meshes)
    if not meshes:
        raise CommandError(f"no PLY, STL or OBJ file in {arguments.meshes}")

    from diffh2o_ros.evaluation import table
    from diffh2o_ros.geometry.mesh import MeshError
    from diffh2o_ros.motion.interaction import Interaction
    from diffh2o_ros.text.encoder import TaskError

    synthesizer = make_synthesizer(arguments)
    scratch = tempfile.TemporaryDirectory() if arguments.out is None else nullcontext(arguments.out)
    with scratch as folder, Progress() as progress:
        folder = Path(folder)

        def make(mesh: Path, task: str) -> tuple[Interaction, float]:
            start = time.perf_counter()
            (interaction,) = synthesizer.synthesize(
                mesh,
                task,
                seed=arguments.seed,
                steps=arguments.steps,
                refine=not arguments.no_refine,
                on_progress=lambda stage, *at: progress(f"{mesh.stem}: {stage}", *at),
            )
            seconds = time.perf_counter() - start
            # What is judged is what a user gets: the file.
            file = folder / f"{mesh.stem}.npz"
            interaction.save(file)
            progress(f"{mesh.stem}: metrics", 0, 1)
            return Interaction.load(file), seconds

        result = table.evaluate(meshes, arguments.task, make, (MeshError, TaskError))
        if arguments.gif:
            _films(folder, result.rows, progress)
    result.about = {
        "command": "diffh2o evaluate",
        "version": __version__,
        "task": arguments.task,
        "seed": arguments.seed,
        "steps": arguments.steps or "default",
        "refinement": not arguments.no_refine,
        "device": str(getattr(synthesizer, "device", arguments.device)),
    }
    print(f"{result.markdown()}\n\n{result.summary()}")
    if arguments.out is not None:
        result.save(arguments.out)
        print(f"{arguments.out / 'table.md'} and table.json")
    return 1 if result.failures else 0


def _films(folder: Path, rows: list, progress: Progress) -> None:
    from diffh2o_ros.motion.interaction import Interaction
    from diffh2o_ros.viz.render import render_gif

    for row in rows:
        if row.error is None:
            progress(f"{row.mesh}: film", 0, 1)
            render_gif(Interaction.load(folder / f"{row.mesh}.npz"), folder / f"{row.mesh}.gif")
