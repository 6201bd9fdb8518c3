"""Robot hands through the node: what a request gives, what topics say, and what is refused."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from action_msgs.msg import GoalStatus
from rclpy.action import ActionClient
from sensor_msgs.msg import JointState
from std_msgs.msg import String
from trajectory_msgs.msg import JointTrajectory, MultiDOFJointTrajectory

from diffh2o_ros.action import Synthesize as SynthesizeAction
from diffh2o_ros.data.objects.catalog import sample_object
from diffh2o_ros.nodes.from_messages import pose_matrices
from diffh2o_ros.nodes.mesh_messages import mesh_message
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.retargeting.built_in import urdf
from diffh2o_ros.retargeting.link_chain import links_of
from diffh2o_ros.retargeting.robots import load_robot
from diffh2o_ros.srv import Synthesize

CODES = Synthesize.Response
TASK = "lift the can with the right hand"
TOPIC = "/diffh2o_synthesis/right_robot/"
#: Motions as good as they are by default: a robot is to hold the object.
WHOLE = {"num_sampling_steps": 0, "num_candidates": 0, "refine": True}


@pytest.fixture(scope="module")
def node(launch_shared_node, tmp_path_factory):
    """A node with a right hand, from a URDF; and a subscriber of its topics."""
    path = tmp_path_factory.mktemp("robot") / "our_hand.urdf"
    path.write_text(urdf("right"))
    cache = tmp_path_factory.mktemp("parts")
    node = launch_shared_node(robot_right=str(path), cache_dir=str(cache), **WHOLE)
    node.client.wait_for_node()
    node.heard = {}
    kinds = {
        "joint_trajectory": (JointTrajectory, EVENTS),
        "wrist_trajectory": (MultiDOFJointTrajectory, EVENTS),
        "joint_states": (JointState, EVENTS),
        "robot_description": (String, LATEST),
    }
    for name, (kind, qos) in kinds.items():
        node.client.node.create_subscription(
            kind, TOPIC + name, lambda m, name=name: node.heard.setdefault(name, []).append(m), qos
        )
    assert node.client.configure() and node.client.activate()
    return node


@pytest.fixture(scope="module")
def can():
    """A can on a table, away from the origin of its frame."""
    thing = sample_object(np.random.default_rng(6), "can")
    return mesh_message(thing.mesh.vertices + [0.4, 0.1, 0.85], thing.mesh.faces)


@pytest.fixture(scope="module")
def done(node, can):
    """A response whose robot does it; the first of a few seeds that succeeds."""
    for seed in range(4):
        node.heard.pop("joint_trajectory", None)
        request = Synthesize.Request(mesh=can, task=TASK, seed=seed)
        response = node.client.synthesize(request)
        assert response.error_code == CODES.NONE, response.error_message
        if response.interactions[0].robot and response.interactions[0].robot[0].success:
            return response
    pytest.fail("no seed of four gave a motion that the robot does")


def until(client, true, seconds=60.0):
    """Serves the client until something is true."""
    for _ in range(int(10 * seconds)):
        if true():
            return
        client.spin(0.1)
    pytest.fail("it never came true")


def test_the_result_carries_what_the_robot_does(done, can):
    interaction = done.interactions[0]
    (robot,) = interaction.robot
    assert robot.header == interaction.header
    times = np.array(robot.time_from_start)
    assert times[0] == 0 and (np.diff(times) > 0).all()
    assert len(robot.simulated_object_poses) == len(robot.interaction_frames) == len(times)
    assert robot.interaction_frames[-1] == interaction.num_frames - 1
    # The object is lifted in the simulation as it is in the motion, where the request put it.
    center = np.append(np.reshape(can.vertices, (-1, 3)).mean(0), 1.0)
    heights = (pose_matrices(robot.simulated_object_poses) @ center)[:, 2]
    planned = (pose_matrices(interaction.object.poses) @ center)[list(robot.interaction_frames), 2]
    assert max(heights) - heights[0] > 0.05
    assert abs(heights[-1] - planned[-1]) < 0.03
    assert robot.success and not robot.failure and 0 <= robot.robustness <= 1
    assert robot.position_error < 0.03 and robot.rotation_error < np.radians(30)
    (hand,) = robot.hands
    assert hand.side == "right" and hand.robot.endswith("our_hand.urdf")
    assert 0 < hand.hold_start < hand.hold_stop
    points = hand.joint_trajectory.points
    assert len(points) == len(hand.wrist_trajectory.points) == len(times)
    assert len(set(hand.joint_trajectory.joint_names)) == len(points[0].positions) == 21
    assert hand.wrist_trajectory.joint_names == ["wrist"]
    due = [p.time_from_start.sec + p.time_from_start.nanosec * 1e-9 for p in points]
    assert np.allclose(due, times, atol=1e-8)
    assert "robot" in done.stage_names


def test_topics_give_it_to_controllers(node, done):
    hand = done.interactions[0].robot[0].hands[0]
    until(
        node.client, lambda: "joint_trajectory" in node.heard and "wrist_trajectory" in node.heard
    )
    assert node.heard["joint_trajectory"][-1].joint_names == hand.joint_trajectory.joint_names
    assert node.heard["joint_trajectory"][-1].points == hand.joint_trajectory.points
    assert node.heard["wrist_trajectory"][-1] == hand.wrist_trajectory


def test_what_plays_moves_the_joints_of_the_description(node, done):
    until(node.client, lambda: "robot_description" in node.heard)
    root = ElementTree.fromstring(node.heard["robot_description"][-1].data)
    joints = {j.get("name") for j in root.findall("joint") if j.get("type") == "revolute"}
    node.heard.pop("joint_states", None)

    def moved():
        states = node.heard.get("joint_states", [])
        return states and np.ptp([s.position for s in states], axis=0).max() > 0.2

    until(node.client, moved)
    assert set(node.heard["joint_states"][-1].name) == joints


def test_a_request_may_skip_robots(node, can):
    request = Synthesize.Request(mesh=can, task=TASK, skip_robots=True)
    response = node.client.synthesize(request)
    assert response.error_code == CODES.NONE
    assert not response.interactions[0].robot and not response.warnings


def test_a_hand_without_a_robot_is_a_warning(node, can):
    request = Synthesize.Request(mesh=can, task="pick up the can with the left hand")
    response = node.client.synthesize(request)
    assert response.error_code == CODES.NONE and len(response.interactions) == 1
    assert not response.interactions[0].robot
    assert list(response.warning_codes) == [CODES.ROBOT_FAILED]
    assert "left hand acts" in response.warnings[0]
    assert list(response.interactions[0].warning_codes) == [CODES.ROBOT_FAILED]


def test_a_goal_can_be_canceled_while_the_robot_is_planned(node, can):
    client = node.client
    actions = ActionClient(client.node, SynthesizeAction, "/synthesize_action")
    try:
        assert actions.wait_for_server(10.0)
        stages = []
        goal = SynthesizeAction.Goal(mesh=can, task=TASK, seed=1)
        handle = client.wait(
            actions.send_goal_async(goal, lambda m: stages.append(m.feedback.stage))
        )
        until(client, lambda: "robot" in stages)
        client.wait(handle.cancel_goal_async())
        found = client.wait(handle.get_result_async())
        assert found.status == GoalStatus.STATUS_CANCELED
        assert found.result.error_code == CODES.CANCELED
    finally:
        actions.destroy()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no/such/hand.urdf", "cannot be read"),
        ("opnhand", "no robot opnhand"),
        ("menagerie:", "MENAGERIE_ROOT"),
    ],
)
def test_a_robot_that_is_none_refuses_the_transition(launch_node, name, says):
    lonely = launch_node("apart", robot_left=name)
    client = lonely.client
    client.wait_for_node()
    assert not client.configure() and client.state() == "unconfigured"
    until(client, lambda: says in lonely.log)
    assert "Traceback" not in lonely.log
    assert all(r.successful for r in client.set_parameters(robot_left=""))
    assert client.configure()


def test_the_frames_of_links_are_those_of_the_description():
    robot = load_robot("openhand", "left")
    links = links_of(robot)
    assert links[0].name == robot.root and all(link.parent for link in links[1:])


def test_poses_go_to_the_frame_of_the_request():
    from types import SimpleNamespace

    from diffh2o_ros.retargeting.robot_playback import RobotPlayback

    robot = load_robot("openhand", "left")
    to_result = np.eye(4)
    to_result[:3, 3] = (1, 2, 3)
    joints = np.zeros((1, len(robot.joint_names)))
    hand = SimpleNamespace(simulated_base_pose=np.eye(4)[None], simulated_positions=joints)
    trajectory = SimpleNamespace(
        hands={"left": hand},
        times=np.array([0.0, 1.0]),
        simulated_object_pose=np.eye(4)[None],
        interaction_frames=np.array([4, 5]),
    )
    playback = RobotPlayback(trajectory, {"left": links_of(robot)}, to_result)
    assert (playback.row(0.5), playback.row(1.0), playback.row(9.0)) == (0, 1, 1)
    assert playback.interaction_frame(1) == 5 and playback.duration == 1.0
    assert np.allclose(playback.object_pose(0), to_result)
    frames = playback.frames(0)
    parent, pose = frames["left_robot/wrist"]
    assert parent is None and np.allclose(pose, to_result)
    assert frames["left_robot/thumb_ip"][0] == "left_robot/thumb_mcp"
    assert all(above in frames for above, _ in frames.values() if above is not None)
