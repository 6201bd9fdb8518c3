"""What topics say of the object: its mesh, with a header or without, and its pose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from geometry_msgs.msg import PoseStamped
from rclpy.node import Node
from rclpy.serialization import deserialize_message
from shape_msgs.msg import Mesh as ShapeMesh
from std_msgs.msg import Header

from diffh2o_ros.geometry.pose import PoseError, check_pose
from diffh2o_ros.msg import MeshStamped
from diffh2o_ros.nodes.errors import NoMeshError, RequestError
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.frames import FrameTransforms
from diffh2o_ros.nodes.from_messages import pose_matrix
from diffh2o_ros.nodes.mesh_messages import Arrays, ReadMesh, read_mesh
from diffh2o_ros.nodes.observation import Observation, observed_at
from diffh2o_ros.nodes.parameters import Settings, own_frame
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.request_frames import RequestFrames

_POSE = "the pose on ~/object_pose"


@dataclass(frozen=True)
class _HeardMesh:
    read: ReadMesh
    topic: str
    observation: Observation | None = None  #: where it was; None where it has no header


@dataclass(frozen=True)
class _HeardPose:
    matrix: np.ndarray | None  #: (4, 4), in its header's frame; None where there is a fault
    observation: Observation
    fault: str = ""


class HeardObject:
    """The last mesh, of whichever topic, and the last pose of one without a header."""

    def __init__(self, node: Node, transforms: FrameTransforms) -> None:
        self._node, self._transforms = node, transforms
        self._mesh: _HeardMesh | None = None
        self._pose: _HeardPose | None = None
        # Without a header it is left as it came over the wire until it is worked on: a scan takes
        # .1 s to read.
        self.subscriptions = [
            node.create_subscription(ShapeMesh, "~/object_mesh", self._on_mesh, LATEST, raw=True),
            node.create_subscription(
                MeshStamped, "~/object_mesh_stamped", self._on_stamped_mesh, LATEST
            ),
            node.create_subscription(PoseStamped, "~/object_pose", self._on_pose, EVENTS),
        ]

    @property
    def observations(self) -> Iterator[Observation]:
        """Of what was heard last."""
        return (h.observation for h in (self._mesh, self._pose) if h is not None and h.observation)

    @property
    def read_mesh(self) -> ReadMesh:
        """Reads the last mesh. Raises NoMeshError."""
        if self._mesh is None:
            raise NoMeshError(
                "there is no mesh: put one into the request, or publish one on ~/object_mesh"
            )
        return self._mesh.read

    def transformed(
        self, frames: RequestFrames, settings: Settings
    ) -> tuple[ReadMesh, np.ndarray | None]:
        """What reads the last mesh, and (4, 4) that takes its points to the frame that is worked
        in, None where they are in it: by its own header, or else by the last pose on
        ~/object_pose, if there ever was one.

        Raises NoMeshError, RequestError, PoseError.
        """
        read, mesh = self.read_mesh, self._mesh
        if mesh.observation is None and self._pose is not None:
            if self._pose.fault:
                raise PoseError(self._pose.fault)
            age = self._pose.observation.age(self._node.get_clock())
            if 0 < settings.object_pose_timeout < abs(age):  # from the future: of another clock
                raise RequestError(
                    f"the last pose on ~/object_pose is {age:.1f} s old: publish it anew, or raise "
                    "the parameter object_pose_timeout"
                )
            transform = _transform(self._pose.observation, frames, _POSE)
            return read, check_pose(transform @ self._pose.matrix, _POSE)
        named = mesh.observation.frame_id if mesh.observation else ""
        if (named or frames.own) == frames.working:
            return read, None
        return read, _transform(mesh.observation, frames, f"the mesh on {mesh.topic}")

    def _on_mesh(self, wire: bytes) -> None:
        self._mesh = _HeardMesh(cache(partial(_read_shape, wire)), "~/object_mesh")

    def _on_stamped_mesh(self, message: MeshStamped) -> None:
        now, own = self._node.get_clock().now(), own_frame(self._node)
        where = Observation(message.header, now, self._transforms, own)
        read = partial(read_mesh, message.mesh)
        self._mesh = _HeardMesh(read, "~/object_mesh_stamped", where)

    def _on_pose(self, message: PoseStamped) -> None:
        """A bad pose is reported at once, and again to every task that would need it: without any
        the mesh would be taken to be where it is not."""
        clock, own = self._node.get_clock(), own_frame(self._node)
        seen, matrix, fault = clock.now(), None, ""
        try:
            seen = observed_at(message.header, clock)
            matrix = pose_matrix(message.pose, _POSE, PoseError)
            self._transforms.check(
                frame_name(message.header.frame_id) or own, own, _POSE, PoseError
            )
        except ValueError as error:  # a PoseError, or a negative stamp
            self._node.get_logger().error(f"{_POSE} not used: {error}")
            fault = str(error)
        where = Observation(message.header, seen, self._transforms, own)
        self._pose = _HeardPose(matrix, where, fault)


def _transform(observation: Observation | None, frames: RequestFrames, what: str) -> np.ndarray:
    """As `Observation.transform`, for what is in the node's frame where it names none."""
    if observation is None or not observation.frame_id:
        return frames.transform_from(Header(frame_id=frames.own), what, RequestError)
    return observation.transform(frames, what, RequestError)


def _read_shape(wire: bytes) -> Arrays:
    return read_mesh(deserialize_message(wire, ShapeMesh))
