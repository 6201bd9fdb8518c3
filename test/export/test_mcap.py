"""Bags, read back by readers that did not write them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rosbags.highlevel import AnyReader
from scipy.spatial.transform import Rotation

import diffh2o_ros
from diffh2o_ros.cli import main
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.formats.mcap import save_mcap
from diffh2o_ros.export.ros.recording import Setting
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory

ROOT = Path(__file__).parents[2]
START = 1_700_000_000_250_000_000
NODE = "/diffh2o_synthesis/"


def plain(values, kind):
    return np.array(values, kind)


def position(message):
    return [message.x, message.y, message.z]


def rotation(message):
    return Rotation.from_quat([message.x, message.y, message.z, message.w]).as_matrix()


@pytest.fixture
def motion(simple_interaction):
    """Two hands, and an object that rises and turns."""
    time = np.linspace(0, 1, 9)
    path = np.stack([0.1 * time, 0 * time, 0.2 * time], -1)
    found = simple_interaction(path, path + [0.0, 0.0, 0.11], 4, ("left", "right"), subdivisions=1)
    turns = Rotation.from_euler("xyz", np.stack([time, -2 * time, 0.5 * time], -1)).as_matrix()
    found.object_pose[:, :3, :3] = turns
    for hand in found.hands.values():
        hand.hand_pose[:] = np.linspace(-1, 1, hand.hand_pose.size).reshape(-1, 45)
        hand.betas[:] = np.linspace(-2, 2, 10)
    found.warnings, found.warning_codes = ["a guess"], [10305]
    return found


@pytest.fixture
def trajectory(motion, openhand):
    """What the built-in right hand does of it, ten rows in .3 s."""
    rows, joints = 10, len(openhand.joint_names)
    positions = np.linspace(0, 0.5, rows * joints).reshape(rows, joints)
    base = np.tile(np.eye(4), (rows, 1, 1))
    base[:, 2, 3] = np.linspace(0.2, 0.4, rows)
    frames = np.minimum(np.arange(rows), 8)
    hand = RobotHandMotion(
        "openhand", openhand.joint_names, positions, positions + 0.1, base, base, (0.1, np.inf),
        positions + 0.01, base,
    )  # fmt: skip
    return RobotTrajectory(
        np.arange(rows) / 30, {"right": hand}, motion.object_pose[frames], motion.object_vertices,
        motion.object_faces, 0.0, motion.object_pose[frames], True, 0.001, 0.02, 0.5, frames,
        {"stiffness": 6.0},
    )  # fmt: skip


@pytest.fixture
def bag(motion, trajectory, tmp_path):
    """The folder of a bag of a motion with a robot, and one without."""
    episodes = [Episode(motion, trajectory), Episode(motion)]
    return save_mcap(episodes, tmp_path / "bag", Setting(seed=7, start=START))


def by_topic(bag):
    """(time, message) by topic, as mcap-ros2-support decodes them."""
    found = {}
    with open(bag / f"{bag.name}.mcap", "rb") as file:
        reader = make_reader(file, decoder_factories=[DecoderFactory()])
        for _, channel, raw, message in reader.iter_decoded_messages():
            found.setdefault(channel.topic, []).append((raw.log_time, message))
    return found


def metadata(bag):
    return yaml.safe_load((bag / "metadata.yaml").read_text())["rosbag2_bagfile_information"]


def test_the_interaction_is_bit_for_bit_what_was_given(bag, motion):
    (time, message), (later, second) = by_topic(bag)[NODE + "interaction"]
    assert time == START and later - time == 10 * 33_333_333 + 10**9
    assert (message.task, message.seed, message.sample, second.sample) == (motion.text, 7, 0, 1)
    assert (message.num_frames, message.grasp_frame, message.fps) == (9, 4, 30.0)
    assert (message.warnings, list(message.warning_codes)) == (["a guess"], [10305])
    assert message.quality_names == ["penetration_mm"] and list(message.quality_values) == [1.5]
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == divmod(START, 10**9)
    for sent in message.hands:
        hand = motion.hands[sent.side]
        for name in ("global_orient", "transl", "hand_pose", "betas", "vertices"):
            assert np.array_equal(plain(getattr(sent, name), "f"), getattr(hand, name).ravel())
        assert np.array_equal(plain(sent.keypoints, "f"), hand.joints.ravel())
        assert np.array_equal(plain(sent.triangles, "u4"), hand.faces.ravel())
        assert [position(p.position) for p in sent.wrist_poses] == hand.joints[:, 0].tolist()
    assert np.array_equal(plain(message.object.vertices, "f"), motion.object_vertices.ravel())
    for pose, matrix in zip(message.object.poses, motion.object_pose, strict=True):
        assert position(pose.position) == matrix[:3, 3].tolist()
        assert rotation(pose.orientation) == pytest.approx(matrix[:3, :3], abs=1e-6)
    assert not second.robot and message.robot[0].success


def test_what_goes_with_time_is_the_motion_at_that_time(bag, motion):
    heard = by_topic(bag)
    start = heard[NODE + "interaction"][1][0]
    for number in range(9):
        time, tf = [row for row in heard["/tf"] if row[0] >= start][number]
        assert time == start + number * 33_333_333
        frames = {t.child_frame_id: t for t in tf.transforms}
        assert set(frames) == {
            f"diffh2o_synthesis/{n}" for n in ("object", "left_wrist", "right_wrist")
        }
        sent = frames["diffh2o_synthesis/object"]
        assert sent.header.frame_id == "world"
        assert sent.header.stamp.sec * 10**9 + sent.header.stamp.nanosec == time
        assert position(sent.transform.translation) == motion.object_pose[number, :3, 3].tolist()
        (markers,) = [m for t, m in heard[NODE + "markers"] if t == time]
        hand = motion.hands["right"]
        (skin,) = [m for m in markers.markers if m.ns == "right"]
        corners = [position(p) for p in skin.points]
        assert corners == hand.vertices[number][hand.faces.ravel()].tolist()
        (keypoints,) = [m for t, m in heard[NODE + "right_keypoints"] if t == time]
        assert [position(p.position) for p in keypoints.poses] == hand.joints[number].tolist()
    (_, scene), _ = heard[NODE + "scene"]
    (thing,) = [m for m in scene.markers if m.ns == "object"]
    assert thing.header.frame_id == "diffh2o_synthesis/object" and thing.frame_locked


def test_robots_play_what_was_simulated(bag, trajectory):
    heard = by_topic(bag)
    hand, topic = trajectory.hands["right"], NODE + "right_robot/"
    states = [message for _, message in heard[topic + "joint_states"]]
    assert len(states) == 10 and states[0].name == hand.joint_names
    sent = np.array([state.position for state in states])
    assert np.array_equal(sent, hand.simulated_positions.astype(float))
    ((_, commands),) = heard[topic + "joint_trajectory"]
    column = hand.joint_names.index(commands.joint_names[-1])
    assert np.allclose([p.positions[-1] for p in commands.points], hand.commands[:, column])
    ((_, description),) = heard[topic + "robot_description"]
    links = {link.get("name") for link in ElementTree.fromstring(description.data).iter("link")}
    first = {t.child_frame_id for t in heard["/tf"][0][1].transforms}
    assert {f"diffh2o_synthesis/right_robot/{link}" for link in links} < first


def test_meshes_of_robots_lie_in_the_bag(motion, trajectory, tmp_path):
    """URDF knows no ellipsoids."""
    from diffh2o_ros.retargeting import built_in
    from diffh2o_ros.retargeting.robots import load_robot

    mjcf = built_in.mjcf("right").replace('<geom type="capsule"', '<geom type="ellipsoid"', 1)
    (tmp_path / "right.xml").write_text(mjcf)
    robot = load_robot(str(tmp_path / "right.xml"), "right")
    setting = Setting(robots={"right": robot})
    bag = save_mcap([Episode(motion, trajectory)], tmp_path / "bag", setting)
    ((_, said),) = by_topic(bag)[NODE + "right_robot/robot_description"]
    (mesh,) = ElementTree.fromstring(said.data).iter("mesh")
    file = Path(unquote(urlparse(mesh.get("filename")).path))
    assert file.is_file() and bag / "meshes" in file.parents


def test_what_is_latched_is_said_in_the_metadata(bag):
    said = {
        topic["topic_metadata"]["name"].removeprefix(NODE): topic["topic_metadata"]
        for topic in metadata(bag)["topics_with_message_count"]
    }
    late = {
        n
        for n, m in said.items()
        if m["offered_qos_profiles"][0]["durability"] == "transient_local"
    }
    paths = {f"{side}_{what}" for side in ("left", "right") for what in ("hand", "wrist_path")}
    once = {"interaction", "object_trajectory", "scene", "right_robot/robot_description"}
    assert late == once | paths
    assert {m["offered_qos_profiles"][0]["reliability"] for m in said.values()} == {"reliable"}
    with open(bag / "bag.mcap", "rb") as file:
        summary = make_reader(file).get_summary()
    assert {chunk.compression for chunk in summary.chunk_indexes} == {"zstd"}
    qos = {c.topic: c.metadata["offered_qos_profiles"] for c in summary.channels.values()}
    assert "transient_local" in qos[NODE + "interaction"] and "volatile" in qos["/tf"]


def test_rosbags_reads_all_of_it(bag):
    with AnyReader([bag]) as reader:  # with no types but those in the file
        count = sum(1 for c, _, raw in reader.messages() if reader.deserialize(raw, c.msgtype))
    assert count == metadata(bag)["message_count"] == sum(map(len, by_topic(bag).values()))


def test_the_layout_shows_what_is_in_it(bag):
    topics = set(by_topic(bag))
    config = json.loads((ROOT / "config/foxglove_layout.json").read_text())["configById"]
    view = config["3D!motion"]
    named = {*view["topics"], config["RawMessages!task"]["topicPath"].split(".")[0]}
    named |= {layer["topic"] for layer in view["layers"].values() if "topic" in layer}
    plots = [
        path["value"] for plot in ("heights", "joints") for path in config[f"Plot!{plot}"]["paths"]
    ]
    named |= {value.split(".")[0] for value in plots}
    assert {name.replace("left_robot", "right_robot") for name in named} <= topics


@pytest.mark.parametrize(("distribution", "version"), [("jazzy", 9), ("humble", 8), ("none", 9)])
def test_definitions_are_of_the_distribution(motion, tmp_path, distribution, version):
    bag = save_mcap([Episode(motion)], tmp_path / "bag", distribution=distribution)
    assert metadata(bag)["version"] == version
    assert by_topic(bag)[NODE + "interaction"][0][1].num_frames == 9


def test_our_definitions_are_found_below_the_prefix_of_an_install(tmp_path):
    package = tmp_path / "lib/python3/site-packages/diffh2o_ros"
    package.parent.mkdir(parents=True)
    package.symlink_to(Path(diffh2o_ros.__file__).parent)
    share = tmp_path / "share/diffh2o_ros"
    share.mkdir(parents=True)
    (share / "msg").symlink_to(ROOT / "msg")
    code = "from diffh2o_ros.export.ros.bag_types import definitions; print(definitions())"
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(package.parent)},
    )  # fmt: skip
    assert made.stdout.strip() == str(share / "msg"), made.stderr


def refused(capsys, *words):
    assert main(["export", *map(str, words)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1, said
    return said.err


@pytest.fixture
def file(motion, tmp_path):
    motion.save(tmp_path / "F.npz")
    return tmp_path / "F.npz"


def test_the_command_writes_a_bag_and_never_over_one(capsys, file, tmp_path):
    words = [file, "--to", "mcap", "--out", tmp_path / "new/bag"]
    assert main(["export", *map(str, words)]) == 0
    before = (tmp_path / "new/bag/bag.mcap").read_bytes()
    capsys.readouterr()
    assert "bag is there already: give a folder that is not" in refused(capsys, *words)
    assert (tmp_path / "new/bag/bag.mcap").read_bytes() == before
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["bag"]


def test_synthesize_refuses_a_taken_bag_before_any_work(capsys, tmp_path):
    words = ["synthesize", "--mesh", ROOT / "assets/mug.ply", "--task", "lift the mug"]
    words += ["--out", tmp_path / "F.npz", "--bag", tmp_path]
    assert main(list(map(str, words))) == 2
    assert "is there already" in capsys.readouterr().err


def test_without_rosbags(capsys, file, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rosbags", None)  # as where it is not installed
    said = refused(capsys, file, "--to", "mcap", "--out", tmp_path / "bag")
    assert "mcap needs the package rosbags; pip install rosbags" in said


def test_a_full_disk_leaves_nothing(file, tmp_path):
    """A limit on the size of files says the same of writing as a full disk."""
    command = (
        f'ulimit -f 8; exec "{sys.executable}" -B -m diffh2o_ros export F.npz --to mcap --out bag'
    )
    made = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert made.returncode == 2 and made.stderr.count("\n") == 1, made.stderr
    assert "bag: File too large" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["F.npz"]


def test_a_trajectory_without_simulation(motion, trajectory, tmp_path):
    trajectory.simulated_object_pose = None
    with pytest.raises(ExportError, match="says nothing of its simulation"):
        save_mcap([Episode(motion, trajectory)], tmp_path / "bag")
    assert list(tmp_path.iterdir()) == []
