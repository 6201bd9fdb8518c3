"""Where something was seen, brought to the node's frame as long as tf knows how frames lay then."""

from __future__ import annotations

import numpy as np
from rclpy.clock import Clock
from rclpy.time import Time
from std_msgs.msg import Header

from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.frames import Placer
from diffh2o_ros.nodes.placing import Placement


def seen_at(header: Header, clock: Clock) -> Time:
    """When that was; now where the stamp is zero. Raises ValueError for a negative one."""
    seen = Time.from_msg(header.stamp, clock_type=clock.clock_type)
    return seen if seen.nanoseconds else clock.now()


class Sighting:
    """Something that a topic said about a place, and that a task may need much later.

    tf forgets after 10 s where a camera was that moves, and hears of it some time after the
    picture was taken: so what is heard is placed as soon as it can be, and stays there.
    """

    def __init__(self, header: Header, seen: Time, placer: Placer, own: str) -> None:
        self.header = header
        self.frame_id = frame_name(header.frame_id)  #: empty where it names none
        self._seen = seen  # of the node's clock
        self._placer = placer
        self._placed: tuple[str, np.ndarray] | None = None  # in which frame, and how it gets there
        self.settle(own)

    def age(self, clock: Clock) -> float:
        """Seconds since then; negative where it is of another clock."""
        return (clock.now() - self._seen).nanoseconds / 1e9

    def settle(self, own: str) -> bool:
        """Places it in the node's frame if tf knows how; whether it needs tf no more."""
        if self.frame_id in ("", own) or (self._placed is not None and self._placed[0] == own):
            return True
        if not self._placer.listens or not self._placer.is_known(self.header, own):
            return False
        try:
            self._placed = own, self._placer.transform(self.header, own, "it", ValueError)
        except ValueError:  # who asks for it is told
            return False
        return True

    def into(self, placement: Placement, what: str, error: type[ValueError]) -> np.ndarray:
        """(4, 4), takes points of its frame to the one that is worked in.

        Raises `error` where tf does not know it.
        """
        self.settle(placement.own)
        if self._placed is not None and self._placed[0] == placement.working:
            return self._placed[1]
        return placement.into(self.header, what, error)
