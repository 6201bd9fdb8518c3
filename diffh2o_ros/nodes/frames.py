"""tf, where tf2_ros is installed (it is not on PyPI): of what plays and what perception gives."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

import numpy as np
from builtin_interfaces.msg import Time
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.task import Future
from rclpy.time import Time as RclpyTime
from std_msgs.msg import Header

from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.from_messages import pose_matrix
from diffh2o_ros.nodes.to_messages import MESSAGES

try:
    from tf2_ros import Buffer, TransformBroadcaster, TransformException, TransformListener
except ImportError:
    Buffer = None


_PERIOD = 0.02  #: s; how often it is looked whether tf knows a frame by now


class Broadcaster:
    """Broadcasts frames below NODE/: NODE/object, NODE/left_wrist and so on; NODE has the namespace
    before it, if there is one."""

    def __init__(self, node: Node) -> None:
        self.prefix = node.get_fully_qualified_name().lstrip("/")
        self._broadcaster = TransformBroadcaster(node) if Buffer else None

    @property
    def available(self) -> bool:
        """False where tf2_ros is missing; `send` then does nothing."""
        return self._broadcaster is not None

    def send(
        self, frames: Mapping[str, tuple[str | None, np.ndarray]], frame_id: str, stamp: Time
    ) -> None:
        """Broadcasts where frames are.

        Args:
            frames: by name: the frame of ours above it, None for `frame_id`, and its pose (4, 4) in
                that.
        """
        if self._broadcaster is None:
            return
        self._broadcaster.sendTransform(MESSAGES.frames(frames, self.prefix, frame_id, stamp))


class FrameTransforms:
    """The transforms between frames, as tf has them: listened to as long as the node lives."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._buffer = self._listener = None
        if Buffer is not None:
            self._buffer = Buffer(node=node)
            self._listener = TransformListener(self._buffer, node)

    @property
    def available(self) -> bool:
        """False where tf2_ros is missing."""
        return self._buffer is not None

    def can_transform(self, frame_id: str, target: str) -> bool:
        """Whether tf leads from one frame to another, if only at some time."""
        return frame_id == target or (
            self._buffer is not None and self._buffer.can_transform(target, frame_id, RclpyTime())
        )

    def is_known(self, header: Header, target: str) -> bool:
        """Whether tf leads from the header's frame, at its stamp, to another one; True also where
        no waiting helps: without tf2_ros, or for a stamp that is none."""
        frame_id = frame_name(header.frame_id)
        if self._buffer is None or frame_id in ("", target):
            return True
        try:
            stamp = RclpyTime.from_msg(header.stamp)
        except ValueError:  # a negative one
            return True
        return self._buffer.can_transform(target, frame_id, stamp)

    async def wait_for(self, headers: Iterable[Header], target: str, timeout: float) -> None:
        """Waits until all of these are known, `timeout` seconds at most: a picture's stamp is
        newer than what tf has heard. Other callbacks go on meanwhile."""
        headers, deadline = list(headers), time.monotonic() + timeout

        def is_over() -> bool:
            return time.monotonic() >= deadline or all(self.is_known(h, target) for h in headers)

        if is_over():
            return
        over = Future(executor=self._node.executor)
        over.add_done_callback(lambda _: None)  # which wakes the executor, see worker.py
        timer = self._node.create_timer(
            _PERIOD,
            lambda: over.set_result(None) if is_over() else None,
            callback_group=ReentrantCallbackGroup(),
            clock=Clock(clock_type=ClockType.STEADY_TIME),
        )
        try:
            await over
        finally:
            self._node.destroy_timer(timer)

    def check(self, frame_id: str, target: str, what: str, error: type[ValueError]) -> None:
        """Raises `error` for `what` in a frame that no tf can be asked for."""
        if self._buffer is None and frame_id != target:
            raise error(
                f"{what} is in frame {frame_id!r} and wanted in {target!r}, but tf2_ros is not "
                f"installed: give it in {target!r}"
            )

    def transform(
        self, header: Header, target: str, what: str, error: type[ValueError]
    ) -> np.ndarray:
        """(4, 4) that takes points of the header's frame, at its stamp, to the frame `target`.

        Args:
            header: a stamp of zero means the latest that is known.

        Raises `error`, with `what` is in that frame in its line, where tf does not know it.
        """
        frame_id = frame_name(header.frame_id)
        self.check(frame_id, target, what, error)
        if frame_id == target:
            return np.eye(4)
        try:
            found = self._buffer.lookup_transform(
                target, frame_id, RclpyTime.from_msg(header.stamp)
            )
        except (TransformException, ValueError) as failure:  # ValueError: a negative stamp
            raise error(
                f"no transform takes {what} from {frame_id!r} to {target!r}: "
                f"{' '.join(str(failure).split())}"
            ) from failure
        return pose_matrix(found.transform, f"the transform from {frame_id!r}", error)
