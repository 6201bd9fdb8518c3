"""The node's topics as other nodes see them."""

import importlib.util
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import trimesh
from ament_index_python import get_package_prefix
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import PoseArray, PoseStamped
from std_msgs.msg import Header, String
from visualization_msgs.msg import MarkerArray

from diffh2o_ros.msg import HandGrasp, HandTrajectory, Interaction, MeshStamped, ObjectTrajectory
from diffh2o_ros.nodes.mesh_messages import read_mesh, shape_message
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.srv import Playback, Synthesize

#: tf2_ros is not on PyPI.
HAS_TF = importlib.util.find_spec("tf2_ros") is not None
#: Those of the test that runs.
LISTENERS = []


@pytest.fixture(autouse=True)
def no_listener_outlives_its_test():
    """One that goes on hearing markers, twenty meshes a second, slows the tests after it."""
    yield
    while LISTENERS:
        listener = LISTENERS.pop()
        listener.client.node.destroy_subscription(listener.subscription)


class Listener:
    """Keeps what arrives on a topic of the node."""

    def __init__(self, client, kind, topic, qos=LATEST):
        self.client, self.messages = client, []
        topic = topic if topic.startswith("/") else f"/diffh2o_synthesis/{topic}"
        self.subscription = client.node.create_subscription(kind, topic, self.messages.append, qos)
        LISTENERS.append(self)

    def wait(self, wanted=lambda message: True, timeout=30.0):
        """The first message, from now or before, of which `wanted` is true."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for message in self.messages:
                if wanted(message):
                    return message
            self.client.spin(0.1)
        raise TimeoutError(f"{len(self.messages)} messages, none of them wanted")


@pytest.fixture(scope="module")
def running(launch_shared_node):
    node = launch_shared_node(grasp_timeout=60.0, seed=11, playback_rate=20.0)
    node.client.wait_for_node()
    assert node.client.configure() and node.client.activate()
    return node


@pytest.fixture(scope="module")
def say(running):
    """Publishes on a topic of the node, once it listens."""
    publishers = {}

    def publish(topic, message, qos=EVENTS):
        if topic not in publishers:
            publishers[topic] = running.client.node.create_publisher(
                type(message), f"/diffh2o_synthesis/{topic}", qos
            )
            deadline = time.monotonic() + 10
            while not publishers[topic].get_subscription_count():
                assert time.monotonic() < deadline, f"the node does not listen on {topic}"
                time.sleep(0.02)
        publishers[topic].publish(message)
        if topic != "task":  # what follows may need it; a task's own result is waited for
            publishers[topic].wait_for_all_acked()  # which takes up to a heartbeat, 3 s

    publish.forget = lambda topic: running.client.node.destroy_publisher(publishers.pop(topic))
    return publish


def set_parameters(running, **values):
    """Changes live parameters of the node."""
    assert all(result.successful for result in running.client.set_parameters(**values))


@pytest.fixture
def mesh_known(say, box):
    say("object_mesh", shape_message(*read_mesh(box)), LATEST)


def test_a_task_before_any_mesh_is_reported_not_answered(running, say):
    say("task", String(data="lift the box"))
    health = Listener(running.client, DiagnosticArray, "/diagnostics", EVENTS)
    status = health.wait(lambda m: "no mesh" in m.status[0].message).status[0]
    assert status.level == DiagnosticStatus.WARN


def test_mesh_and_task_become_an_interaction(running, say, mesh_known):
    client = running.client
    motions = Listener(client, Interaction, "interaction")
    say("task", String(data="lift the box with the left hand"))
    motion = motions.wait()
    assert motion.task == "lift the box with the left hand"
    assert (motion.header.frame_id, motion.seed) == ("world", 11)

    # Everything of it is there for those who come late, too.
    late = Listener(client, Interaction, "interaction").wait()
    assert late.header.stamp == motion.header.stamp
    poses = Listener(client, ObjectTrajectory, "object_trajectory").wait().poses
    assert len(poses) == motion.num_frames
    for hand in motion.hands:
        arrived = Listener(client, HandTrajectory, f"{hand.side}_hand").wait()
        assert arrived.keypoints == hand.keypoints

    # And it plays: the object's marker takes one pose after another.
    markers = Listener(client, MarkerArray, "markers", EVENTS)
    deadline = time.monotonic() + 20
    while len(markers.messages) <= 15 and time.monotonic() < deadline:
        client.spin(0.2)
    frames = [{m.ns: m for m in message.markers} for message in markers.messages]
    assert len(frames) > 15
    shown = {h.side for h in motion.hands} | (set() if HAS_TF else {"object"})  # tf moves it else
    assert all(shown <= set(frame) for frame in frames)
    hand = motion.hands[0].side
    places = {(frame[hand].points[0].x, frame[hand].points[0].y) for frame in frames}
    assert len(places) > 5


def test_the_playback_is_published_pauses_and_goes_where_it_is_told(running, say, mesh_known):
    client = running.client
    motions = Listener(client, Interaction, "interaction")
    say("task", String(data="hold up the box with the right hand"))
    motion = motions.wait(lambda m: m.task.startswith("hold up"))
    player = client.node.create_client(Playback, "/diffh2o_synthesis/playback")
    assert player.wait_for_service(timeout_sec=10)
    client.wait_for_node()
    keypoints = Listener(client, PoseArray, "right_keypoints", EVENTS)
    keypoints.wait()

    answer = client.wait(player.call_async(Playback.Request(command=1, seek_time=1.0)), 10)
    assert answer.success and answer.time == 1.0
    assert answer.duration == pytest.approx(motion.num_frames / motion.fps)
    client.spin(0.5)
    shown = keypoints.messages[-1]
    assert shown.header.frame_id == "world" and len(shown.poses) == 21
    (hand,) = [h for h in motion.hands if h.side == "right"]
    frame = np.reshape(hand.keypoints, (-1, 21, 3))[int(motion.fps)]
    place = [[p.position.x, p.position.y, p.position.z] for p in shown.poses]
    np.testing.assert_allclose(place, frame, atol=1e-6)
    assert hand.time_from_start[30] == pytest.approx(30 / motion.fps)

    assert not client.wait(player.call_async(Playback.Request(command=7)), 10).success
    answer = client.wait(player.call_async(Playback.Request()), 10)
    assert answer.time == pytest.approx(1.0, abs=0.2)
    client.spin(0.5)
    assert keypoints.messages[-1].poses[0] != shown.poses[0], "it plays on"


def test_the_scene_reaches_those_who_come_late(running, mesh_known):
    scene = Listener(running.client, MarkerArray, "scene").wait()
    names = {marker.ns for marker in scene.markers}
    assert {"object_path", "right_path"} <= names
    stamps = {m.header.frame_id for m in scene.markers if m.ns.endswith("_path")}
    assert stamps == {"world"}


def test_a_gripper_s_pose_steers_the_hand(running, say, mesh_known):
    """A gripper from above the box, closing along y, half its height down."""
    client = running.client
    set_parameters(running, grasp_pose_convention="gripper", gripper_tip=0.1, refine=True)
    try:
        pose = PoseStamped()
        place, turn = pose.pose.position, pose.pose.orientation
        place.x, place.y, place.z = 0.4, 0.1, 0.87 + 0.1
        turn.x, turn.w = 1.0, 0.0  # z down, y to -y
        motions = Listener(client, Interaction, "interaction")
        say("grasp_pose", pose)
        say("task", String(data="take the box from above"))
        motion = motions.wait(lambda m: m.task == "take the box from above", 60)
    finally:
        set_parameters(running, grasp_pose_convention="mano", gripper_tip=0.0, refine=False)
    (hand,) = motion.hands
    assert hand.side == "right", running.log
    keypoints = np.reshape(hand.keypoints, (-1, 21, 3))[motion.grasp_frame - 1]
    tips = keypoints[[4, 8, 12]]
    assert keypoints[0, 2] > 0.90, "the wrist is above the box"
    assert np.linalg.norm(tips.mean(0) - [0.4, 0.1, 0.87]) < 0.05


def test_a_grasp_in_a_frame_that_cannot_be_known_is_not_used(running, say, mesh_known):
    grasp = HandGrasp(side="right", transl=[0.2, -0.05, 0.95], wrist_only=True)
    grasp.header.frame_id = "camera"
    say("grasp", grasp)
    motions = Listener(running.client, Interaction, "interaction")
    say("task", String(data="raise the box"))
    if HAS_TF:  # which may come to know it until a task asks
        health = Listener(running.client, DiagnosticArray, "/diagnostics", EVENTS)
        health.wait(lambda m: "takes the grasp from 'camera' to 'world'" in m.status[0].message)
        return
    motions.wait(lambda m: m.task == "raise the box")
    assert "grasp not used: the grasp is in frame 'camera'" in running.log


def test_a_grasp_with_a_negative_stamp_is_not_used(running, say, mesh_known):
    grasp = HandGrasp(side="right", transl=[0.2, -0.05, 0.95], wrist_only=True)
    grasp.header.stamp.sec = -1
    say("grasp", grasp)
    motions = Listener(running.client, Interaction, "interaction")
    say("task", String(data="lift up the box"))
    motions.wait(lambda m: m.task == "lift up the box")
    assert "grasp not used: Seconds value must not be negative" in running.log


def test_a_playback_that_would_never_tick_is_none(running, say, mesh_known):
    client = running.client
    for rate in (1e-10, 20.0):
        set_parameters(running, playback_rate=rate)
    assert client.synthesize(Synthesize.Request(task="lift the box")).error_code == 0
    Listener(client, MarkerArray, "markers", EVENTS).wait()


def test_a_hand_that_does_nothing_has_no_frames(running, say, mesh_known):
    client = running.client
    left = Listener(client, HandTrajectory, "left_hand")
    wrists = Listener(client, PoseArray, "left_wrist_path")
    for hand in ("left", "right"):
        task = f"pick up the box with the {hand} hand"
        (motion,) = client.synthesize(Synthesize.Request(task=task, seed=1)).interactions
        stamp = motion.header.stamp
        arrived = left.wait(lambda m, stamp=stamp: m.header.stamp == stamp)
        assert (arrived.num_frames > 0) == (hand == "left")
        path = wrists.wait(lambda m, stamp=stamp: m.header.stamp == stamp)
        assert path.poses == arrived.wrist_poses and path.header.frame_id == "world"


def test_the_latest_task_wins_if_it_shall(running, say, mesh_known):
    client = running.client
    motions = Listener(client, Interaction, "interaction")
    set_parameters(running, task_policy="latest", num_sampling_steps=1000)
    try:
        say("task", String(data="lift the box, first"))
        client.spin(0.5)
        set_parameters(running, num_sampling_steps=2)
        say("task", String(data="lift the box, second"))
        motions.wait(lambda m: m.task == "lift the box, second")
    finally:
        set_parameters(running, task_policy="queue")
    assert not any(m.task == "lift the box, first" for m in motions.messages)
    assert "a newer task came" in running.log


def test_the_service_takes_the_mesh_from_the_topic(running, mesh_known):
    response = running.client.synthesize(Synthesize.Request(task="lift the box"))
    assert response.error_code == response.NONE
    elsewhere = Synthesize.Request(task="lift the box", header=Header(frame_id="table"))
    response = running.client.synthesize(elsewhere)
    assert response.error_code == response.INVALID_REQUEST
    assert "the mesh on ~/object_mesh" in response.error_message
    assert "'world'" in response.error_message and "'table'" in response.error_message


def test_a_grasp_counts_until_it_is_stale(running, say, mesh_known):
    client = running.client

    def wrist_after(task, *grasps):
        motions = Listener(client, Interaction, "interaction")
        for topic, message in grasps:
            say(topic, message)
        say("task", String(data=task))
        motion = motions.wait(lambda m: m.task == task)
        hand = next(hand for hand in motion.hands if hand.side == "right")
        return np.reshape(hand.keypoints, (-1, 21, 3))[motion.grasp_frame - 1, 0]

    alone = wrist_after("lift the box with the right hand")
    grasp = HandGrasp(side="right", transl=[0.2, -0.05, 0.95], wrist_only=True)
    guided = wrist_after("lift the box, right hand", ("grasp", grasp))
    pose = PoseStamped()
    pose.pose.position.x, pose.pose.position.y, pose.pose.position.z = 0.3, -0.05, 0.95
    posed = wrist_after("lift the box with your right hand", ("grasp_pose", pose))
    set_parameters(running, grasp_timeout=0.5)
    try:
        client.spin(1.0)
        stale = wrist_after("lift the box with the right hand")
    finally:
        set_parameters(running, grasp_timeout=60.0)
    assert np.linalg.norm(guided - alone) > 1e-3
    assert np.linalg.norm(posed - guided) > 1e-3
    np.testing.assert_allclose(stale, alone, atol=1e-6)
    assert "the last grasp is" in running.log


def test_a_bad_grasp_is_reported_and_the_node_goes_on(running, say, mesh_known):
    say("grasp", HandGrasp(side="neither"))
    motions = Listener(running.client, Interaction, "interaction")
    say("task", String(data="pick the box up"))
    motions.wait(lambda m: m.task == "pick the box up")
    assert "grasp not used: grasp side must be 'left' or 'right', not 'neither'" in running.log


def test_an_object_s_pose_places_its_mesh_until_it_is_stale(running, say, box):
    """Of the mesh on ~/object_mesh, in the object's own frame; a mesh with a header needs none."""
    client = running.client
    vertices, faces = read_mesh(box)
    own = shape_message(vertices - [0.4, 0.1, 0.85], faces)
    motions = Listener(client, Interaction, "interaction")

    def start(task):
        say("task", String(data=task))
        pose = motions.wait(lambda m: m.task == task).object.poses[0]
        return [pose.position.x, pose.position.y, pose.position.z, pose.orientation.x]

    def refusal(**fields):
        answer = client.synthesize(Synthesize.Request(task="lift it", **fields))
        assert answer.error_code == answer.INVALID_REQUEST
        return answer.error_message

    say("object_mesh", own, LATEST)
    pose = PoseStamped()
    pose.pose.position.x, pose.pose.position.y, pose.pose.position.z = 0.4, 0.1, 0.9
    pose.pose.orientation.x, pose.pose.orientation.w = 1.0, 0.0  # upside down
    say("object_pose", pose)
    assert start("lift the box there") == pytest.approx([0.4, 0.1, 0.9, 1.0], abs=1e-5)
    (motion,) = client.synthesize(Synthesize.Request(task="lift the box there")).interactions
    assert motion.object.poses[0].position.z == pytest.approx(0.9)
    elsewhere = refusal(header=Header(frame_id="table"))
    assert "the pose on ~/object_pose" in elsewhere and "'table'" in elsewhere

    set_parameters(running, object_pose_timeout=0.2)
    try:
        client.spin(0.3)
        assert "the last pose on ~/object_pose is" in refusal()
        say("object_mesh_stamped", MeshStamped(mesh=box), LATEST)
        assert start("lift the other box") == pytest.approx([0, 0, 0, 0], abs=1e-5)
        lost = MeshStamped(header=Header(frame_id="camera"), mesh=box)
        say("object_mesh_stamped", lost, LATEST)
        lost = refusal()
        assert "the mesh on ~/object_mesh_stamped" in lost and "'camera'" in lost
    finally:
        set_parameters(running, object_pose_timeout=0.0)
    say("object_mesh", own, LATEST)
    assert start("lift the box again") == pytest.approx([0.4, 0.1, 0.9, 1.0], abs=1e-5)

    pose.pose.orientation.w = 1.0
    say("object_pose", pose)
    assert "the orientation of the pose on ~/object_pose must be a unit" in refusal()
    assert "the pose on ~/object_pose not used: the orientation" in running.log
    say.forget("object_mesh_stamped")
    assert client.deactivate() and client.activate()  # which forgets the pose


