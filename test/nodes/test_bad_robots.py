"""Every row of `bad_robots` is told in the same line by library, command line and node, and then a
good robot is taken."""

import pytest

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from bad_robots import GIVEN, HAND

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.mapping import read_mapping
from diffh2o_ros.retargeting.robots import load_robot


@pytest.fixture(scope="module")
def node(launch_shared_node):
    node = launch_shared_node("robots")
    node.client.wait_for_node()
    return node


@pytest.fixture(scope="module")
def motion(can_motion, tmp_path_factory):
    path = tmp_path_factory.mktemp("motion") / "F.npz"
    can_motion.save(path)
    return path


@pytest.fixture(autouse=True)
def no_menagerie(monkeypatch):
    monkeypatch.delenv("MENAGERIE_ROOT", raising=False)


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: given.what)
def test_it_is_told_in_one_line_everywhere(given, node, motion, tmp_path, capsys):
    robot, mapping = given.write(tmp_path), ""
    if given.mapping is not None:
        mapping = str(tmp_path / "map.yml")
        (tmp_path / "map.yml").write_text(given.mapping)
    with pytest.raises(RobotHandError) as error:
        load_robot(robot, "right", read_mapping(mapping) if mapping else None)
    line = str(error.value)
    assert given.says in line and "\n" not in line

    before = set(tmp_path.iterdir())
    words = ["retarget", motion, "--robot", robot, "--out", tmp_path / "T.npz"]
    words += ["--map", mapping] if mapping else []
    assert main([str(word) for word in words]) == BAD_INPUT
    said = capsys.readouterr().err.strip()
    assert line in said and "\n" not in said
    assert set(tmp_path.iterdir()) == before, "nothing written"

    set_robot(node.client, robot, mapping)
    assert not node.client.configure() and node.client.state() == "unconfigured"
    for _ in range(100):
        if line in node.log:
            break
        node.client.spin(0.1)
    assert line in node.log and "Traceback" not in node.log


def test_a_good_robot_is_taken_then(node, tmp_path):
    (tmp_path / "hand.urdf").write_text(HAND)
    set_robot(node.client, str(tmp_path / "hand.urdf"), "")
    assert node.client.configure() and node.client.cleanup()


def set_robot(client, robot, mapping):
    results = client.set_parameters(robot_right=robot, robot_right_mapping=mapping)
    assert all(result.successful for result in results)


def test_there_are_thirty_of_them():
    assert len(GIVEN) >= 30 and len({given.what for given in GIVEN}) == len(GIVEN)
