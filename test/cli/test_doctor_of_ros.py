"""`doctor` on ROS 2: not there, not built, built but not sourced, of another Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import diffh2o_ros

PACKAGE = Path(diffh2o_ros.__file__).parent
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
LOOK = (
    "from diffh2o_ros.cli.ros_checks import check_ros; "
    "print(*(f'{f.subject}|{f.state}|{f.detail}|{f.remedy}' for f in check_ros()), sep='\\n')"
)


@pytest.fixture
def workspace(tmp_path):
    """A colcon workspace with a space in its name: this package in src/, nothing built."""
    workspace = tmp_path / "my robot"
    package = workspace / "src" / "diffh2o_ros"
    (package / "diffh2o_ros" / "cli").mkdir(parents=True)
    (package / "package.xml").touch()
    for name in ("__init__.py", "cli/__init__.py", "cli/finding.py", "cli/ros_checks.py"):
        shutil.copy(PACKAGE / name, package / "diffh2o_ros" / name)
    return workspace


def build(workspace, python=HERE, layout="diffh2o_ros"):
    """What `colcon build` leaves; returns the folder that is put on Python's path."""
    install = workspace / "install"
    packages = install / layout / "lib" / f"python{python}" / "site-packages"
    (packages / "diffh2o_ros" / "srv").mkdir(parents=True)
    (packages / "diffh2o_ros" / "srv" / "__init__.py").touch()
    (install / "setup.bash").touch()
    return packages


@pytest.fixture
def look(workspace):
    """Findings of a Python without the packages of this one; `rclpy`: whether there is one."""

    def look(*paths, rclpy=True, **more):
        package = workspace / "src" / "diffh2o_ros"
        if rclpy:
            (package / "rclpy").mkdir(exist_ok=True)  # it is looked for, not imported
        left = ("AMENT", "COLCON", "ROS", "RMW", "PYTHON")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(left)}
        path = os.pathsep.join(map(str, [package, *paths]))
        done = subprocess.run(
            [sys.executable, "-S", "-c", LOOK],
            cwd=workspace.parent,
            capture_output=True,
            text=True,
            env={**kept, "PYTHONPATH": path, **more},
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        lines = [line.split("|") for line in done.stdout.splitlines()]
        return {subject: rest for subject, *rest in lines}

    return look


def test_no_ros(look):
    state, _, remedy = look(rclpy=False)["ROS 2"]
    assert state == "optional" and "source " in remedy


def test_not_built(look, workspace):
    (workspace / "install").mkdir()
    state, detail, remedy = look()["ROS 2"]
    assert state == "optional" and "not built" in detail and "colcon build" in remedy
    scripts = workspace / "src" / "diffh2o_ros" / "scripts"
    scripts.mkdir()
    (scripts / "setup.sh").touch()
    assert f"make -C '{scripts.parent}' setup" in look()["ROS 2"][2]


@pytest.mark.parametrize("layout", ["diffh2o_ros", "."])
def test_built_but_not_sourced_and_sourced(look, workspace, layout):
    packages = build(workspace, layout=layout)
    state, detail, remedy = look()["ROS 2"]
    assert state == "optional" and "not sourced" in detail
    assert remedy == f"source '{workspace}/install/setup.bash'"
    state, detail, remedy = look(packages)["ROS 2"]
    assert (state, remedy) == ("ok", "") and "built and sourced" in detail


def test_built_elsewhere_and_named_by_the_environment(look, workspace, tmp_path):
    build(tmp_path / "other")
    remedy = look(COLCON_PREFIX_PATH=str(tmp_path / "other" / "install"))["ROS 2"][2]
    assert remedy == f"source {tmp_path}/other/install/setup.bash"


def test_built_for_another_python(look, workspace):
    build(workspace, python="3.99")
    state, detail, remedy = look()["ROS 2"]
    assert state == "optional" and f"Python 3.99, and this is {HERE}" in detail
    assert f"remove '{workspace}/install'" in remedy


def test_the_tree_of_the_wheels(look, workspace):
    """`make setup` builds into the tree itself."""
    tree = workspace / "src" / "diffh2o_ros"
    build(tree)
    (tree / "scripts").mkdir()
    (tree / "scripts" / "with_ros.sh").touch()
    remedy = look()["ROS 2"][2]
    assert f"source '{tree}/install/setup.bash'" in remedy
    assert f"'{tree}/scripts/with_ros.sh' COMMAND" in remedy


def test_the_middleware(look, tmp_path):
    index = tmp_path / "ros" / "share" / "ament_index" / "resource_index" / "rmw_typesupport"
    index.mkdir(parents=True)
    for name in ("rmw_fastrtps_cpp", "rmw_zenoh_cpp", "rmw_implementation"):
        (index / name).touch()
    ament = str(tmp_path / "ros")
    state, detail, _ = look(AMENT_PREFIX_PATH=ament)["RMW"]
    assert state == "ok" and "rmw_fastrtps_cpp" in detail and "rmw_zenoh_cpp" in detail
    state, detail, remedy = look(AMENT_PREFIX_PATH=ament, RMW_IMPLEMENTATION="rmw_x_cpp")["RMW"]
    assert state == "optional" and "rmw_x_cpp, which is not installed" in detail
    assert "install rmw-x-cpp" in remedy
    asked = look(AMENT_PREFIX_PATH=ament, RMW_IMPLEMENTATION="rmw_zenoh_cpp")["RMW"]
    assert asked[0] == "ok" and "rmw_zenoh_cpp" in asked[1]