def test_health_is_reported(running, say, mesh_known):
    running.client.synthesize(Synthesize.Request(task="lift the box"))
    health = Listener(running.client, DiagnosticArray, "/diagnostics", EVENTS)
    status = health.wait(lambda m: m.status[0].level == DiagnosticStatus.OK).status[0]
    values = {item.key: item.value for item in status.values}
    assert status.name == "/diffh2o_synthesis: synthesis"
    assert values["device"] == "cpu"
    assert int(values["requests answered"]) >= 1


def test_a_latched_mesh_arrives_again_after_reactivation(running, say, mesh_known):
    client = running.client
    assert client.deactivate() and client.activate()
    request = Synthesize.Request(task="lift the box")
    deadline = time.monotonic() + 30
    while (code := client.synthesize(request).error_code) and time.monotonic() < deadline:
        assert code == Synthesize.Response.NO_MESH
        client.spin(0.1)
    assert code == Synthesize.Response.NONE


def test_a_mesh_file_can_stand_in_for_perception(running, tmp_path):
    ball = trimesh.creation.icosphere(subdivisions=2, radius=0.04)
    ball.export(tmp_path / "ball.ply")
    program = Path(get_package_prefix("diffh2o_ros"), "lib/diffh2o_ros/publish_mesh")
    process = subprocess.Popen([program, tmp_path / "ball.ply"])
    try:
        request = Synthesize.Request(task="lift the ball", with_vertices=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            motions = running.client.synthesize(request).interactions
            if [len(m.object.triangles) for m in motions] == [3 * len(ball.faces)]:
                break
        else:
            raise AssertionError("the ball never arrived")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
    refused = subprocess.run([program, "missing.ply"], capture_output=True, text=True)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "missing.ply" in refused.stderr
