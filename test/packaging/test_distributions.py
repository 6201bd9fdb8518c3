"""What ROS 2's distributions ask of a package: its card, documents, no name that one lacks."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CARD = ElementTree.parse(ROOT / "package.xml").getroot()
#: Names of rclpy (rclpy.subscription, Node) and launch.substitutions that Kilted has and Humble or
#: Jazzy has not.
LACKING = ["RCLError", "NotEqualsSubstitution", "add_post_set_parameters_callback"]
WITHOUT = """
import sys, rclpy.subscription as module
vars(module).pop(sys.argv[1], None)
import diffh2o_ros.nodes.synthesis_node, diffh2o_ros.nodes.mesh_publisher
"""


def test_the_executables_load_without_an_error_that_a_distribution_lacks():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "RCLError"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", LACKING)
def test_no_file_uses_a_name_that_a_distribution_lacks(name):
    for folder in ("diffh2o_ros/nodes", "launch", "examples", "scripts"):
        for file in (ROOT / folder).glob("*.py"):
            words = {
                getattr(node, "attr", getattr(node, "id", getattr(node, "name", None)))
                for node in ast.walk(ast.parse(file.read_text()))
            }
            assert name not in words, file


def keys(*kinds):
    return {element.text for kind in kinds for element in CARD.iter(kind)}


def test_the_card_is_complete():
    for name in ("url", "author", "maintainer", "license", "description"):
        assert CARD.find(name) is not None and CARD.find(name).text.strip(), name
    assert keys("build_type") == {"ament_cmake"}


@pytest.mark.parametrize(
    "key",
    [
        "python3-numpy",
        "python3-scipy",
        "python3-matplotlib",
        "python3-pil",
        "python3-tqdm",
        "tf_transformations",
        "ament_index_python",
    ],
)
def test_the_card_names_what_apt_has(key):
    assert key in keys("exec_depend", "depend")


def test_a_robot_without_a_screen_needs_no_rviz():
    assert "rviz2" not in keys("exec_depend", "depend")


def test_colcon_test_runs_the_suite():
    assert "ament_cmake_pytest" in keys("test_depend")
    text = (ROOT / "CMakeLists.txt").read_text()
    assert "if(BUILD_TESTING)" in text and "ament_add_pytest_test(" in text


def test_documents_that_distributions_read_are_there():
    (rosdoc,) = keys("rosdoc2")
    about, settings = yaml.safe_load_all((ROOT / rosdoc).read_text())
    assert about["type"] == "rosdoc2 config" and settings["settings"]["python_source"]
    quality = (ROOT / "QUALITY_DECLARATION.md").read_text()
    assert "REP-2004" in quality and re.search(r"Quality Level [1-5]", quality)


def test_hosted_ci_builds_every_distribution_and_says_that_it_was_not_run():
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    jobs = yaml.safe_load(text)["jobs"]
    names = {
        name
        for job in jobs.values()
        for name in job.get("strategy", {}).get("matrix", {}).get("distribution", [])
    }
    assert names >= {"jazzy", "kilted", "lyrical", "rolling"}
    assert "not run yet" in text.split("\nname:")[0]
    assert "colcon build" in text and "colcon test" in text and "3.14" in text


@pytest.mark.parametrize("file", ["README.md", "scripts/setup.sh"])
def test_ros_beside_a_virtual_environment(file):
    text = (ROOT / file).read_text()
    assert "--system-site-packages" in text and "--break-system-packages" not in text


@pytest.mark.parametrize("ros", ["jazzy", "kilted"])
def test_both_sets_of_wheels_have_constraints(ros):
    for name in (f"ros-{ros}.txt", f"constraints-{ros}.txt"):
        assert (ROOT / "requirements" / name).is_file()
    assert "ROS_WHEELS" in (ROOT / "scripts" / "setup.sh").read_text()
    assert "ROS_WHEELS=jazzy" in (ROOT / ".ci" / "run").read_text()
