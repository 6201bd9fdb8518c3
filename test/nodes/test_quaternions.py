"""Quaternions and matrices, one at a time and many, against scipy."""

import math

import numpy as np
import pytest
from geometry_msgs.msg import Quaternion
from scipy.spatial.transform import Rotation

from diffh2o_ros.nodes import quaternions, to_messages

#: Any rotation, and those at which formulas divide by nothing.
CASES = Rotation.concatenate(
    [
        Rotation.random(50, random_state=0),
        Rotation.identity(1),
        Rotation.from_rotvec(math.pi * np.eye(3)),
        Rotation.from_rotvec(1e-9 * np.eye(3)),
        Rotation.from_rotvec((math.pi - 1e-7) * np.eye(3)),
    ]
)


def as_array(message):
    return np.array([message.x, message.y, message.z, message.w])


@pytest.mark.parametrize("case", list(CASES))
def test_one_at_a_time(case):
    x, y, z, w = case.as_quat().tolist()
    message = Quaternion(x=x, y=y, z=z, w=w)
    np.testing.assert_allclose(quaternions.rotation_matrix(message), case.as_matrix(), atol=1e-12)
    matrix = np.eye(4)
    matrix[:3, :3] = case.as_matrix()
    back = Rotation.from_quat(as_array(quaternions.quaternion_message(matrix)))
    assert (back.inv() * case).magnitude() < 1e-7


def test_many_are_as_one_and_one():
    messages = to_messages.MESSAGES.quaternions(CASES.as_matrix())
    back = Rotation.from_quat([as_array(m) for m in messages])
    assert (back.inv() * CASES).magnitude().max() < 1e-7
    np.testing.assert_allclose(
        quaternions.rotation_matrices(messages),
        np.stack([quaternions.rotation_matrix(m) for m in messages]),
        atol=1e-7,
    )


@pytest.mark.parametrize(
    "numbers", [(0, 0, 0, 0), (0, 0, 0, 2), (math.nan, 0, 0, 1), (math.inf, 0, 0, 0), (1e200,) * 4]
)
def test_what_is_no_rotation(numbers):
    x, y, z, w = map(float, numbers)
    assert quaternions.rotation_matrix(Quaternion(x=x, y=y, z=z, w=w)) is None


def test_rounding_is_none():
    message = Quaternion(x=0.0, y=0.0, z=0.70711, w=0.70711)
    rotation = quaternions.rotation_matrix(message)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
