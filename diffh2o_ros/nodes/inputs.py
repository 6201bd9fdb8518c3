"""What the node hears: meshes, grasps, and the tasks that start a synthesis."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from geometry_msgs.msg import PoseStamped
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode
from rclpy.serialization import deserialize_message
from rclpy.time import Time
from shape_msgs.msg import Mesh as ShapeMesh
from std_msgs.msg import Header, String

from diffh2o_ros.geometry.pose import PoseError, check_pose
from diffh2o_ros.hands.gripper import wrist_of_gripper
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.msg import HandGrasp, MeshStamped
from diffh2o_ros.nodes.errors import NoMeshError, RequestError
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.nodes.frames import Placer
from diffh2o_ros.nodes.from_messages import grasp_from_message, grasp_of_wrist, pose_matrix
from diffh2o_ros.nodes.mesh_messages import Arrays, ReadMesh, read_mesh
from diffh2o_ros.nodes.parameters import GRIPPER, Settings
from diffh2o_ros.nodes.placing import Placement
from diffh2o_ros.nodes.qos import EVENTS, LATEST
from diffh2o_ros.nodes.sighting import Sighting

#: s; how often what was heard is tried to be placed. tf remembers 10 s.
_SETTLING = 0.2

Read = Callable[[np.ndarray], Grasp]
"""What came as a grasp, read in another frame: (4, 4) takes points of its own frame there."""


@dataclass(frozen=True)
class _Heard:
    """The last mesh, and the topic that it came on."""

    read_mesh: ReadMesh
    topic: str
    sighting: Sighting | None = None  #: where it was; None where it has no header


class Inputs:
    """The node's subscriptions, there only while it is active.

    A mesh is latched by its publisher, so that it arrives again when the node is activated.
    """

    def __init__(
        self,
        node: LifecycleNode,
        placer: Placer,
        on_task: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self.placer = placer
        self._heard: _Heard | None = None
        #: The object's, where and when that was, and what is wrong with it.
        self._pose: tuple[PoseStamped, Sighting, ValueError | None] | None = None
        self._grasp: tuple[Read, Sighting] | None = None
        self._node = node
        self._on_task = on_task
        # A task is awaited for as long as its synthesis takes; others may come meanwhile.
        tasks = ReentrantCallbackGroup()
        self._subscriptions = [
            # Left as it came over the wire until it is worked on: a scan takes .1 s to read.
            node.create_subscription(ShapeMesh, "~/object_mesh", self._on_mesh, LATEST, raw=True),
            node.create_subscription(
                MeshStamped, "~/object_mesh_stamped", self._on_stamped_mesh, LATEST
            ),
            node.create_subscription(PoseStamped, "~/object_pose", self._on_object_pose, EVENTS),
            node.create_subscription(HandGrasp, "~/grasp", self._on_grasp, EVENTS),
            node.create_subscription(PoseStamped, "~/grasp_pose", self._on_grasp_pose, EVENTS),
            node.create_subscription(String, "~/task", self._task, EVENTS, callback_group=tasks),
        ]

        self._timer = node.create_timer(
            _SETTLING, self.unsettled, clock=Clock(clock_type=ClockType.STEADY_TIME)
        )

    def close(self) -> None:
        """Ends the subscriptions."""
        self._node.destroy_timer(self._timer)
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)

    @property
    def read_mesh(self) -> ReadMesh:
        """Reads the last mesh, of either topic. Raises NoMeshError."""
        if self._heard is None:
            raise NoMeshError(
                "there is no mesh: put one into the request, or publish one on ~/object_mesh"
            )
        return self._heard.read_mesh

    def object(
        self, placement: Placement, settings: Settings
    ) -> tuple[ReadMesh, np.ndarray | None]:
        """What reads the last mesh, and (4, 4) that takes its points to the frame that is worked
        in, None where they are in it: by its own header, or else by the last pose on
        ~/object_pose, if there ever was one.

        Raises NoMeshError, RequestError, PoseError.
        """
        mesh, heard = self.read_mesh, self._heard
        if heard.sighting is None and self._pose is not None:
            message, sighting, fault = self._pose
            if fault is not None:
                raise PoseError(str(fault))
            age = self._age(sighting.seen)
            if 0 < settings.object_pose_timeout < abs(age):  # from the future: of another clock
                raise RequestError(
                    f"the last pose on ~/object_pose is {age:.1f} s old: publish it anew, or raise "
                    "the parameter object_pose_timeout"
                )
            what = "the pose on ~/object_pose"
            pose = pose_matrix(message.pose, what, PoseError)
            return mesh, check_pose(self._into(sighting, placement, what) @ pose, what)
        where = heard.sighting or Sighting(Header(), self._node.get_clock().now(), self.placer)
        if (frame_name(where.header.frame_id) or placement.own) == placement.working:
            return mesh, None
        return mesh, self._into(where, placement, f"the mesh on {heard.topic}")

    def _into(self, sighting: Sighting, placement: Placement, what: str) -> np.ndarray:
        """As `Sighting.into`, for what is in the node's frame where it names none."""
        if not frame_name(sighting.header.frame_id):
            header = Header(frame_id=placement.own)
            return placement.into(header, what, RequestError)
        return sighting.into(placement, what, RequestError)

    def unsettled(self) -> list[Header]:
        """Of what was heard, the headers that tf is still needed for; what it knows by now is
        placed."""
        own = frame_name(self._node.get_parameter("frame_id").value)
        sightings = (
            self._heard and self._heard.sighting,
            self._pose and self._pose[1],
            self._grasp and self._grasp[1],
        )
        return [s.header for s in sightings if s is not None and not s.settle(own)]

    def grasp(self, placement: Placement, settings: Settings) -> Grasp | None:
        """The last grasp, in the frame that is worked in, unless it is older than `grasp_timeout`.

        Raises GraspError where tf does not know its frame.
        """
        if self._grasp is None:
            return None
        read, sighting = self._grasp
        age = self._age(sighting.seen)
        if 0 < settings.grasp_timeout < abs(age):  # from the future: of another clock
            self._node.get_logger().warning(f"the last grasp is {age:.1f} s old: doing without it")
            return None
        return read(sighting.into(placement, "the grasp", GraspError))

    def _age(self, seen: Time) -> float:
        """Seconds since then."""
        return (self._node.get_clock().now() - seen).nanoseconds / 1e9

    async def _task(self, message: String) -> None:
        await self._on_task(message.data)

    def _on_mesh(self, wire: bytes) -> None:
        self._heard = _Heard(cache(partial(_read_shape, wire)), "~/object_mesh")

    def _on_stamped_mesh(self, message: MeshStamped) -> None:
        where = self._sighting(message.header, self._node.get_clock().now())
        self._heard = _Heard(partial(read_mesh, message.mesh), "~/object_mesh_stamped", where)

    def _on_object_pose(self, message: PoseStamped) -> None:
        """A bad pose is reported at once, and again to every task that would need it: without any
        the mesh would be taken to be where it is not."""
        what = "the pose on ~/object_pose"
        seen, fault = self._node.get_clock().now(), None
        try:
            seen = self._seen(message.header)
            pose_matrix(message.pose, what, PoseError)
            own = Settings.of(self._node).frame_id
            frame_id = frame_name(message.header.frame_id) or own
            self.placer.check(frame_id, own, what, PoseError)
        except ValueError as error:  # a PoseError, or a negative stamp
            self._node.get_logger().error(f"{what} not used: {error}")
            fault = error
        self._pose = message, self._sighting(message.header, seen), fault

    def _on_grasp(self, message: HandGrasp) -> None:
        self._keep(lambda transform: grasp_from_message(message).moved(transform), message.header)

    def _on_grasp_pose(self, message: PoseStamped) -> None:
        settings = Settings.of(self._node)

        def read(transform: np.ndarray) -> Grasp:
            pose, side = transform @ pose_matrix(message.pose), settings.grasp_pose_side
            if settings.grasp_pose_convention == GRIPPER:
                pose = wrist_of_gripper(
                    pose,
                    side,
                    settings.gripper_approach_axis,
                    settings.gripper_closing_axis,
                    settings.gripper_tip,
                )
            return grasp_of_wrist(pose, side)

        self._keep(read, message.header)

    def _keep(self, read: Read, header: Header) -> None:
        """Keeps a good grasp; a bad one is reported, and clears the one before it."""
        own = Settings.of(self._node).frame_id
        try:
            seen = self._seen(header)
            self.placer.check(frame_name(header.frame_id) or own, own, "the grasp", GraspError)
            read(np.eye(4))
            self._grasp = read, self._sighting(header, seen)
        except ValueError as error:  # a GraspError, a negative stamp, or axes that are not square
            self._grasp = None
            self._node.get_logger().error(f"grasp not used: {error}")

    def _sighting(self, header: Header, seen: Time) -> Sighting:
        found = Sighting(header, seen, self.placer)
        found.settle(frame_name(self._node.get_parameter("frame_id").value))
        return found

    def _seen(self, header: Header) -> Time:
        """When that was; now where the stamp is zero. Raises ValueError for a negative one."""
        clock = self._node.get_clock()
        seen = Time.from_msg(header.stamp, clock_type=clock.clock_type)
        return seen if seen.nanoseconds else clock.now()


def _read_shape(wire: bytes) -> Arrays:
    return read_mesh(deserialize_message(wire, ShapeMesh))
