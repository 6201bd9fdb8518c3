"""The examples as they stand, each a process of its own beside one node."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from rosbags.highlevel import AnyReader
from rosbags.typesys import Stores, get_typestore

EXAMPLES = Path(__file__).parents[2] / "examples"
WAIT = 120


@pytest.fixture(scope="module")
def run(client, tmp_path_factory):
    """All three beside a node: what each of them printed, and the recorder's bag."""
    bag = tmp_path_factory.mktemp("recorded") / "bag"

    def start(name, *words):
        command = [sys.executable, EXAMPLES / f"{name}.py", *map(str, words)]
        return subprocess.Popen(command, stdout=-1, stderr=subprocess.STDOUT, text=True)

    processes = {"consumer": start("consumer", 1), "recorder": start("recorder", bag, 1)}
    try:
        topics = ("interaction", "interaction", "right_wrist_path")
        deadline = time.monotonic() + WAIT
        while client.node.count_subscribers(f"/diffh2o_synthesis/{topics[0]}") < 2:
            assert time.monotonic() < deadline and processes["consumer"].poll() is None
            client.spin(0.1)
        processes["perception"] = start("perception")
        said = {name: process.communicate(timeout=WAIT)[0] for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.kill()
    assert {p.returncode for p in processes.values()} == {0}, said
    return said, bag


def test_perception_gets_a_motion(run):
    said = run[0]["perception"]
    assert " frames, the mug ends up geometry_msgs" in said and "Traceback" not in said


def test_the_consumer_follows_the_wrist(run):
    assert "'pick up the mug': the right wrist is at [" in run[0]["consumer"]


def test_the_recorder_s_bag_holds_what_was_published(run):
    said, bag = run
    assert f"{bag}: 1 motion(s)" in said["recorder"]
    with AnyReader([bag], default_typestore=get_typestore(Stores.LATEST)) as reader:
        found = {c.topic.split("/")[-1]: reader.deserialize(raw, c.msgtype)
                 for c, _, raw in reader.messages()}  # fmt: skip
    motion = found["interaction"]
    assert motion.task == "pick up the mug"
    (hand,) = motion.hands
    assert hand.side == "right" and len(found["left_wrist_path"].poses) == 0
    path = found["right_wrist_path"].poses
    assert len(path) == motion.num_frames == len(found["object_trajectory"].poses)
    assert path[0].position.x == hand.wrist_poses[0].position.x


@pytest.mark.parametrize("name", ["perception", "consumer", "recorder"])
def test_an_example_is_short(name):
    assert len((EXAMPLES / f"{name}.py").read_text().splitlines()) < 60
