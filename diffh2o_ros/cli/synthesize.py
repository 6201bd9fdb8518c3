"""`diffh2o synthesize`: a mesh and a task become interaction files."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from diffh2o_ros.cli import outputs, robot_arguments
from diffh2o_ros.cli.arguments import (
    add_generation,
    add_option,
    add_path,
    options_of,
    sentence,
    table,
)
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.geometry.formats.names import FORMATS, UP_HELP, UPS
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.installed import check_installed
from diffh2o_ros.synthesis.options import MOST_SAMPLES, RequestOptions, SynthesizerOptions

if TYPE_CHECKING:
    from diffh2o_ros.export.episode import Episode
    from diffh2o_ros.synthesis.result import Result


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "synthesize",
        help="generate how hands would do a task with a mesh",
        description="Generates how hands would do a task with an object. Several samples become "
        "F_000.npz, F_001.npz ...",
    )
    parser.add_argument(
        "--mesh",
        required=True,
        metavar="M",
        help=f"the object as {FORMATS}: meters, z up, as it stands on its support; the person "
        "stands at -x and looks along +x. A path, file:///path or package://package/path",
    )
    parser.add_argument("--up", choices=UPS, default="auto", help=UP_HELP)
    parser.add_argument(
        "--task",
        required=True,
        type=sentence,
        help='what to do: "pick up the mug with the right hand"',
    )
    add_path(
        parser,
        "--grasp",
        "G.json",
        "a target grasp in the mesh's frame: side, global_orient [3], transl [3] and, "
        "unless only the wrist is meant, hand_pose [45]; or side and fingertips [5][3]",
    )
    add_option(parser, RequestOptions, "complete")
    add_option(parser, RequestOptions, "num_samples", MOST_SAMPLES, metavar="N")
    add_option(parser, RequestOptions, "ranked")
    add_path(parser, "--out", "F.npz", "the interaction file", required=True)
    parser.add_argument(
        "--slim",
        action="store_true",
        help="leave out what follows from the rest of the file, the hands' vertices: some 50 kB in "
        "place of 5 MB, and every command reads it",
    )
    add_path(parser, "--gif", "F.gif", "a film of it, too")
    add_path(parser, "--html", "F.html", "a page that shows all samples in a browser, too")
    add_path(parser, "--bag", "DIR", "a bag of ROS 2 of all samples, too, in a new folder")
    robot_arguments.add_robot(parser, "robot hands that do it, too, to F.robot.npz: ")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="a warning is an error: where there is one, such as for a task that cannot be done as "
        "asked, nothing is written",
    )
    add_option(parser, RequestOptions, "table", type=table, metavar="T")
    add_option(parser, RequestOptions, "below_table")
    add_option(parser, RequestOptions, "hold")
    add_option(parser, RequestOptions, "verify")
    add_generation(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    _check_outputs(arguments)
    robots = {}
    if arguments.map and not arguments.robot:
        raise CommandError("--map goes with --robot")
    if arguments.robot:
        check_installed("mujoco", "coacd")
        from diffh2o_ros.retargeting.robots import available

        robots = available(arguments.robot, robot_arguments.mappings(arguments))

    from diffh2o_ros.geometry.intake import load_mesh
    from diffh2o_ros.motion.grasp import Grasp
    from diffh2o_ros.text.wording import read_wording

    # Bad input is reported before the networks are loaded.
    read_wording(arguments.task)
    grasp = None if arguments.grasp is None else Grasp.from_json(arguments.grasp)
    mesh = load_mesh(
        arguments.mesh, arguments.up, on_note=lambda line: print(f"note: {line}", file=sys.stderr)
    )
    result, trajectories = _made(arguments, mesh, grasp, robots)
    if arguments.strict and result.warnings:
        said = "; ".join(f"[{w.code.name}] {w}" for w in result.warnings)
        raise CommandError(f"nothing was written, since --strict lets no warning pass: {said}")
    files = outputs.numbered(arguments.out, len(result))
    # First of all: nothing that is printed is worth them.
    outputs.save_all(result, files, arguments.slim, arguments.mano_dir)
    took = (f"{stage.replace('_', ' ')} {t:.1f} s" for stage, t in result.timings.items())
    print(", ".join(took), file=sys.stderr)
    for warning in result.warnings:
        print(f"warning: [{warning.code.name}] {warning}", file=sys.stderr)
    for interaction, file in zip(result, files, strict=True):
        sides = " and ".join(interaction.hands)
        sides += " hands" if len(interaction.hands) > 1 else " hand"
        length = f"{interaction.num_frames} frames, {interaction.duration:.1f} s"
        print(f"{shown(file)}: {length}, {sides}")
    for trajectory, file in zip(trajectories, files, strict=False):
        if trajectory is not None:
            trajectory.save(file.with_suffix(".robot.npz"))
            from diffh2o_ros.simulation.report import describe

            said = describe(trajectory)
            print(f"{shown(file.with_suffix('.robot.npz'))}: {said}")
    if arguments.gif is not None:
        from diffh2o_ros.viz.film import render_gif

        films = outputs.numbered(arguments.gif, len(result))
        for interaction, film in zip(result, films, strict=True):
            with Progress() as progress:
                drawn = partial(progress, f"film {shown(film.name)}")
                render_gif(interaction, film, on_progress=drawn)
            print(shown(film))
    if arguments.html is not None or arguments.bag is not None:
        from diffh2o_ros.export.episode import Episode

        done = zip(result, trajectories or [None] * len(result), files, strict=True)
        episodes = [Episode(motion, robot, file.stem, grasp) for motion, robot, file in done]
        _export(arguments, episodes, robots)
    return 0


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Raises CommandError or ExportError for what could not be written."""
    count = arguments.num_samples
    outputs.check_file(arguments.out, "--out", ".npz", count=count)
    if arguments.gif is not None:
        outputs.check_file(arguments.gif, "--gif", ".gif", count=count)
    if arguments.html is not None:
        _check_page(arguments)
    if arguments.bag is not None:
        outputs.check_folder(arguments.bag, "--bag")
        from diffh2o_ros.export.formats.mcap import check_bag

        check_bag(arguments.bag)


