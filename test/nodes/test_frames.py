"""Frames that tf knows: where requests come from, and where results are asked for.

tf2_ros is not on PyPI: this runs where a ROS 2 distribution is sourced.
"""

import time

import numpy as np
import pytest
from builtin_interfaces.msg import Time
from geometry_msgs.msg import PoseStamped, Transform, TransformStamped, Vector3
from scipy.spatial.transform import Rotation
from shape_msgs.msg import Mesh as ShapeMesh
from std_msgs.msg import Header

from diffh2o_ros.msg import HandGrasp, MeshStamped
from diffh2o_ros.nodes.mesh_messages import mesh_message, read_mesh, shape_message
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.quaternions import quaternion_message
from diffh2o_ros.nodes.to_messages import poses
from diffh2o_ros.srv import Synthesize

tf2_ros = pytest.importorskip("tf2_ros")
CODES, ASK = Synthesize.Response, Synthesize.Request
TASK = "pick up the box with the right hand"


def rigid(angles, position):
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", angles).as_matrix()
    matrix[:3, 3] = position
    return matrix


#: Frames in `world`: a camera that looks down at the table, a base whose z points up.
CAMERA = rigid([2.4, 0.1, -1.5], [0.1, 0.1, 1.5])
BASE = rigid([0, 0, 1.0], [-0.4, 0.0, 0.6])
#: Where the object is, in `world`.
OBJECT = rigid([0.02, -0.03, 0.8], [0.4, 0.1, 0.85])


@pytest.fixture(scope="module")
def asked(client):
    """A function that asks the node, once it knows the frames."""
    broadcaster = tf2_ros.StaticTransformBroadcaster(client.node)
    broadcaster.sendTransform(
        [
            TransformStamped(
                header=Header(frame_id="world"),
                child_frame_id=name,
                transform=Transform(
                    translation=Vector3(**dict(zip("xyz", matrix[:3, 3].tolist(), strict=True))),
                    rotation=quaternion_message(matrix),
                ),
            )
            for name, matrix in (("camera", CAMERA), ("base", BASE))
        ]
    )

    def ask(frame_id="", pose=None, pose_frame="", **fields):
        if pose is not None:
            header = Header(frame_id=pose_frame)
            fields["object_pose"] = [PoseStamped(header=header, pose=poses(pose[None])[0])]
        request = Synthesize.Request(
            **({"task": TASK, "seed": 3, "header": Header(frame_id=frame_id)} | fields)
        )
        return client.synthesize(request)

    deadline = time.monotonic() + 20
    while ask("camera").error_code != CODES.NO_MESH or ask("camera", task="").warnings:
        assert time.monotonic() < deadline
    return ask


@pytest.fixture
def own(box):
    """The box in its own frame."""
    vertices, faces = read_mesh(box)
    return mesh_message(vertices - [0.4, 0.1, 0.85], faces)


def start(response):
    """The object's first pose, the right hand's keypoints (T, 21, 3), and the frame."""
    assert response.error_code == CODES.NONE, response.error_message
    (motion,) = response.interactions
    first = motion.object.poses[0]
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_quat([getattr(first.orientation, a) for a in "xyzw"]).as_matrix()
    pose[:3, 3] = first.position.x, first.position.y, first.position.z
    (hand,) = motion.hands
    assert motion.header.frame_id == hand.header.frame_id
    return pose, np.reshape(hand.keypoints, (-1, 21, 3)), motion.header.frame_id


