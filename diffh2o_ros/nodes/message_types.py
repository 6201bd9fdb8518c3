"""The classes of messages that `export.ros` makes the node's of, and fields that hold much."""

from __future__ import annotations

import numpy as np
from builtin_interfaces.msg import Duration
from geometry_msgs.msg import (
    Point,
    Pose,
    PoseArray,
    Quaternion,
    Transform,
    TransformStamped,
    Vector3,
)
from sensor_msgs.msg import JointState
from std_msgs.msg import ColorRGBA, Header
from trajectory_msgs.msg import (
    JointTrajectory,
    JointTrajectoryPoint,
    MultiDOFJointTrajectory,
    MultiDOFJointTrajectoryPoint,
)
from visualization_msgs.msg import Marker, MarkerArray

from diffh2o_ros.msg import (
    HandTrajectory,
    Interaction,
    ObjectTrajectory,
    RobotHandTrajectory,
    RobotTrajectory,
)
from diffh2o_ros.nodes.flat_arrays import flat

__all__ = [
    "ColorRGBA",
    "Duration",
    "HandTrajectory",
    "Header",
    "Interaction",
    "JointState",
    "JointTrajectory",
    "JointTrajectoryPoint",
    "Marker",
    "MarkerArray",
    "MultiDOFJointTrajectory",
    "MultiDOFJointTrajectoryPoint",
    "ObjectTrajectory",
    "Point",
    "Pose",
    "PoseArray",
    "Quaternion",
    "RobotHandTrajectory",
    "RobotTrajectory",
    "Transform",
    "TransformStamped",
    "Vector3",
    "colors",
    "flat",
    "points",
]


def points(positions: np.ndarray, picked: np.ndarray | None = None) -> list[Point]:
    """A list of Point, see `export.ros.messages`; one that is picked twice is made once."""
    found = [Point(x=x, y=y, z=z) for x, y, z in np.asarray(positions, dtype=float).tolist()]
    return found if picked is None else [found[i] for i in np.ravel(picked).tolist()]


def colors(values: np.ndarray) -> list[ColorRGBA]:
    """A list of ColorRGBA."""
    return [ColorRGBA(r=r, g=g, b=b, a=a) for r, g, b, a in values.tolist()]
