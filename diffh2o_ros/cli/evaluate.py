"""`diffh2o evaluate`: meshes x tasks x seeds, judged, and a report of how well they went."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.cli import outputs, robot_arguments
from diffh2o_ros.cli.arguments import add_generation, add_path, options_of, sentence, whole_number
from diffh2o_ros.cli.evaluation_inputs import REFINEMENTS, cases_of, circumstances, meshes_of
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.geometry.formats.names import FORMATS
from diffh2o_ros.printable import shown
from diffh2o_ros.synthesis.options import SynthesizerOptions

KINDS = ("full", "wrist", "fingertips")


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "evaluate",
        help="how good: meshes x tasks x seeds, judged, with a report",
        description=f"Generates interactions for the {FORMATS} files of a folder, as "
        "`diffh2o synthesize` does, for several sentences and seeds, with and without refinement, "
        "judges them and prints what was found against the goals. docs/evaluation.md defines "
        "every figure. Exit code 1: some run gave an error.",
    )
    _add_inputs(parser)
    _add_dataset(parser)
    _add_robots(parser)
    add_path(
        parser,
        "--recognizer",
        "F.safetensors",
        "the network that recognizes actions (default: the package's)",
    )
    _add_output(parser)
    parser.add_argument(
        "--jobs",
        type=whole_number(1, 256),
        default=1,
        metavar="N",
        help="processes, of one thread each where there are several (default 1)",
    )
    add_generation(parser, refinement=False)
    parser.set_defaults(run=run)


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    """Adds what is run."""
    add_path(parser, "--meshes", "DIR", "the folder")
    tasks = parser.add_mutually_exclusive_group()
    add_path(
        tasks,
        "--tasks",
        "FILE",
        "JSON list of sentences, and of what is expected of them (default: lift, pass, "
        "inspect and place, hand named)",
    )
    tasks.add_argument(
        "--task",
        metavar="TEXT",
        type=sentence,
        help="one sentence instead; {object} is the mesh's name without numbers: 003_cracker_box "
        "is 'cracker box'",
    )
    parser.add_argument(
        "--seeds",
        type=whole_number(1, 1000),
        default=1,
        metavar="N",
        help="runs of each mesh and sentence (default 1)",
    )
    parser.add_argument(
        "--refinement",
        choices=REFINEMENTS,
        default="both",
        help="judge with refinement (on), without (off) or both (default)",
    )
    add_path(
        parser,
        "--grasps",
        "FILE",
        "annotated grasps by mesh name, JSON: also a run guided by each, and free motions beside "
        "them",
    )
    parser.add_argument(
        "--grasp-kinds",
        type=_kinds,
        default=("full",),
        metavar="KINDS",
        help="what guided runs are given of a grasp: any of full,wrist,fingertips (default full); "
        "none: no guided runs",
    )


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    """Adds what motions are held against; alone, it is what is judged."""
    add_path(
        parser,
        "--dataset",
        "FOLDER",
        "a data set whose sequences are judged, too, beside the motions; without --meshes they "
        "alone",
    )
    parser.add_argument(
        "--num",
        type=whole_number(1, 1_000_000),
        default=500,
        metavar="N",
        help="how many of its sequences, drawn at random (default 500)",
    )


def _add_robots(parser: argparse.ArgumentParser) -> None:
    """Adds robot hands: then it is they that are judged."""
    robots = parser.add_argument_group(
        "robot hands", "instead of the human motions: how often a robot does them, in simulation"
    )
    robot_arguments.add_robot(robots, "")
    robots.add_argument(
        "--first-motion",
        action="store_true",
        help="with --robot: where the first plan fails, no motions with other grasps join in",
    )
    robots.add_argument(
        "--faithful",
        action="store_true",
        help="with --robot: only grasps as near to the human ones as can be; with openhand: "
        "whether the human hands hold the object",
    )
    robots.add_argument(
        "--protocols",
        action="store_true",
        help="with --robot: also the protocols that others published, some seconds a motion",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    """Adds where the report goes."""
    add_path(
        parser,
        "--out",
        "REPORT",
        "folder for report.md, report.json, plots, and rows.jsonl, which grows run by run",
    )
    parser.add_argument("--resume", action="store_true", help="go on with what --out holds")
    parser.add_argument(
        "--keep", action="store_true", help="keep the interaction files, in --out/interactions"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.meshes is None and arguments.dataset is None:
        raise CommandError("there is nothing to judge: give --meshes, --dataset or both")
    if arguments.meshes is not None and not arguments.meshes.is_dir():
        raise CommandError(f"--meshes {arguments.meshes} is not a folder")
    for flag in ("resume", "keep"):
        if getattr(arguments, flag) and arguments.out is None:
            raise CommandError(f"--{flag} needs --out")
    if arguments.out is not None:
        outputs.check_folder(arguments.out, "--out")

    if arguments.robot:
        from diffh2o_ros.cli.evaluate_robots import run_robots

        return run_robots(arguments)
    for flag in ("map", "first_motion", "faithful", "protocols"):
        if getattr(arguments, flag):
            raise CommandError(f"--{flag.replace('_', '-')} goes with --robot")
    if arguments.meshes is None:
        return _run_on_data(arguments)
    meshes = meshes_of(arguments.meshes)
    cases = cases_of(arguments, meshes)
    with scratch_folder() if arguments.out is None else nullcontext(arguments.out) as folder:
        report = _run(arguments, meshes, cases, folder)
    print(report.goals())
    if report.failures:
        print(f"\n{len(report.failures)} runs failed: {report.failures[0].error} ...")
    if arguments.out is not None:
        written = ", ".join(["report.json", "rows.jsonl", *report.plots])
        print(f"\n{shown(arguments.out / 'report.md')}, {written}")
    return 1 if report.failures else 0


def _run_on_data(arguments: argparse.Namespace) -> int:
    """Judges a data set alone."""
    from dataclasses import asdict

    from diffh2o_ros.evaluation.beside import Beside
    from diffh2o_ros.markdown import write_page_and_figures

    if arguments.resume or arguments.keep:
        raise CommandError("--resume and --keep go with --meshes")
    rows = _data_rows(arguments)
    beside = Beside({"data": rows})
    print(beside.markdown())
    if arguments.out is not None:
        page = f"# {len(rows)} sequences of a data set\n\n{beside.markdown()}\n"
        figures = {"beside": beside.as_dict(), "rows": [asdict(row) for row in rows]}
        write_page_and_figures(arguments.out, "report", page, figures)
        print(f"\n{shown(arguments.out / 'report.md')}, report.json")
    return 0


def _data_rows(arguments: argparse.Namespace) -> list:
    """The sequences of --dataset, judged; none without it."""
    if arguments.dataset is None:
        return []
    from diffh2o_ros.cli.progress import counted_sequences
    from diffh2o_ros.data.dataset import Dataset
    from diffh2o_ros.data.judging import dataset_rows

    data = Dataset(arguments.dataset)
    with counted_sequences("judging", delay=1) as progress:
        return dataset_rows(data, arguments.num, arguments.seed, arguments.jobs, progress)


def _kinds(text: str) -> tuple[str, ...]:
    if text == "none":
        return ()
    kinds = tuple(text.split(","))
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of {', '.join(KINDS)}")
    return kinds


def _run(arguments: argparse.Namespace, meshes: list[Path], cases: list, folder: Path):
    """Runs what has not been run and writes the report."""
    from diffh2o_ros.evaluation.charts import draw_charts
    from diffh2o_ros.evaluation.recognition import Recognizer
    from diffh2o_ros.evaluation.report import EvaluationReport
    from diffh2o_ros.evaluation.rows import RowFile
    from diffh2o_ros.evaluation.running import CaseRunner, Setup, complete
    from diffh2o_ros.evaluation.spread import measure_spread

    data = Recognizer.load(arguments.recognizer).data_diversity
    setup = Setup(
        meshes=tuple(meshes),
        out=folder,
        options=options_of(SynthesizerOptions, arguments),
        steps=arguments.steps,
        recognizer=arguments.recognizer,
        grasps=arguments.grasps,
        keep=arguments.keep,
    )
    file = RowFile(folder / "rows.jsonl", circumstances(arguments), arguments.resume)
    complete(file, CaseRunner, setup, cases, arguments.jobs)
    # Rows come as they are done. Those asked for before come after, in the order of their names.
    rank = {case: at for at, case in enumerate(cases)}
    rows = sorted(file.rows, key=lambda r: (rank.get(r.case, len(cases)), r.case.name))
    spreads = {r: measure_spread(folder, rows, r, data) for r in (True, False)}
    plots = draw_charts(rows, folder)
    report = EvaluationReport(circumstances(arguments), rows, spreads, plots, _data_rows(arguments))
    report.save(folder)
    return report
