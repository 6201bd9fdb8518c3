"""The launch file, by the real launch. It is in every ROS 2 distribution and not among the wheels:
these tests run where a distribution is sourced."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trimesh
from ament_index_python import get_package_share_directory

pytest.importorskip("launch_ros")

from diffh2o_ros.nodes.client import SynthesisClient

FILE = Path(get_package_share_directory("diffh2o_ros"), "launch", "generate.launch.py")
#: What `ros2 launch` does with a file and arguments.
LAUNCH = """
import sys
from launch import LaunchService
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
file, *arguments = sys.argv[1:]
service = LaunchService(argv=arguments, noninteractive=True)
service.include_launch_description(IncludeLaunchDescription(
    PythonLaunchDescriptionSource(file),
    launch_arguments=[argument.split(":=", 1) for argument in arguments],
))
sys.exit(service.run())
"""


@pytest.fixture
def launch(tmp_path):
    """Starts launches; those that still run are ended."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(FILE), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"ROS_LOG_DIR": str(tmp_path)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def wait_for(process, words):
    """What it says until `words` are among it."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"ended with {process.wait()} before {words!r}:\n{said}")


#: Arguments, and what is said of them.
UNUSABLE = {
    "device": (["device:=cuda:99"], "the node could not be made ready"),
    "weights": (["weights:=123"], "no checkpoint at 123"),  # text, not a number
    "mesh": (["mesh:=/no.ply", "autostart:=false"], "the mesh /no.ply could not be offered"),
    "params_file": (["params_file:=/no.yaml"], "params_file /no.yaml does not exist"),
    "log_level": (["log_level:=loud"], "the node ended with exit code 2"),
    "namespace": (["namespace:=a b"], "Invalid namespace"),
    "autostart": (["autostart:=perhaps"], "perhaps"),
}


def test_what_cannot_be_had_ends_the_launch_with_a_message(launch):
    def run(case):
        number, (name, (arguments, _)) = case
        apart = [] if name == "namespace" else [f"namespace:=bad{number}"]
        process = launch(*apart, *arguments)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    with ThreadPoolExecutor(3) as pool:
        ended = zip(UNUSABLE, pool.map(run, enumerate(UNUSABLE.items())), strict=True)
        for name, (code, said) in ended:
            assert code == 1, (name, said)
            assert UNUSABLE[name][1] in said and "Traceback" not in said, (name, said)


def test_it_comes_up_offers_its_mesh_and_goes_on_without_rviz_and_studio(launch, tmp_path):
    trimesh.creation.box((0.06, 0.06, 0.1)).export(tmp_path / "box.ply")
    process = launch(
        "namespace:=lab",
        f"mesh:={tmp_path}/box.ply",
        "rviz:=true",
        *("studio:=true", "studio_port:=65536"),
        "device:=cpu",
        "use_sim_time:=true",
    )
    said = wait_for(process, "ready for requests on /lab/synthesize")
    if "rviz2 is not installed" not in said:
        assert "process started" in said and "rviz2" in said
    with SynthesisClient("/lab/diffh2o_synthesis") as client:
        client.wait_for_node()
        assert client.state() == "active"
        # Who leads it from here on may fail at it without losing the launch.
        assert client.deactivate() and client.cleanup()
        assert client.configure() and client.state() == "inactive"
    process.send_signal(signal.SIGINT)
    said += process.communicate(timeout=60)[0]
    assert "on /lab/diffh2o_synthesis/object_mesh" in said
    assert "its page cannot be had: going on without it" in said
    assert "Traceback" not in said and "SIGTERM" not in said and "exception" not in said


def test_without_autostart_the_node_waits_unconfigured(launch):
    process = launch("autostart:=false", "namespace:=manual")
    with SynthesisClient("/manual/diffh2o_synthesis") as client:
        client.wait_for_node()
        assert client.state() == "unconfigured"
    assert process.poll() is None
