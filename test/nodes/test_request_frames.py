"""Where a request is worked on, without tf and with a transform that was found."""

import math

import numpy as np
import pytest
import rclpy
from geometry_msgs.msg import PoseStamped, Quaternion
from scipy.spatial.transform import Rotation
from std_msgs.msg import Header

from diffh2o_ros.geometry.pose import PoseError
from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.nodes.errors import RequestError
from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.request_frames import RequestFrames


@pytest.fixture
def transforms(context):
    node = rclpy.create_node("placing", context=context)
    yield FrameTransforms(node)
    node.destroy_node()


def found(transforms, angles, position):
    """The placement of a result in a frame that lies so to the node's."""
    to_result = np.eye(4)
    to_result[:3, :3] = Rotation.from_euler("xyz", angles).as_matrix().T
    to_result[:3, 3] = -to_result[:3, :3] @ position
    return RequestFrames(transforms, "world", "world", "other", to_result)


@pytest.mark.parametrize("frame_id", ["", "world", "/world", "table"])
@pytest.mark.parametrize("own", ["world", "/world"])
def test_without_transforms_the_frame_asked_for_is_worked_in(transforms, frame_id, own):
    frames = RequestFrames.of(Header(frame_id=frame_id), own, transforms)
    name = frame_id.lstrip("/") or "world"
    assert (frames.working, frames.result, frames.is_moved) == (name, name, False)
    assert [w.code.name for w in frames.warnings] == ["UNKNOWN_FRAME"] * (
        name == "table" and transforms.available
    )
    assert frames.height(0.7) == 0.7
    np.testing.assert_array_equal(
        frames.transform_from(Header(frame_id=f"/{name}"), "the grasp", GraspError), np.eye(4)
    )
    for kind in (GraspError, RequestError):
        with pytest.raises(kind, match=r"the thing .* 'camera'"):
            frames.transform_from(Header(frame_id="camera"), "the thing", kind)


def test_heights_and_poses_are_taken_to_where_it_is_worked(transforms):
    raised = found(transforms, [0, 0, 2.0], [0.3, -0.1, 0.6])
    assert raised.height(0.2) == pytest.approx(0.8)
    pose = PoseStamped()
    pose.pose.position.z = 0.2
    np.testing.assert_allclose(raised.object_at(pose, "object_pose")[:3, 3], [0.3, -0.1, 0.8])
    for angles in ([math.pi, 0, 0], [0.1, 0, 0], [0, math.pi / 2, 0]):
        with pytest.raises(RequestError, match="'other', whose z does not point up"):
            found(transforms, angles, [0, 0, 0]).height(0.2)


def test_a_pose_that_is_none_is_refused(transforms):
    frames = found(transforms, [0, 0, 0], [0, 0, 0])
    for numbers in ((0, 0, 0, 0), (1, 1, 0, 0), (0, 0, 0, math.nan)):
        pose = PoseStamped()
        pose.pose.orientation = Quaternion(**dict(zip("xyzw", map(float, numbers), strict=True)))
        with pytest.raises(PoseError, match="the orientation of object_pose must be a unit"):
            frames.object_at(pose, "object_pose")
    pose = PoseStamped()
    pose.pose.position.x = 2000.0
    with pytest.raises(PoseError, match=r"object_pose is 2\.0 km from"):
        frames.object_at(pose, "object_pose")
