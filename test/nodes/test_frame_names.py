"""Names of frames, before any tf is asked for."""

import numpy as np
import pytest
import rclpy
from std_msgs.msg import Header

from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.nodes.frames import Placer


@pytest.fixture
def placer(context):
    node = rclpy.create_node("frames", context=context)
    yield Placer(node)
    node.destroy_node()


@pytest.mark.parametrize("name", ["world", "/world"])
def test_a_leading_slash_is_no_other_frame(placer, name):
    """As in tf2."""
    found = placer.transform(Header(frame_id=name), "world", "the grasp", GraspError)
    assert np.array_equal(found, np.eye(4))


def test_another_frame_is(placer):
    with pytest.raises(GraspError, match="camera"):
        placer.transform(Header(frame_id="/camera"), "world", "the grasp", GraspError)