def test_the_pose_s_frame_and_the_result_s_make_no_other_motion(asked, own):
    pose, reference, frame = start(asked(mesh=own, pose=OBJECT))
    assert frame == "world"
    np.testing.assert_allclose(pose, OBJECT, atol=1e-5)
    for result, in_world in (("", np.eye(4)), ("camera", CAMERA), ("/base", BASE)):
        for pose_frame, placed in (("camera", CAMERA), ("", in_world), ("world", np.eye(4))):
            given = np.linalg.inv(placed) @ OBJECT
            response = asked(result, given, pose_frame, mesh=own)
            assert response.warnings == []
            pose, keypoints, frame = start(response)
            assert frame == (result.lstrip("/") or "world")
            np.testing.assert_allclose(in_world @ pose, OBJECT, atol=1e-5)
            keypoints = keypoints @ in_world[:3, :3].T + in_world[:3, 3]
            np.testing.assert_allclose(keypoints, reference, atol=1e-3)


def test_a_mesh_in_the_camera_s_frame(asked, own, client):
    """In the request and on the topic with a header, as segmentation gives it."""
    vertices, faces = read_mesh(own)
    _, reference, _ = start(asked(mesh=own, pose=OBJECT))
    seen = np.linalg.inv(CAMERA) @ OBJECT
    mesh = mesh_message(vertices @ seen[:3, :3].T + seen[:3, 3], faces)
    pose, keypoints, _ = start(asked("camera", mesh=mesh))
    np.testing.assert_allclose(pose, np.eye(4), atol=1e-5)
    keypoints = keypoints @ CAMERA[:3, :3].T + CAMERA[:3, 3]
    np.testing.assert_allclose(keypoints, reference, atol=1e-3)

    publisher = client.node.create_publisher(
        MeshStamped, "/diffh2o_synthesis/object_mesh_stamped", LATEST
    )
    publisher.publish(MeshStamped(header=Header(frame_id="camera"), mesh=mesh))
    deadline = time.monotonic() + 20
    while (response := asked()).error_code == CODES.NO_MESH:
        assert time.monotonic() < deadline
    pose, keypoints, frame = start(response)
    assert frame == "world"
    np.testing.assert_allclose(pose, CAMERA, atol=1e-5)
    np.testing.assert_allclose(keypoints, reference, atol=1e-3)
    pose, _, _ = start(asked("base"))
    np.testing.assert_allclose(pose, np.linalg.inv(BASE) @ CAMERA, atol=1e-5)


def test_a_grasp_without_a_frame_is_in_the_result_s(asked, own):
    _, alone, _ = start(asked("camera", OBJECT, "world", mesh=own))
    tips = np.full((5, 3), np.nan)
    tips[:3] = alone[49, [4, 8, 12]]
    found = []
    for frame, matrix in (("", np.eye(4)), ("camera", np.eye(4)), ("world", CAMERA)):
        moved = (tips @ matrix[:3, :3].T + matrix[:3, 3]).astype(np.float32)
        header = Header(frame_id=frame)
        target = HandGrasp(side="right", fingertips=moved.ravel(), header=header)
        response = asked("camera", OBJECT, "world", mesh=own, grasps=[target], seed=4)
        assert CODES.TARGET_LEFT_ASIDE not in response.warning_codes
        assert "target_error_m" in response.interactions[0].quality_names
        found.append(start(response)[1])
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=2e-3)


def test_heights_are_along_z_where_it_points_up(asked, own):
    table = {"mesh": own, "table": ASK.TABLE_AT_HEIGHT}
    below = asked("base", OBJECT, "world", table_height=0.2, **table)  # .8 m in world, .2 in base
    assert below.error_code == CODES.NONE, below.error_message
    above = asked("base", OBJECT, "world", table_height=0.3, **table)
    assert above.error_code == CODES.INVALID_REQUEST and "z = 0.900 m" in above.error_message
    tilted = asked("camera", OBJECT, "world", table_height=0.3, **table)
    assert tilted.error_code == CODES.INVALID_REQUEST
    assert "'camera', whose z does not point up" in tilted.error_message


