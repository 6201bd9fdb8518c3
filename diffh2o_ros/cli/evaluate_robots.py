"""`diffh2o evaluate --robot R`: how often robot hands do it, in simulation."""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.cli import robot_arguments
from diffh2o_ros.cli.arguments import options_of
from diffh2o_ros.cli.evaluation_inputs import cases_of, circumstances, meshes_of
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.installed import check_installed
from diffh2o_ros.synthesis.options import SynthesizerOptions


def run_robots(arguments: argparse.Namespace) -> int:
    """Judges a robot's hands on refined motions."""
    check_installed("mujoco", "coacd")
    from diffh2o_ros.evaluation.robot_report import RobotReport
    from diffh2o_ros.evaluation.robots import RobotRow, RobotRunner, RobotSetup
    from diffh2o_ros.evaluation.rows import RowFile
    from diffh2o_ros.evaluation.running import complete
    from diffh2o_ros.retargeting.robots import available

    if arguments.meshes is None or arguments.dataset or arguments.grasps or arguments.keep:
        raise CommandError("--robot takes --meshes, and neither --dataset, --grasps nor --keep")
    robots = available(arguments.robot, robot_arguments.mappings(arguments))
    meshes = meshes_of(arguments.meshes)
    cases = [case for case in cases_of(arguments, meshes) if case.refined]
    if not cases:
        raise CommandError("--refinement off leaves nothing: robots are judged on refined motions")
    about = circumstances(arguments) | {
        "robot": ", ".join(arguments.robot),
        "files": {side: robot.sha256[:16] for side, robot in robots.items()},
        "other motions": not arguments.first_motion,
        "faithful": arguments.faithful,
        "protocols": arguments.protocols,
    }
    with scratch_folder() if arguments.out is None else nullcontext(arguments.out) as folder:
        setup = RobotSetup(
            meshes=tuple(meshes),
            robots=tuple(arguments.robot),
            mappings=tuple(arguments.map),
            options=options_of(SynthesizerOptions, arguments),
            steps=arguments.steps,
            cache_dir=arguments.cache_dir or folder / "parts",
            only=arguments.first_motion,
            faithful=arguments.faithful,
            protocols=arguments.protocols,
        )
        file = RowFile(folder / "robots.jsonl", about, arguments.resume, RobotRow.from_dict)
        complete(file, RobotRunner, setup, cases, arguments.jobs)
        rank = {case: at for at, case in enumerate(cases)}
        rows = sorted(file.rows, key=lambda row: rank.get(row.case, len(cases)))
        report = RobotReport(about, rows)
        report.save(folder)
    print(report.text())
    if arguments.out is not None:
        print(f"\n{shown(arguments.out / 'robots.md')}, robots.json, robots.jsonl")
    return 0
