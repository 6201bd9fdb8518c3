"""Where a mesh is: rigid transforms that come from outside, and meshes moved by them."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.errors import Diffh2oError, ErrorCode
from diffh2o_ros.geometry.mesh import Mesh

#: How far a matrix may be from a rotation before it is called none: single precision, and some.
_ROUNDING = 1e-3
#: Farther from the origin (meters), float32 no longer resolves a tenth of a millimeter.
FARTHEST = 1000.0


class PoseError(Diffh2oError):
    """A pose that no rigid body can have. The message is one line and says how to mend it."""

    code = ErrorCode.INVALID_REQUEST


def check_pose(pose: np.ndarray, name: str = "object_pose") -> np.ndarray:
    """`pose` as a (4, 4) float64 rigid transform, meters, its rotation freed of rounding.

    Raises PoseError for another shape, NaN, what scales, shears or mirrors, and for what is over
    1 km away.
    """
    try:
        pose = np.array(pose, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PoseError(f"{name} must be a matrix of 4 x 4 numbers") from error
    if pose.shape != (4, 4):
        raise PoseError(f"{name} must have shape (4, 4), not {pose.shape}")
    if not np.isfinite(pose).all():
        raise PoseError(f"{name} holds NaN or infinite numbers")
    rotation = pose[:3, :3]
    rigid = (
        np.abs(rotation @ rotation.T - np.eye(3)).max() < _ROUNDING and np.linalg.det(rotation) > 0
    )
    if not rigid or np.abs(pose[3] - [0, 0, 0, 1]).max() > _ROUNDING:
        raise PoseError(
            f"{name} must be a rotation and a translation, [[R, t], [0, 1]]: it scales, shears or "
            "mirrors"
        )
    distance = np.linalg.norm(pose[:3, 3])
    if distance > FARTHEST:
        raise PoseError(
            f"{name} is {distance / 1000:.1f} km from the frame's origin: give meters, in a frame "
            "that is near"
        )
    left, _, right = np.linalg.svd(rotation)
    pose[:3, :3], pose[3] = left @ right, (0, 0, 0, 1)
    return pose


def translation(by: np.ndarray) -> np.ndarray:
    """(4, 4) that moves points by (3,) meters."""
    transform = np.eye(4)
    transform[:3, 3] = by
    return transform


def inverse(pose: np.ndarray) -> np.ndarray:
    """Of a rigid transform (4, 4)."""
    back = np.eye(4)
    back[:3, :3] = pose[:3, :3].T
    back[:3, 3] = -pose[:3, :3].T @ pose[:3, 3]
    return back


def posed(mesh: Mesh, pose: np.ndarray) -> Mesh:
    """A mesh moved by a rigid transform (4, 4)."""
    return Mesh(mesh.vertices @ pose[:3, :3].T + pose[:3, 3], mesh.faces)
