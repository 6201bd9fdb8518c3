"""Quaternions as messages have them, (x, y, z, w), and rotation matrices.

tf_transformations where the distribution has it, else its engine transforms3d. Both convert one at
a time, 27 us each: whole paths (600 poses in a message of 200 frames) go through scipy instead.
"""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import Quaternion
from scipy.spatial.transform import Rotation

try:
    from tf_transformations import quaternion_from_matrix, quaternion_matrix
except ImportError:
    from transforms3d.quaternions import mat2quat, quat2mat

    def quaternion_matrix(quaternion: np.ndarray) -> np.ndarray:
        """(4, 4) of a unit quaternion (x, y, z, w)."""
        x, y, z, w = quaternion
        matrix = np.eye(4)
        matrix[:3, :3] = quat2mat((w, x, y, z))
        return matrix

    def quaternion_from_matrix(matrix: np.ndarray) -> np.ndarray:
        """(x, y, z, w), w at least 0, of the rotation in a matrix (4, 4)."""
        return np.roll(mat2quat(matrix[:3, :3]), -1)


#: How far from 1 the length of a quaternion may be: rounding, and no more.
_UNIT = 0.01


def rotation_matrix(quaternion: Quaternion) -> np.ndarray | None:
    """(3, 3) of geometry_msgs/Quaternion; None unless it is of unit length."""
    numbers = np.array([getattr(quaternion, axis) for axis in "xyzw"])
    with np.errstate(over="ignore", invalid="ignore"):
        length = np.linalg.norm(numbers)
    if not abs(length - 1.0) < _UNIT:  # NaN fails this too
        return None
    return quaternion_matrix(numbers / length)[:3, :3]


def quaternion_message(matrix: np.ndarray) -> Quaternion:
    """geometry_msgs/Quaternion of the rotation in a rigid transform (4, 4)."""
    x, y, z, w = map(float, quaternion_from_matrix(matrix))
    return Quaternion(x=x, y=y, z=z, w=w)


def rotation_matrices(quaternions: list[Quaternion]) -> np.ndarray:
    """(T, 3, 3) of unit quaternions."""
    return Rotation.from_quat([(q.x, q.y, q.z, q.w) for q in quaternions]).as_matrix()
