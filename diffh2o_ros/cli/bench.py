"""`diffh2o bench`: how fast the package is on this machine, stage by stage, against its goals."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from diffh2o_ros.cli import outputs
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.printable import shown

#: It imports rclpy, so it is a process of its own.
SERVICE_TIMING = (sys.executable, "-m", "diffh2o_ros.nodes.service_timing")


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "bench",
        help="time every stage on this machine, against the goals",
        description="Times every stage of a request, whole requests, throughput, start-up and "
        "memory, curves over faces, frames, samples and steps, our network class at DiffH2O's "
        "published size, and the floor that this machine sets. Prints all of it against the "
        "goals; 5 to 10 minutes on two cores that do nothing else. The service is timed where "
        "ROS 2 is on the path (make bench). With result files: shows them, and measures nothing.",
    )
    parser.add_argument(
        "results", type=Path, nargs="*", metavar="F.json", help="results of earlier runs to show"
    )
    parser.add_argument("--json", type=Path, metavar="F.json", help="keep all figures here")
    parser.add_argument(
        "--page",
        type=Path,
        metavar="DIR",
        help="draw the results page, with plots, into this folder",
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="what to time; auto is the CPU and, where there is one, the GPU (default)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small and few requests: a look, in a minute"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.results and (arguments.json or arguments.quick or arguments.device != "auto"):
        raise CommandError(
            "--json, --device and --quick are for measuring: leave the result files out"
        )
    if arguments.json is not None:
        outputs.check_file(arguments.json, "--json", ".json")
    if arguments.page is not None:
        outputs.check_folder(arguments.page, "--page")

    from diffh2o_ros.bench.report import report

    if arguments.results:
        runs = [_load(path) for path in arguments.results]
    else:
        runs = [_measure(arguments)]
    written = []
    if arguments.json is not None:
        runs[0].save(arguments.json)  # first of all: it was minutes of work
        written.append(arguments.json)
    if arguments.page is not None:
        written += _draw(runs, arguments)
    for result in runs:
        print(report(result))
    for path in written:
        print(shown(path))
    return 0


def _load(path: Path):
    """The results of an earlier run, whole: nothing is drawn of others."""
    from diffh2o_ros.bench.report import report
    from diffh2o_ros.bench.results import Results

    results = Results.load(path)
    try:
        report(results)
    except (KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{path} is damaged ({error}): measure anew") from error
    return results


def _measure(arguments: argparse.Namespace):
    """The results of a new run."""
    # Before torch: diffh2o_ros says how its threads should wait.
    import torch

    from diffh2o_ros.bench.effort import Effort, quick
    from diffh2o_ros.bench.running import run_bench
    from diffh2o_ros.synthesis.device import choose_device

    if arguments.device == "auto":
        devices = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
    else:
        devices = [choose_device(arguments.device).type]
    effort = quick() if arguments.quick else Effort()
    with Progress() as progress:
        return run_bench(devices, effort, SERVICE_TIMING, progress)


def _draw(runs: list, arguments: argparse.Namespace) -> list[Path]:
    """The page; it points to result files that lie beside it."""
    from diffh2o_ros.bench.page import draw_page

    files = arguments.results or [arguments.json]
    names = [
        file.name if file is not None and file.parent.resolve() == arguments.page.resolve() else ""
        for file in files
    ]
    return draw_page(runs, names, arguments.page)
