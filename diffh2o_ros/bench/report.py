"""What a run found, in words and tables: printed, and part of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffh2o_ros.bench.goals import judge
from diffh2o_ros.bench.machine import machine_name
from diffh2o_ros.bench.results import Results
from diffh2o_ros.bench.tables import duration, megabytes, size, spread
from diffh2o_ros.markdown import NONE, table

CONDITIONS = ("guided, unseen", "guided, seen", "unguided, unseen", "unguided, seen")
DEVICES = {"cpu": "CPU", "cuda": "GPU"}
#: Load of a machine, in processes that want to run, from which on it was not idle.
BUSY = 0.5


def report(results: Results, level: int = 1) -> str:
    """A run as Markdown. `level`: of its heading."""
    parts = [
        f"{'#' * level} {machine_name(results.machine)}",
        _circumstances(results),
        goals(results),
    ]
    for device, found in results.devices.items():
        for title, note, body in (
            ("A request", REQUEST_NOTE, _requests(found)),
            ("Intake and text", INTAKE_NOTE, _parts(found)),
            ("Messages and the node", SERVICE_NOTE, _service(found["service"])),
            ("Start-up and memory", START_NOTE, _start(found, results.help)),
            ("Against the published size", PUBLISHED_NOTE, _published(found["published"])),
            ("The floor", FLOOR_NOTE, _floor(found["floor"])),
            *(
                (f"Time against {name}", CURVE_NOTE[name], _curve(name, curve))
                for name, curve in found["curves"].items()
            ),
        ):
            parts += [f"{'#' * (level + 1)} {title}, {DEVICES[device]}", note, body]
    return "\n\n".join(part for part in parts if part) + "\n"


def goals(results: Results) -> str:
    """Every goal and what became of it."""
    lines = []
    for verdict in judge(results):
        goal = verdict.goal
        figure = NONE
        if verdict.value is not None:
            figure = f"{verdict.value:.{goal.decimals}f} {goal.unit}".strip()
        limit = f"{'<=' if goal.at_most else '>='} {goal.limit:g} {goal.unit}".strip()
        lines.append([goal.what, figure, limit, verdict.state, verdict.note])
    return table(["goal", "figure", "limit", "verdict", ""], lines)


def _circumstances(results: Results) -> str:
    machine, settings = results.machine, results.settings
    memory = f"{machine['memory_gb']:g} GB of memory"
    versions = ", ".join(
        f"{name} {machine[name]}" for name in ("diffh2o_ros", "torch", "numpy", "python")
    )
    floor = results.devices.get("cpu", {}).get("floor", {})
    speed = ""
    if floor:
        speed = (
            f" A large matrix product runs at {floor['operations_per_second'] / 1e9:.0f} GFLOP/s, "
            f"a large copy at {floor['bytes_per_second'] / 1e9:.0f} GB/s."
        )
    text = (
        f"{machine['threads']} threads, {memory}, {machine['system']}; {versions}.{speed} "
        f"{settings['num_candidates']} candidates ({settings['num_targeted']} with a target) and "
        f"{settings['steps'] or settings['num_steps']} steps a request."
    )
    if machine["load"] is not None and machine["load"] > BUSY:
        text += (
            f" Something else was running when it began (load {machine['load']:.1f}): what is "
            "measured is too long."
        )
    if settings["quick"]:
        text += " A quick run: small requests, hardly repeated; its figures are no results."
    return text


def _requests(found: dict[str, Any]) -> str:
    requests = {name: found["requests"][name] for name in CONDITIONS}
    names = dict.fromkeys(name for request in requests.values() for name in request["stages"])
    lines = [
        [name.replace("_", " "), *(spread(r["stages"].get(name)) for r in requests.values())]
        for name in names
    ]
    whole = [spread(r["total"]) for r in requests.values()]
    lines.append(["**whole request, library**", *whole])
    service = found["service"].get("requests", {})
    for title, name in (
        ("DDS, conversions, executor", "outside"),
        ("**message to reply, service**", "reply"),
    ):
        lines.append([title, *(spread(service.get(c, {}).get(name)) for c in CONDITIONS)])
    return table(["stage", *CONDITIONS], lines)


def _parts(found: dict[str, Any]) -> str:
    lines = [
        [f"{size(int(faces))} faces: {name}", spread(timing)]
        for faces, parts in found["intake"].items()
        for name, timing in parts.items()
    ]
    lines += [[f"text: {name}", spread(timing)] for name, timing in found["text"].items()]
    return table(["part", "time"], lines)


def _service(service: dict[str, Any]) -> str:
    if "unmeasured" in service:
        return f"unmeasured: {service['unmeasured']}"
    lines = [[name, spread(timing)] for name, timing in service["messages"].items()]
    transport = service["requests"]["guided, seen"]["transport"]
    lines.append(["DDS, there and back", spread(transport)])
    lines += [[f"start of the node: {name}", spread(t)] for name, t in service["ready"].items()]
    for name, held in sorted(service["memory"].items()):
        lines.append([f"memory of the node, {name}", megabytes(held)])
    return table(["part", "figure"], lines)


def _start(found: dict[str, Any], help_timing: dict[str, float]) -> str:
    answer = found["first_answer"]
    lines = [["diffh2o --help", spread(help_timing)]]
    if "unmeasured" in answer:
        return f"{table(['part', 'figure'], lines)}\n\nunmeasured: {answer['unmeasured']}"
    lines += [[f"first answer: {name}", spread(t)] for name, t in answer["seconds"].items()]
    lines.append(["host memory, peak", megabytes(answer["memory"]["host"].get("peak"))])
    gpu = answer["memory"].get("gpu", {})
    lines += [
        [f"GPU memory, {name.replace('_', ' ')}", megabytes(held)] for name, held in gpu.items()
    ]
    return table(["part", "figure"], lines)


def _published(published: dict[str, Any]) -> str:
    stages = table(
        ["stage", "parameters", "published", "frames x features", "a step", "a guided step"],
        [
            [
                s["stage"],
                f"{s['parameters'] / 1e6:.1f} M",
                f"{s['published_parameters'] / 1e6:g} M",
                f"{s['frames']} x {s['features']}",
                spread(s["step"]),
                spread(s["guided_step"]),
            ]
            for s in published["stages"]
        ],
    )
    seconds = ", ".join(f"{name} {duration(s)}" for name, s in published["seconds"].items())
    ratios = table(
        ["our whole request, library", "times as fast"],
        [[name, f"{ratio:.0f}"] for name, ratio in published["ratios"].items()],
    )
    sample = f"One sample, {published['steps']} steps of both stages: {seconds}."
    return "\n\n".join([stages, sample, ratios])


def _floor(floor: dict[str, float]) -> str:
    lines = [
        [
            "arithmetic",
            f"{floor['operations'] / 1e9:.1f} GFLOP",
            f"{floor['operations_per_second'] / 1e9:.0f} GFLOP/s",
            duration(floor["arithmetic"]),
        ],
        [
            "memory traffic",
            f"{floor['bytes'] / 1e9:.2f} GB",
            f"{floor['bytes_per_second'] / 1e9:.1f} GB/s",
            duration(floor["traffic"]),
        ],
    ]
    found = table(["", "a request needs", "this machine gives", "so at least"], lines)
    return (
        f"{found}\n\nFloor: {duration(floor['floor'])}. The two network stages take "
        f"{duration(floor['network_stages'])}, {floor['network_gap']:.1f} times that; the whole "
        f"request {duration(floor['request'])}, {floor['request_gap']:.1f} times."
    )


def _curve(name: str, curve: dict[str, Any]) -> str:
    columns: dict[str, Callable[[dict], str]] = {
        name: lambda point: size(point["at"]),
        "whole request": lambda p: spread(p["total"]),
    }
    if name == "faces":
        columns["intake"] = lambda point: spread(point["stages"]["intake"])
    if name == "samples":
        columns["a sample"] = lambda p: duration(p["total"]["median"] / p["at"])
        columns["samples a second"] = lambda p: f"{p['at'] / p['total']['median']:.3g}"
    if name in ("frames", "steps"):
        columns["interaction stage"] = lambda p: spread(p["stages"]["interaction_stage"])
    lines = [[show(point) for show in columns.values()] for point in curve["points"]]
    text = table(list(columns), lines)
    if curve["exponents"]["request"] is not None:
        power = f"{curve['exponents']['request']:.2f}"
        if name == "faces":
            power += f", the time of its intake to the power of {curve['exponents']['intake']:.2f}"
        text += f"\n\nOver the upper half, time grows with {name} to the power of {power}."
    for left in curve["left_out"]:
        text += f" Left out: {size(left['at'])}, up to {duration(left['expected'])} expected."
    return text


REQUEST_NOTE = """\
Medians with their 10 to 90 % range, refined, of a 16k-face scan. Guided: by a target grasp of the
whole hand. Unseen: a new mesh every time; seen: one that was prepared before.
Library and service are timed one after the other, in processes of their own."""
INTAKE_NOTE = """\
Repair is the check of the mesh, grid the signed distances, and the basis point set what the
networks see. The intake of a request also measures the object and tries the target's fit."""
SERVICE_NOTE = """\
The node is a process of its own; DDS is what its own clock does not see of a request, reading and
writing of both messages included."""
START_NOTE = """\
A fresh process that loads the library and answers a request for a mesh file; its memory after a
guided one, too."""
PUBLISHED_NOTE = """\
Our network class at the sizes of the two stages of DiffH2O, with and without the sentence in one
batch; their 1,000 steps are computed from the median of some. Guided: by a gradient through the
network, in the stage that the paper guides. Ours is the whole request, refinement included."""
FLOOR_NOTE = """\
Matrix operations of a guided request for a seen object, refinement left out as it runs no network,
and the bytes that each reads and writes once, against the speed of a large matrix product and of a
large copy."""
CURVE_NOTE = {
    "faces": "Unguided; the object is new every time.",
    "frames": "Unguided, object seen; beyond 200 frames the networks were not trained.",
    "samples": "Guided, object seen: throughput by batch.",
    "steps": "Unguided, object seen; the steps of either stage.",
}
