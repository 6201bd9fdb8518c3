"""How the executables start, or say in one line why they cannot; and how they are interrupted."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trimesh
from ament_index_python import get_package_prefix

EXECUTABLES = Path(get_package_prefix("diffh2o_ros"), "lib", "diffh2o_ros")
NODE, PUBLISHER, VIEW = (
    str(EXECUTABLES / name) for name in ("synthesis_node", "publish_mesh", "studio_view")
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A mesh, and parameter files that are none."""
    folder = tmp_path_factory.mktemp("start")
    trimesh.creation.box((0.06, 0.06, 0.1)).export(folder / "box.ply")
    (folder / "torn.yaml").write_text("x: [1\n")
    (folder / "flat.yaml").write_text("device: cpu\n")
    (folder / "file").touch()
    return folder


def unusable(files):
    """What cannot be started with, by name: environment, command, and what is said of it."""
    publisher = [PUBLISHER, str(files / "box.ply")]
    node = [NODE, "--ros-args"]
    return {
        "domain, text": ({"ROS_DOMAIN_ID": "lab"}, node, "ROS_DOMAIN_ID is 'lab'"),
        "domain, large": ({"ROS_DOMAIN_ID": "999"}, node, "from 0 to 232"),
        "domain, negative": ({"ROS_DOMAIN_ID": "-1"}, node, "from 0 to 232"),
        "namespace, digit": ({}, [*node, "-r", "__ns:=1bad"], "__ns:=1bad"),
        "namespace, space": ({}, [*node, "-r", "__ns:=/a b"], "__ns:=/a b"),
        "name": ({}, [*node, "-r", "__node:=1bad"], "__node:=1bad"),
        "remapping": ({}, [*node, "-r", "synthesize"], "remap rule"),
        "parameter file, none": ({}, [*node, "--params-file", "/no.yaml"], "/no.yaml"),
        "parameter file, torn": ({}, [*node, "--params-file", f"{files}/torn.yaml"], "torn.yaml"),
        "parameter file, flat": ({}, [*node, "--params-file", f"{files}/flat.yaml"], "flat.yaml"),
        "log level": ({}, [*node, "--log-level", "loud"], "--log-level loud"),
        "parameter, type": ({}, [*node, "-p", "device:=3"], "device is 3: it must be text"),
        "parameter, range": ({}, [*node, "-p", "seed:=-1"], "seed out of range"),
        "argument": ({}, [*publisher, "--ros-args", "--nonsense"], "--nonsense"),
        "argument, other": ({}, [NODE, "--device", "cpu"], "'--device': parameters are given as"),
        "log folder": ({"ROS_LOG_DIR": f"{files}/file/log"}, publisher, "set ROS_LOG_DIR to"),
        "home": ({"HOME": f"{files}/file", "ROS_LOG_DIR": ""}, publisher, "set ROS_LOG_DIR to"),
        "topic, space": ({}, [*publisher, "--topic", "a b"], "topic name"),
        "topic, tilde": ({}, [*publisher, "--topic", "~bad"], "'~bad'"),
        "topic, empty": ({}, [*publisher, "--topic", ""], "topic name must not be empty"),
        "port, range": ({}, [VIEW, "--ros-args", "-p", "port:=65536"], "port"),
        "port, type": ({}, [VIEW, "--ros-args", "-p", "port:=abc"], "port"),
        "host": ({}, [VIEW, "--ros-args", "-p", "host:=nowhere.invalid"], "another host or port"),
        "no mesh": ({}, [PUBLISHER, f"{files}/file"], "not a mesh file"),
    }


def test_what_cannot_be_started_with_is_one_line_and_exit_2(files):
    """Side by side: they wait for the disk, and for nothing of one another's."""

    def start(case):
        environment, command, _ = case
        return subprocess.run(
            command,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    cases = unusable(files)
    with ThreadPoolExecutor(4) as pool:
        ended = dict(zip(cases, pool.map(start, cases.values()), strict=True))
    for name, result in ended.items():
        lines = [line for line in result.stderr.splitlines() if "[rcl]" not in line]
        assert result.returncode == 2, (name, result.stderr)
        assert len(lines) == 1 and lines[0].startswith("error: "), (name, result.stderr)
        assert cases[name][2] in lines[0], (name, lines)
        assert not result.stdout, (name, result.stdout)


def test_another_middleware_that_is_not_there_ends_it(files):
    result = subprocess.run(
        [NODE],
        env=os.environ | {"RMW_IMPLEMENTATION": "rmw_of_nobody"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode != 0 and "rmw_of_nobody" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [[NODE], [PUBLISHER, "mesh.ply"], [VIEW, "--ros-args", "-p", "port:=0"]],
    ids=["node", "publisher", "view"],
)
def test_ctrl_c_at_any_moment_of_the_start_leaves_no_traceback(command, tmp_path):
    """Python's own start, a twentieth of a second, is among them."""
    trimesh.creation.box((0.06, 0.06, 0.1)).export(tmp_path / "mesh.ply")
    for delay in (0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.3, 1.0):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path
        )
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        # Before the executable is loaded, a signal ends what is to become it.
        assert process.returncode in (0, -signal.SIGINT), (delay, said)
        assert "Traceback" not in said, (delay, said)


def test_it_starts_with_what_is_odd_but_clear(launch_node):
    """A whole number for a double, a frame with a slash; a name that is none is told of."""
    node = launch_node(grasp_timeout=10, frame_id="/map", devize="cpu")
    node.client.wait_for_node()
    assert "there is no parameter devize" in node.log and "do you mean device?" in node.log
    assert node.interrupt() == 0
