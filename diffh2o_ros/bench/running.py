"""A whole run: every section on every device, in order."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import torch
import trimesh

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.bench import published
from diffh2o_ros.bench.curves import measure_curves
from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.floor import count_work, floor_figures, matrix_speed, memory_speed
from diffh2o_ros.bench.library import TASK, Library
from diffh2o_ros.bench.machine import describe_machine
from diffh2o_ros.bench.report import CONDITIONS
from diffh2o_ros.bench.results import Results
from diffh2o_ros.bench.service import service_figures
from diffh2o_ros.bench.stages import intake_parts, text_parts
from diffh2o_ros.bench.startup import first_answer, help_time
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.synthesis.intake import take_in
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.plan import plan
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.text.wording import read_wording

OnProgress = Callable[[str, int, int], None]
"""(what is measured, point, points)"""


def run_bench(
    devices: Sequence[str], effort: Effort, service_program: Sequence[str], on_progress: OnProgress
) -> Results:
    """Measures everything on each device, "cpu" or "cuda".

    Args:
        service_program: the command that times the service, where ROS 2 is on the path.
    """
    results = Results(
        machine=describe_machine(),
        settings={
            "quick": effort.quick,
            "steps": effort.steps_of_request,
            **asdict(effort.settings),
        },
    )
    on_progress("diffh2o --help", 0, 1)
    results.help = help_time(effort.starts)
    for device in devices:

        def on_part(name: str, point: int = 0, points: int = 1, device: str = device) -> None:
            on_progress(f"{device}: {name}", point, points)

        results.devices[device] = _device(device, effort, service_program, on_part)
    return results


def _device(
    device: str, effort: Effort, service_program: Sequence[str], on_part: Callable[..., None]
) -> dict[str, Any]:
    """The sections of a device, each in what the one before left in order and warm."""
    on_part("loading")
    synthesizer = Synthesizer(device=device, settings=effort.settings)
    library = Library(synthesizer, effort.steps_of_request)
    found: dict[str, Any] = {"requests": {}}
    for number, condition in enumerate(CONDITIONS):
        on_part("requests", number, len(CONDITIONS))
        found["requests"][condition] = library.timed(
            effort.repeats,
            guided=condition.startswith("guided"),
            seen=condition.endswith(", seen"),
            warm_up=effort.warm_up,
        )
    on_part("intake")
    found["intake"] = {str(faces): intake_parts(faces, effort) for faces in effort.parts}
    found["text"] = text_parts(library.synthesizer, effort)
    found["floor"] = _floor(library, found["requests"]["guided, seen"], effort, on_part)
    found["curves"] = measure_curves(library, effort, lambda *at: on_part(*at))
    target, familiar = library.target, library.familiar
    del library, synthesizer
    _free_memory()
    found["published"] = _published(found["requests"], torch.device(device), effort, on_part)
    _free_memory()
    with scratch_folder() as folder:
        mesh, grasp = folder / "scan.ply", folder / "grasp.json"
        trimesh.Trimesh(*familiar, process=False).export(mesh)
        grasp.write_text(_grasp_json(target))
        on_part("first answer of a process")
        found["first_answer"] = first_answer(device, mesh, grasp, TASK, effort)
        on_part("the service")
        found["service"] = service_figures(service_program, device, grasp, TASK, effort)
    return found


def _floor(
    library: Library, measured: dict[str, Any], effort: Effort, on_part: Callable[..., None]
) -> dict[str, float]:
    """Work is counted on the CPU, where nothing is hidden from the count; it is the same.

    Refinement runs no network, and is left out of the count.
    """
    on_part("the floor")
    device = library.synthesizer.device
    counted = library.synthesizer
    if device.type != "cpu":
        counted = Synthesizer(device="cpu", settings=effort.settings)
    models, cpu = counted.models, counted.device
    scene = take_in(library.familiar, None, RequestOptions(), cpu, None, {}).scene
    options = RequestOptions(steps=effort.steps_of_request, refine=False)
    task, target = read_wording(TASK), library.target
    work = count_work(lambda: plan(models, scene, task, target, options, effort.settings))
    repeats = max(3, effort.repeats)
    return floor_figures(
        work,
        matrix_speed(device, effort.matrix, repeats),
        memory_speed(device, effort.copied, repeats),
        {name: measured["stages"][name]["median"] for name in ("grasp_stage", "interaction_stage")},
        measured["total"]["median"],
    )


def _published(
    requests: dict[str, Any], device: torch.device, effort: Effort, on_part: Callable[..., None]
) -> dict[str, Any]:
    stages = []
    for number, stage in enumerate(published.STAGES):
        on_part("the published size", number, len(published.STAGES))
        stages.append(published.time_stage(stage, device, effort))
    return published.compare(
        stages, {name: request["total"]["median"] for name, request in requests.items()}
    )


def _grasp_json(grasp: Grasp) -> str:
    arrays = {name: getattr(grasp, name) for name in ("global_orient", "transl", "hand_pose")}
    return json.dumps(
        {"side": grasp.side, **{name: array.tolist() for name, array in arrays.items()}}
    )


def _free_memory() -> None:
    gc.collect()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