def test_what_tf_does_not_know_is_said_in_one_line(asked, own):
    response = asked("table", mesh=own)
    assert list(response.warning_codes) == [CODES.UNKNOWN_FRAME]
    assert list(response.interactions[0].warning_codes) == [CODES.UNKNOWN_FRAME]
    assert response.interactions[0].header.frame_id == "table"
    response = asked("", OBJECT, "gripper", mesh=own)
    assert response.error_code == CODES.INVALID_REQUEST
    assert "no transform takes object_pose from 'gripper' to 'world'" in response.error_message
    assert "\n" not in response.error_message
    lost = HandGrasp(side="right", wrist_only=True, header=Header(frame_id="gripper"))
    response = asked("", OBJECT, mesh=own, grasps=[lost])
    assert response.error_code == CODES.INVALID_GRASP
    assert "no transform takes the grasp from 'gripper'" in response.error_message


def seconds(stamp):
    """builtin_interfaces/Time, this long after the first of 2033."""
    return Time(sec=1988150400 + int(stamp), nanosec=int(stamp % 1 * 1e9))


@pytest.fixture
def arm(client):
    """Says where a frame that moves, "arm", is at a time."""
    broadcaster = tf2_ros.TransformBroadcaster(client.node)

    def say(matrix, stamp):
        broadcaster.sendTransform(
            TransformStamped(
                header=Header(frame_id="world", stamp=seconds(stamp)),
                child_frame_id="arm",
                transform=Transform(
                    translation=Vector3(**dict(zip("xyz", matrix[:3, 3].tolist(), strict=True))),
                    rotation=quaternion_message(matrix),
                ),
            )
        )

    return say


def seen_from_the_arm(stamp):
    """The object's pose in BASE, where the arm is then."""
    header = Header(frame_id="arm", stamp=seconds(stamp))
    return PoseStamped(header=header, pose=poses((np.linalg.inv(BASE) @ OBJECT)[None])[0])


def test_a_picture_that_is_newer_than_tf(asked, own, client, arm):
    """As in every pipeline: the picture is a few hundredths of a second ahead of tf."""
    arm(CAMERA, 0.0)
    fields = {"task": TASK, "seed": 3, "mesh": own, "object_pose": [seen_from_the_arm(1.0)]}
    future = client.call_async(Synthesize.Request(**fields))
    client.spin(0.1)
    assert not future.done()  # refused at once, before
    arm(BASE, 1.0)
    pose, _, _ = start(client.wait(future))
    np.testing.assert_allclose(pose, OBJECT, atol=1e-5)
    never = [seen_from_the_arm(99.0)]
    response = asked(mesh=own, object_pose=never)
    assert response.error_code == CODES.INVALID_REQUEST
    assert "extrapolation into the future" in response.error_message


def test_what_was_seen_stays_where_it_was_when_tf_forgets(asked, own, client, arm):
    """The task comes long after the pose; tf's memory is ten seconds long."""
    client.set_parameters(object_pose_timeout=0.0)
    mesh = client.node.create_publisher(ShapeMesh, "/diffh2o_synthesis/object_mesh", LATEST)
    mesh.publish(shape_message(*read_mesh(own)))
    pose = client.node.create_publisher(PoseStamped, "/diffh2o_synthesis/object_pose", EVENTS)
    deadline = time.monotonic() + 20
    while pose.get_subscription_count() < 1:
        assert time.monotonic() < deadline
    pose.publish(seen_from_the_arm(200.0))  # before tf hears of it, again
    arm(BASE, 200.0)
    while (response := asked()).error_code != CODES.NONE or moved(response):
        assert time.monotonic() < deadline, response.error_message
    for later in (300.0, 320.0, 340.0):
        arm(CAMERA, later)
    while asked(mesh=own, object_pose=[seen_from_the_arm(200.0)]).error_code == CODES.NONE:
        assert time.monotonic() < deadline  # tf does not know any more
    np.testing.assert_allclose(start(asked())[0], OBJECT, atol=1e-5)


def moved(response):
    """Whether the object is not yet where it was seen."""
    return np.abs(start(response)[0] - OBJECT).max() > 1e-4
