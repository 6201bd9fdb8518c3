"""Bags hold what the node publishes, field for field; and it writes them itself."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from ament_index_python import get_search_paths
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import PoseArray
from mcap.reader import make_reader
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import JointState
from std_msgs.msg import String
from visualization_msgs.msg import MarkerArray

from diffh2o_ros.export.ros.bag_types import BagTypes
from diffh2o_ros.export.ros.cdr import serialized
from diffh2o_ros.export.ros.film import Film
from diffh2o_ros.export.ros.messages import Messages
from diffh2o_ros.export.ros.robot import robot_message
from diffh2o_ros.msg import Interaction
from diffh2o_ros.nodes.qos import EVENTS
from diffh2o_ros.nodes.to_messages import MESSAGES
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.srv import Synthesize

CODES = Synthesize.Response
TASK = "lift the box with the right hand"


def share(package):
    """Of a package that is sourced or, as ament's index does not know, came from PyPI."""
    prefixes = [*get_search_paths(), sys.prefix]
    return next(p for x in prefixes if (p := Path(x, "share", package)).is_dir())


@pytest.fixture(scope="module")
def types():
    return BagTypes()


@pytest.fixture
def motion(simple_interaction):
    path = np.linspace([0.0, 0.0, 0.0], [0.1, 0.0, 0.2], 5)
    found = simple_interaction(path, path + [0.0, 0.0, 0.08], 2, ("left", "right"), subdivisions=1)
    found.warnings, found.warning_codes = ["a guess, é"], [10305]
    return found


@pytest.fixture
def trajectory(motion, openhand):
    names = openhand.joint_names
    positions, base = (
        np.linspace(0, 1, 5 * len(names)).reshape(5, -1),
        np.tile(np.eye(4), (5, 1, 1)),
    )
    hand = RobotHandMotion(
        "openhand", names, positions, positions, base, base, (0.1, np.inf), positions, base
    )
    return RobotTrajectory(
        np.arange(5) / 30, {"right": hand}, motion.object_pose, motion.object_vertices,
        motion.object_faces, 0.0, motion.object_pose, False, 0.1, 0.2, 0.5, np.arange(5),
        {"stiffness": 6.0, "failure": "it fell"},
    )  # fmt: skip


def everything(make, motion, trajectory, robot, stamp):
    """One message of each kind that a bag holds."""
    header = make.types.Header(frame_id="table", stamp=stamp)
    said = robot_message(make, trajectory, {"right": robot}, header, np.eye(4))
    whole = make.interaction(motion, header, 7, 1, True, said)
    film = Film(make, motion, "table", (np.eye(3), np.array([[0, 1, 2]])))
    (frame,) = make.frames({"object": (None, motion.object_pose[3])}, "node", "table", stamp)
    return [
        whole,
        make.interaction(motion, header, 7, 1, False).object,
        make.both_hands(whole)["left"],
        film.scene("node/object"),
        *(film.frame(index, stamp, None, motion.object_pose[index]) for index in range(5)),
        make.keypoints(motion.hands["right"], 3, header),
        frame,
        *(part for hand in said.hands for part in (hand.joint_trajectory, hand.wrist_trajectory)),
    ]


def test_rclpy_reads_from_bags_what_the_node_would_have_sent(types, motion, trajectory, openhand):
    parts = motion, trajectory, openhand
    ours = everything(Messages(types), *parts, types.Time(sec=3, nanosec=5))
    nodes = everything(MESSAGES, *parts, Time(sec=3, nanosec=5))
    assert len(ours) == len(nodes) == 13
    for own, generated in zip(ours, nodes, strict=True):
        read = deserialize_message(serialized(own, types.store), type(generated))
        heard = deserialize_message(serialize_message(generated), type(generated))
        assert read == heard, type(generated)


def test_type_hashes_are_those_of_rosidl(types):
    """Of our messages, and of all that are within them."""
    files = share("diffh2o_ros").glob("msg/*.json")
    hashes = {
        row["type_name"]: row["hash_string"]
        for file in files
        for row in json.loads(file.read_text())["type_hashes"]
    }
    for kind in (JointState, String, MarkerArray, PoseArray):
        package, name = kind.__module__.split(".")[0], kind.__name__
        (file,) = share(package).glob(f"msg/{name}.json")
        rows = json.loads(file.read_text())["type_hashes"]
        hashes |= {row["type_name"]: row["hash_string"] for row in rows}
    assert "diffh2o_ros/msg/Interaction" in hashes and len(hashes) > 20
    assert {name: types.store.hash_rihs01(name) for name in hashes} == hashes


def until(client, true, seconds=120.0):
    for _ in range(int(10 * seconds)):
        if found := true():
            return found
        client.spin(0.1)
    pytest.fail("it never came true")


def test_the_node_records_what_it_answers(launch_node, box, tmp_path):
    node = launch_node(record_directory=str(tmp_path / "motions"))
    client = node.client
    client.wait_for_node()
    assert client.configure() and client.activate()
    request = Synthesize.Request(mesh=box, task=TASK, num_samples=2, with_vertices=True, seed=5)
    response = client.synthesize(request)
    assert response.error_code == CODES.NONE, response.error_message
    again = client.synthesize(request)
    assert again.error_code == CODES.NONE
    until(client, lambda: node.log.count("recorded: ") == 2)
    bags = sorted((tmp_path / "motions").iterdir())
    assert len(bags) == 2 and all(bag.name.startswith("diffh2o_2") for bag in bags)
    file = next(bags[0].glob("*.mcap"))
    with open(file, "rb") as stream:
        rows = list(make_reader(stream).iter_messages())
    sent = [raw.data for _, c, raw in rows if c.topic == "/diffh2o_synthesis/interaction"]
    assert [deserialize_message(data, Interaction) for data in sent] == response.interactions
    known = dict(client.node.get_topic_names_and_types())
    for schema, channel, _ in rows:
        if channel.topic != "/tf":  # tf2_ros is not on PyPI
            assert known[channel.topic] == [schema.name], channel.topic


def test_what_cannot_be_recorded_is_told_and_the_request_answered(launch_node, box, tmp_path):
    (tmp_path / "taken").write_text("a file")
    node = launch_node(record_directory=str(tmp_path / "taken"))
    client, heard = node.client, []
    topic = "/diagnostics"
    client.node.create_subscription(DiagnosticArray, topic, heard.append, EVENTS)
    client.wait_for_node()
    assert client.configure() and client.activate()
    response = client.synthesize(Synthesize.Request(mesh=box, task=TASK))
    assert response.error_code == CODES.NONE, response.error_message
    status = until(
        client,
        lambda: next((m.status[0] for m in heard if "recorded" in m.status[0].message), None),
    )
    assert status.level == DiagnosticStatus.WARN
    assert f"last result not recorded: cannot write {tmp_path / 'taken'}" in status.message
    assert f"not recorded: cannot write {tmp_path / 'taken'}" in node.log
    assert "Traceback" not in node.log and "internal error" not in node.log
    # Live: from here on nothing is wanted.
    assert client.set_parameters(record_directory="")[0].successful
    assert client.synthesize(Synthesize.Request(mesh=box, task=TASK)).error_code == CODES.NONE
    assert node.log.count("not recorded: ") == 1
