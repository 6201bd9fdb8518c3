"""Where a request is worked on, and where its result is wanted.

Gravity, the table and the person are in a frame whose z points up. A result may be asked for in any
other, a camera's, as long as tf leads from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from geometry_msgs.msg import PoseStamped
from std_msgs.msg import Header

from diffh2o_ros.geometry.pose import PoseError, check_pose, inverse
from diffh2o_ros.nodes.errors import RequestError
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.from_messages import pose_matrix
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode

#: A frame's z points up where it leans less than this.
_UPRIGHT = np.cos(np.deg2rad(1.0))


@dataclass(frozen=True)
class RequestFrames:
    """The frames of one request."""

    transforms: FrameTransforms
    own: str
    """The node's."""
    working: str
    """z points up: the node's frame where tf leads there, else the one asked for."""
    result: str
    """The one asked for."""
    to_result: np.ndarray = field(default_factory=lambda: np.eye(4))
    """(4, 4), takes points of the working frame to the result's."""
    warnings: tuple[ResultWarning, ...] = ()

    @classmethod
    def of(cls, header: Header, own: str, transforms: FrameTransforms) -> RequestFrames:
        """For a request with this header, to a node whose frame is `own`.

        Raises RequestError where tf knows the frame, but not at the header's stamp.
        """
        own = frame_name(own)
        result = frame_name(header.frame_id) or own
        if result == own:
            return cls(transforms, own, own, own)
        if transforms.can_transform(result, own):
            found = transforms.transform(header, own, "the request", RequestError)
            found = check_pose(found, f"the transform from {result!r} to {own!r}")
            return cls(transforms, own, own, result, inverse(found))
        if not transforms.available:
            return cls(transforms, own, result, result)
        warning = ResultWarning(
            WarningCode.UNKNOWN_FRAME,
            f"tf does not know how {result!r} lies to {own!r}: its z was taken to point up",
        )
        return cls(transforms, own, result, result, warnings=(warning,))

    @property
    def from_result(self) -> np.ndarray:
        """(4, 4), takes points of the result's frame to the working one."""
        return inverse(self.to_result)

    @property
    def is_moved(self) -> bool:
        """Whether the two frames differ."""
        return self.working != self.result

    def transform_from(self, header: Header, what: str, error: type[ValueError]) -> np.ndarray:
        """(4, 4), takes points of the header's frame to the working one; empty: the result's.

        Raises `error` where tf does not know it.
        """
        if not frame_name(header.frame_id):
            return self.from_result
        return self.transforms.transform(header, self.working, what, error)

    def object_at(self, pose: PoseStamped, what: str) -> np.ndarray:
        """(4, 4), takes points of the object's own frame to the working one.

        Raises PoseError, or RequestError where tf does not know the pose's frame.
        """
        found = pose_matrix(pose.pose, what, PoseError)
        return check_pose(self.transform_from(pose.header, what, RequestError) @ found, what)

    def height(self, z: float) -> float:
        """z in the working frame of what is at height `z` in the result's, meters.

        Raises RequestError where the z of the result's frame does not point up.
        """
        back = self.from_result
        if back[2, 2] < _UPRIGHT:
            raise RequestError(
                f"table_height is a height in frame {self.result!r}, whose z does not point up: "
                f"ask for the result in {self.working!r}, or set the node's parameter table_height"
            )
        return float(back[2, 2] * z + back[2, 3])
