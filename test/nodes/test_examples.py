"""The examples as they stand, each a process of its own beside one node."""

import signal
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
    """All three beside a node, the consumer also until Ctrl-C: what each of them printed, and the
    recorder's bag."""
    bag = tmp_path_factory.mktemp("recorded") / "bag"

    def start(name, *words):
        command = [sys.executable, EXAMPLES / f"{name}.py", *map(str, words)]
        return subprocess.Popen(command, stdout=-1, stderr=subprocess.STDOUT, text=True)

    processes = {
        "consumer": start("consumer", 1),
        "recorder": start("recorder", bag, 1),
        "endless": start("consumer"),
    }
    try:
        deadline = time.monotonic() + WAIT
        while client.node.count_subscribers("/diffh2o_synthesis/interaction") < 3:
            assert time.monotonic() < deadline and processes["consumer"].poll() is None
            client.spin(0.1)
        processes["perception"] = start("perception")
        endless = processes.pop("endless")
        said = {name: process.communicate(timeout=WAIT)[0] for name, process in processes.items()}
        processes["endless"] = endless
        endless.send_signal(signal.SIGINT)
        said["endless"] = endless.communicate(timeout=WAIT)[0]
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


def test_ctrl_c_ends_the_consumer_without_a_traceback(run):
    assert "Traceback" not in run[0]["endless"]


def test_the_recorder_s_bag_holds_what_was_published(run):
    said, bag = run
    assert f"{bag}: 1 motion(s)" in said["recorder"]
    with AnyReader([bag], default_typestore=get_typestore(Stores.LATEST)) as reader:
        found = {
            c.topic.split("/")[-1]: reader.deserialize(raw, c.msgtype)
            for c, _, raw in reader.messages()
        }
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
