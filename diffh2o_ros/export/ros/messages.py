"""From the library's types to messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.motion.interaction import Interaction

#: A message, of the classes that it was made with.
Message = Any


class Messages:
    """Makes messages.

    Args:
        types: has the classes of messages by their last names (`Pose`, `Marker`), which take fields
            by name and have defaults for the others, and makes fields that hold much:
            `flat(kind, values)` of numbers, where kind is "f" for float32[], "d" for float64[], "H"
            for uint16[] and "I" for uint32[]; `points(positions, picked)` of Point, from (n, 3),
            all or, in this order, those `picked` by number; `colors(values)` of ColorRGBA, (n, 4).
    """

    def __init__(self, types: Any) -> None:
        self.types = types

    def duration(self, seconds: float) -> Message:
        """builtin_interfaces/Duration of a positive number of seconds."""
        whole, rest = divmod(round(seconds * 1e9), 10**9)
        return self.types.Duration(sec=whole, nanosec=rest)

    def points(self, positions: np.ndarray) -> list[Message]:
        """geometry_msgs/Point of each row (n, 3)."""
        kind = self.types.Point
        return [kind(x=x, y=y, z=z) for x, y, z in np.asarray(positions, dtype=float).tolist()]

    def quaternions(self, rotations: np.ndarray) -> list[Message]:
        """geometry_msgs/Quaternion of each rotation (T, 3, 3)."""
        found = Rotation.from_matrix(rotations).as_quat().tolist()
        return [self.types.Quaternion(x=x, y=y, z=z, w=w) for x, y, z, w in found]

    def poses(self, matrices: np.ndarray) -> list[Message]:
        """geometry_msgs/Pose of each matrix (T, 4, 4)."""
        positions = self.points(matrices[:, :3, 3])
        return [
            self.types.Pose(position=position, orientation=orientation)
            for position, orientation in zip(
                positions, self.quaternions(matrices[:, :3, :3]), strict=True
            )
        ]

    def transforms(self, matrices: np.ndarray) -> list[Message]:
        """geometry_msgs/Transform of each matrix (T, 4, 4)."""
        kind, rotations = self.types.Vector3, self.quaternions(matrices[:, :3, :3])
        return [
            self.types.Transform(translation=kind(x=x, y=y, z=z), rotation=rotation)
            for (x, y, z), rotation in zip(matrices[:, :3, 3].tolist(), rotations, strict=True)
        ]

    def frames(
        self,
        frames: Mapping[str, tuple[str | None, np.ndarray]],
        prefix: str,
        frame_id: str,
        stamp: Message,
    ) -> list[Message]:
        """geometry_msgs/TransformStamped of frames, each PREFIX/NAME in tf.

        Args:
            frames: by name: the frame of ours above it, None for `frame_id`, and its pose (4, 4) in
                that.
        """
        types, matrices = self.types, np.stack([matrix for _, matrix in frames.values()])
        return [
            types.TransformStamped(
                header=types.Header(
                    frame_id=frame_id if parent is None else f"{prefix}/{parent}", stamp=stamp
                ),
                child_frame_id=f"{prefix}/{name}",
                transform=transform,
            )
            for (name, (parent, _)), transform in zip(
                frames.items(), self.transforms(matrices), strict=True
            )
        ]

    def keypoints(self, hand: HandMotion, frame: int, header: Message) -> Message:
        """geometry_msgs/PoseArray of a hand's 21 keypoints, rotated as its wrist is."""
        (orientation,) = self.quaternions(hand.wrist_pose[frame : frame + 1, :3, :3])
        return self.types.PoseArray(
            header=header,
            poses=[
                self.types.Pose(position=point, orientation=orientation)
                for point in self.points(hand.joints[frame])
            ],
        )

    def interaction(
        self,
        interaction: Interaction,
        header: Message,
        seed: int,
        sample: int,
        with_vertices: bool,
        robot: Message | None = None,
    ) -> Message:
        """msg/Interaction; without vertices it is a tenth of the size."""
        flat = self.types.flat
        return self.types.Interaction(
            header=header,
            task=interaction.text,
            seed=seed,
            sample=sample,
            fps=float(interaction.fps),
            num_frames=interaction.num_frames,
            grasp_frame=interaction.grasp_frame,
            hands=[
                self._hand(hand, header, interaction.fps, with_vertices)
                for hand in interaction.hands.values()
            ],
            object=self._object(interaction, header, with_vertices),
            robot=[] if robot is None else [robot],
            quality_names=list(interaction.quality),
            quality_values=flat("f", list(interaction.quality.values())),
            warnings=interaction.warnings,
            warning_codes=flat("H", interaction.warning_codes),
        )

    def both_hands(self, message: Message) -> dict[str, Message]:
        """msg/HandTrajectory by side of an Interaction's message. A hand that does nothing has no
        frames: late subscribers must not see its last motion."""
        idle = {side: self.types.HandTrajectory(header=message.header, side=side) for side in SIDES}
        return idle | {hand.side: hand for hand in message.hands}

    def _hand(self, hand: HandMotion, header: Message, fps: float, with_vertices: bool) -> Message:
        flat = self.types.flat
        message = self.types.HandTrajectory(
            header=header,
            side=hand.side,
            fps=float(fps),
            num_frames=hand.num_frames,
            time_from_start=self._times(hand.num_frames, fps),
            global_orient=flat("f", hand.global_orient),
            transl=flat("f", hand.transl),
            wrist_poses=self.poses(hand.wrist_pose),
            hand_pose=flat("f", hand.hand_pose),
            betas=hand.betas,
            keypoints=flat("f", hand.joints),
        )
        if with_vertices:
            message.vertices = flat("f", hand.vertices)
            message.triangles = flat("I", hand.faces)
        return message

    def _object(self, interaction: Interaction, header: Message, with_vertices: bool) -> Message:
        message = self.types.ObjectTrajectory(
            header=header,
            fps=float(interaction.fps),
            time_from_start=self._times(interaction.num_frames, interaction.fps),
            poses=self.poses(interaction.object_pose),
        )
        if with_vertices:
            message.vertices = self.types.flat("f", interaction.object_vertices)
            message.triangles = self.types.flat("I", interaction.object_faces)
        return message

    def _times(self, frames: int, fps: float) -> Any:
        return self.types.flat("d", np.arange(frames) / fps)
