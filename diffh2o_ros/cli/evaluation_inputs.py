"""What `diffh2o evaluate` runs, and under which circumstances."""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

from diffh2o_ros import __version__
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.geometry.formats.names import FORMATS

REFINEMENTS = {"both": (True, False), "on": (True,), "off": (False,)}


def meshes_of(folder: Path) -> list[Path]:
    """The meshes in a folder. Raises CommandError where there are none, or two of a name."""
    from diffh2o_ros.evaluation.mesh_folder import find_meshes

    meshes = find_meshes(folder)
    if not meshes:
        raise CommandError(f"no {FORMATS} file in {folder}")
    for before, after in pairwise(meshes):
        if before.stem == after.stem:
            raise CommandError(f"{before.name} and {after.name} share a name: rename one of them")
    return meshes


def cases_of(arguments: argparse.Namespace, meshes: list[Path]) -> list:
    """What is to be run; bad task and grasp files are reported before the networks are loaded."""
    from diffh2o_ros.evaluation.cases import free_cases, guided_cases
    from diffh2o_ros.evaluation.targets import read_grasps
    from diffh2o_ros.evaluation.tasks import DEFAULT_TASKS, EvaluationTask, read_tasks

    if arguments.task is not None:
        tasks = (EvaluationTask(arguments.task),)
    else:
        tasks = DEFAULT_TASKS if arguments.tasks is None else read_tasks(arguments.tasks)
    refinements = REFINEMENTS[arguments.refinement]
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    cases = free_cases(meshes, tasks, seeds, refinements)
    if arguments.grasps is not None:
        grasps = read_grasps(arguments.grasps)
        guided = guided_cases(meshes, grasps, arguments.grasp_kinds, arguments.seed, refinements)
        if not guided and arguments.grasp_kinds:
            raise CommandError(f"{arguments.grasps} has no grasp for any mesh of this name")
        cases += guided
    if not cases:
        raise CommandError("no task is meant for any of the meshes: see only and except")
    return cases


def circumstances(arguments: argparse.Namespace) -> dict[str, object]:
    """The circumstances that figures depend on."""
    from dataclasses import asdict

    from diffh2o_ros.evaluation.rows import digests
    from diffh2o_ros.synthesis.device import choose_device
    from diffh2o_ros.synthesis.settings import SynthesisSettings
    from diffh2o_ros.synthesis.synthesizer import STAGES, shipped_weights

    weights = arguments.weights or shipped_weights()
    files = {f"{stage} network": weights / f"{stage}.safetensors" for stage in STAGES}
    files["recognizer"] = arguments.recognizer or shipped_weights() / "recognizer.safetensors"
    return {
        "version": __version__,
        **digests(files),
        "hand": arguments.hand,
        "MANO": arguments.mano_dir is not None,
        "steps": arguments.steps or SynthesisSettings().num_steps,
        "device": choose_device(arguments.device).type,
        "settings": asdict(SynthesisSettings()),
    }
