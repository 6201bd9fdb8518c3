#!/usr/bin/env python3
"""The demo: the real node in a process of its own, asked over DDS for a human hand that does a
task, and for a robot hand that does the same in simulation.

Writes out/demo/interaction.npz, robot.npz, demo.gif and summary.json. Run it through `make demo`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from builtin_interfaces.msg import Duration
from diagnostic_msgs.msg import DiagnosticArray
from shape_msgs.msg import Mesh as ShapeMesh

from diffh2o_ros.evaluation.metrics import interaction_metrics
from diffh2o_ros.geometry.formats.names import FORMATS, UP_HELP, UPS
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.nodes.client import SynthesisClient, keep_apart, start_node
from diffh2o_ros.nodes.from_messages import interaction_from_message
from diffh2o_ros.nodes.mesh_messages import shape_message
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.robot_messages import robot_from_message
from diffh2o_ros.retargeting.robots import available, load_robots
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.drawing import drawable, verdict
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.viz.film import render_gif

ROOT = Path(__file__).resolve().parents[1]


class NodeFailed(RuntimeError):
    """The node did not do what was asked; its log says why."""


def main() -> int:
    """0; 2 for bad input, 1 if the node failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--mesh",
        default=str(ROOT / "assets/mug.ply"),
        help=f"{FORMATS} in meters (default: our mug)",
    )
    parser.add_argument("--up", choices=UPS, default="auto", help=UP_HELP)
    parser.add_argument("--task", default="pick up the mug with the right hand")
    parser.add_argument(
        "--robot", default="openhand", help="the robot's hand (default: the built-in ones)"
    )
    parser.add_argument("--seed", default=0, type=int)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda (default: auto)")
    parser.add_argument("--out", default=ROOT / "out/demo", type=Path)
    arguments = parser.parse_args()
    keep_apart()
    log = arguments.out / "node.log"
    try:
        demo(arguments, log)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (NodeFailed, RuntimeError, TimeoutError) as error:
        print(f"error: {error}; the node's log ends with:", file=sys.stderr)
        print("\n".join(log.read_text().splitlines()[-15:]), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def demo(arguments: argparse.Namespace, log: Path) -> None:
    """Everything, in order. Raises ValueError for bad input, NodeFailed."""
    mesh = load_mesh(arguments.mesh, arguments.up, on_note=lambda line: print(f"note: {line}"))
    print(
        f"mesh: {arguments.mesh} ({len(mesh.faces)} triangles)\ntask: {arguments.task}", flush=True
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    took: dict[str, float] = {}
    response, node = converse(arguments, mesh, log, took)
    interaction = interaction_from_message(response.interactions[0])
    interaction.save(arguments.out / "interaction.npz")
    with step("measuring the motion", took):
        metrics = interaction_metrics(interaction)
    robot = None
    if response.interactions[0].robot:
        robot = robot_from_message(response.interactions[0])
        robot.save(arguments.out / "robot.npz")
    with step("drawing demo.gif", took):
        draw(interaction, robot, arguments.out / "demo.gif")
    summary = {
        "mesh": Path(arguments.mesh).name,
        "task": interaction.text,
        "seed": arguments.seed,
        "hands": list(interaction.hands),
        "frames": interaction.num_frames,
        "fps": interaction.fps,
        "grasp_frame": interaction.grasp_frame,
        "node": node,
        "seconds": {
            "request": seconds(response.total_duration),
            "stages": dict(
                zip(response.stage_names, map(seconds, response.stage_durations), strict=True)
            ),
            "demo": took,
        },
        "metrics": metrics,
        "robot": described(robot, response.warnings),
        "versions": versions(),
    }
    (arguments.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    print_table(summary, interaction)
    files = ["interaction.npz", *(["robot.npz"] if robot else []), "demo.gif", "summary.json"]
    print(f"\nwrote {arguments.out}/{', '.join(files)}")


def draw(interaction: Interaction, robot: RobotTrajectory | None, path: Path) -> None:
    """The human hand, and beside it the robot's as the simulation has it."""
    if robot is None:
        render_gif(interaction, path)
        return
    robots = load_robots([hand.robot for hand in robot.hands.values()], robot.hands)
    render_gif([interaction, drawable(robot, robots, verdict(robot))], path, 1)


def described(robot: RobotTrajectory | None, warnings: list[str]) -> dict:
    """What the simulation says of the robot."""
    if robot is None:
        return {"success": False, "failure": "; ".join(warnings)}
    return {
        "names": {side: hand.robot for side, hand in robot.hands.items()},
        "success": robot.success,
        "failure": robot.settings.get("failure", ""),
        "position_error_mm": 1000 * robot.position_error,
        "rotation_error_deg": math.degrees(robot.rotation_error),
        "robustness": robot.robustness,
        "seconds": float(robot.times[-1]),
    }


def converse(
    arguments: argparse.Namespace, mesh: Mesh, log: Path, took: dict[str, float]
) -> tuple[Synthesize.Response, dict[str, str]]:
    """The response to our request, and what the node says of itself on /diagnostics."""
    with open(log, "w") as file:
        parameters = {"device": arguments.device, "cache_dir": str(arguments.out / "cache")}
        sides = available([arguments.robot])
        parameters |= {f"robot_{side}": arguments.robot for side in sides}
        process = start_node(parameters, stdout=file, stderr=subprocess.STDOUT)
        try:
            with SynthesisClient(process=process) as client:
                with step("starting the node", took):
                    client.wait_for_node()
                with step("configuring it: loading the networks", took):
                    require(client.configure(), "configure")
                with step("activating it", took):
                    require(client.activate(), "activate")
                said: dict[str, str] = {}
                client.node.create_subscription(
                    DiagnosticArray,
                    "/diagnostics",
                    lambda m: said.update({v.key: v.value for v in m.status[0].values}),
                    EVENTS,
                )
                with step("publishing the mesh, calling /synthesize", took):
                    publish(client, mesh)
                    request = Synthesize.Request(
                        task=arguments.task, seed=arguments.seed, with_vertices=True
                    )
                    response = client.synthesize(request)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
    if response.error_code:
        raise ValueError(f"{response.error_message} (error code {response.error_code})")
    return response, said


def publish(client: SynthesisClient, mesh: Mesh) -> None:
    """The mesh on the node's topic, as perception would; back when it has arrived."""
    topic = "/diffh2o_synthesis/object_mesh"
    publisher = client.node.create_publisher(ShapeMesh, topic, LATEST)
    deadline = time.monotonic() + 10
    while publisher.get_subscription_count() == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    publisher.publish(shape_message(mesh.vertices, mesh.faces))
    if not publisher.wait_for_all_acked():
        raise NodeFailed(f"nobody listens on {topic}")


def require(succeeded: bool, transition: str) -> None:
    if not succeeded:
        raise NodeFailed(f"the node refused to {transition}")


@contextmanager
def step(what: str, took: dict[str, float]) -> Iterator[None]:
    """Prints what is going on and for how long, while it goes on."""
    started, done = time.monotonic(), threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        while not done.wait(0.2 if live else 10):
            elapsed = time.monotonic() - started
            print(
                f"\r{what} ... {elapsed:.0f} s" if live else f"{what} ... {elapsed:.0f} s",
                end="" if live else "\n",
                flush=True,
            )

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    took[what] = round(time.monotonic() - started, 3)
    print(f"{chr(13) if live else ''}{what}: {took[what]:.1f} s   ", flush=True)


def seconds(duration: Duration) -> float:
    return round(duration.sec + duration.nanosec / 1e9, 3)


def versions() -> dict[str, str]:
    """Of what the figures depend on."""
    names = ("diffh2o_ros", "torch", "numpy", "scipy", "libigl", "trimesh")
    found = {"python": platform.python_version(), "ros": os.environ.get("ROS_DISTRO", "kilted")}
    return found | {name: version(name) for name in names}


def print_table(summary: dict, interaction: Interaction) -> None:
    """The figures that matter, one a line."""
    hands = " and ".join(summary["hands"])
    print(
        f"\n{hands} hand, {interaction.duration:.1f} s of motion, {interaction.num_frames} frames"
    )
    for name, value in summary["seconds"]["stages"].items():
        print(f"  {name:<24}{value:8.2f} s")
    print(f"  {'whole request':<24}{summary['seconds']['request']:8.2f} s")
    for name, value in summary["metrics"].items():
        print(f"  {name:<24}{value:8.2f}")
    robot = summary["robot"]
    if robot["success"]:
        print(f"robot hand ({', '.join(set(robot['names'].values()))}): done in simulation")
    else:
        print(f"robot hand: not done in simulation: {robot['failure']}")
    for name in ("position_error_mm", "rotation_error_deg", "robustness"):
        if name in robot:
            print(f"  {name:<24}{robot[name]:8.2f}")


if __name__ == "__main__":
    sys.exit(main())
