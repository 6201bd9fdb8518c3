"""Poses of floating hands: between configurations and matrices."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation


def pose_of(configuration: np.ndarray) -> np.ndarray:
    """(4, 4) of the root of a hand's configuration (7 + N,)."""
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_quat(configuration[3:7], scalar_first=True).as_matrix()
    pose[:3, 3] = configuration[:3]
    return pose


def poses_of(configurations: np.ndarray) -> np.ndarray:
    """(T, 4, 4) of the roots of configurations (T, 7 + N)."""
    return np.stack([pose_of(configuration) for configuration in configurations])


def composed(transform: np.ndarray, configuration: np.ndarray) -> np.ndarray:
    """A configuration (7 + N,) moved by a rigid transform (4, 4)."""
    moved = np.array(configuration, float)
    moved[:3] = transform[:3, :3] @ configuration[:3] + transform[:3, 3]
    rotation = Rotation.from_matrix(transform[:3, :3])
    own = Rotation.from_quat(configuration[3:7], scalar_first=True)
    moved[3:7] = (rotation * own).as_quat(scalar_first=True)
    return moved


def configuration_of(pose: np.ndarray, joints: np.ndarray) -> np.ndarray:
    """The configuration (7 + N,) of a root's pose (4, 4) and joint positions (N,)."""
    quaternion = Rotation.from_matrix(pose[:3, :3]).as_quat(scalar_first=True)
    return np.concatenate([pose[:3, 3], quaternion, joints])
