"""Where something was seen, transformed to the node's frame while tf still has that transform."""

from __future__ import annotations

import numpy as np
from rclpy.clock import Clock
from rclpy.time import Time
from std_msgs.msg import Header

from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.request_frames import RequestFrames


def observed_at(header: Header, clock: Clock) -> Time:
    """When that was; now where the stamp is zero. Raises ValueError for a negative one."""
    seen = Time.from_msg(header.stamp, clock_type=clock.clock_type)
    return seen if seen.nanoseconds else clock.now()


class Observation:
    """The frame and the time of something that a topic said, and that a task may need much later.

    tf forgets after 10 s where a camera was that moves, and hears of it some time after the
    picture was taken: so the transform is looked up as soon as tf has it, and kept.
    """

    def __init__(self, header: Header, seen: Time, transforms: FrameTransforms, own: str) -> None:
        self.header = header
        self.frame_id = frame_name(header.frame_id)  #: empty where it names none
        self._seen = seen  # of the node's clock
        self._transforms = transforms
        self._known: dict[str, np.ndarray] = {}  # transforms from its frame, by where they lead
        self.resolve(own)

    def age(self, clock: Clock) -> float:
        """Seconds since then; negative where it is of another clock."""
        return (clock.now() - self._seen).nanoseconds / 1e9

    def resolve(self, own: str) -> bool:
        """Looks up the transform to the node's frame if tf has it; whether tf is needed no more."""
        if self.frame_id in ("", own) or own in self._known:
            return True
        if not self._transforms.available or not self._transforms.is_known(self.header, own):
            return False
        try:
            self._known[own] = self._transforms.transform(self.header, own, "it", ValueError)
        except ValueError:  # `transform` will say so
            return False
        return True

    def transform(self, frames: RequestFrames, what: str, error: type[ValueError]) -> np.ndarray:
        """(4, 4), takes points of its frame to the one that is worked in.

        Raises `error` where tf does not know it.
        """
        self.resolve(frames.own)
        if frames.working in self._known:
            return self._known[frames.working]
        return frames.transform_from(self.header, what, error)