def _check_page(arguments: argparse.Namespace) -> None:
    from diffh2o_ros.export.formats.html import MOST_SIDE_BY_SIDE

    outputs.check_file(arguments.html, "--html", ".html")
    if arguments.num_samples > MOST_SIDE_BY_SIDE:
        raise CommandError(
            f"--html shows at most {MOST_SIDE_BY_SIDE} samples: give a smaller --num-samples"
        )


def _export(arguments: argparse.Namespace, episodes: list[Episode], robots) -> None:
    """The page and the bag, where they are asked for."""
    if arguments.html is not None:
        from diffh2o_ros.export.formats.html import save_html

        save_html(episodes, arguments.html)
        print(shown(arguments.html))
    if arguments.bag is not None:
        from diffh2o_ros.export.formats.mcap import save_mcap
        from diffh2o_ros.export.ros.recording import Setting

        save_mcap(episodes, arguments.bag, Setting(seed=arguments.seed, robots=robots))
        print(shown(arguments.bag))


def _made(arguments: argparse.Namespace, mesh, grasp, robots) -> tuple[Result, list]:
    """The result, and the trajectories of robots, if there are any."""
    with Progress() as progress:
        progress("loading", 0, 1)
        from diffh2o_ros import Synthesizer

        synthesizer = Synthesizer(**vars(options_of(SynthesizerOptions, arguments)))

        def synthesize(options: RequestOptions) -> Result:
            task = arguments.task
            return synthesizer.synthesize(mesh, task, grasp, on_progress=progress, **vars(options))

        request = options_of(RequestOptions, arguments)
        if not robots:
            return synthesize(request), []
        from diffh2o_ros.simulation.robot_motion import SimulationOptions
        from diffh2o_ros.simulation.with_robots import with_robots

        simulation, total = SimulationOptions(cache_dir=arguments.cache_dir), request.num_samples
        return with_robots(
            synthesize,
            request,
            robots,
            simulation,
            synthesizer.settings.num_candidates,
            lambda number: progress("robot", number, total),
        )
