"""`diffh2o doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import argparse
import json

from diffh2o_ros.cli import robot_arguments
from diffh2o_ros.cli.arguments import add_path
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress

_MARKS = {"ok": "ok     ", "missing": "MISSING", "optional": "-      "}


def add_parser(subparsers) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="say what is installed, what is missing and how to get it",
        description="Looks at Python, torch and its device, the hand, the weights, the text "
        "encoder, ROS 2 and the renderer. Exit code 1: something that is needed is missing.",
    )
    parser.add_argument("--mano-dir", metavar="DIR", help="look for the MANO files here")
    parser.add_argument("--json", action="store_true", help="print it for programs")
    robot = parser.add_argument_group(
        "robot hands",
        "instead of all this: what is understood of a robot hand, as a table and a picture",
    )
    add_path(robot, "--robot", "FILE", "its URDF or MJCF file")
    robot_arguments.add_map(robot)
    add_path(robot, "--picture", "F.png", "the picture (default: the file's name, here)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.robot is not None:
        from diffh2o_ros.cli.robot_report import report

        return report(arguments)
    if arguments.picture is not None:
        raise CommandError("--picture goes with --robot")
    if arguments.map:
        raise CommandError("--map goes with --robot")
    from dataclasses import asdict

    from diffh2o_ros.cli.checks import all_checks

    findings = []
    with Progress() as progress:
        for name, check in all_checks(arguments.mano_dir):
            progress(f"looking at {name}", 0, 1)
            findings += check()
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            print(f"{_MARKS[finding.state]}  {finding.subject.ljust(width)}  {finding.detail}")
            if finding.remedy:
                print(f"{' ' * (11 + width)}-> {finding.remedy}")
    return 1 if any(finding.state == "missing" for finding in findings) else 0
