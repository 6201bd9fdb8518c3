"""Names of frames, before any tf is asked for."""

import numpy as np
import pytest
import rclpy
from std_msgs.msg import Header

from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.nodes.frames import FrameTransforms


@pytest.fixture
def transforms(context):
    node = rclpy.create_node("frames", context=context)
    yield FrameTransforms(node)
    node.destroy_node()


@pytest.mark.parametrize("name", ["world", "/world"])
def test_a_leading_slash_is_no_other_frame(transforms, name):
    """As in tf2."""
    found = transforms.transform(Header(frame_id=name), "world", "the grasp", GraspError)
    assert np.array_equal(found, np.eye(4))


def test_another_frame_is(transforms):
    with pytest.raises(GraspError, match="camera"):
        transforms.transform(Header(frame_id="/camera"), "world", "the grasp", GraspError)
