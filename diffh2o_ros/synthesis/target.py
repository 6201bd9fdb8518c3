"""Target grasps: where guidance pulls the last frame of the reach."""

from __future__ import annotations

from dataclasses import dataclass

import roma
import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import rotation_6d
from diffh2o_ros.hands.skeleton import mirror_pose, rest_joints
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import GROUPS
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.pose_basis import NUM_COEFFICIENTS
from diffh2o_ros.synthesis.acting_hand import LEFT, RIGHT, ActingHand

#: A wrist farther than this from the object's centre plus half its size cannot hold it (metres).
HAND_REACH = 0.25


@dataclass(frozen=True)
class GraspTarget:
    """A target grasp in the canonical frame.

    wrist: (3,); rotation: (3, 3); hand_pose: (45,) or None, each of the hand itself (not mirrored).
    """

    side: int
    wrist: Tensor
    rotation: Tensor
    hand_pose: Tensor | None

    @staticmethod
    def of(grasp: Grasp, center: Tensor, half_size: float) -> GraspTarget:
        """The canonical form of a grasp given in the mesh's frame; GraspError if out of reach."""
        device = center.device

        def tensor(values) -> Tensor:
            return torch.as_tensor(values, dtype=torch.float32, device=device)

        wrist = rest_joints(grasp.side)[0].to(device) + tensor(grasp.transl) - center
        distance = float(wrist.norm())
        if distance > half_size + HAND_REACH:
            raise GraspError(
                f"the grasp's wrist is {distance:.2f} m from the object's centre, out of reach: "
                "give it in the object's frame, in metres"
            )
        return GraspTarget(
            LEFT if grasp.side == "left" else RIGHT,
            wrist,
            roma.rotvec_to_rotmat(tensor(grasp.global_orient)),
            None if grasp.hand_pose is None else tensor(grasp.hand_pose),
        )

    def loss(self, codec: FeatureCodec):
        """Squared distance (B,) of a predicted reach's last frame to the target.

        In units of the features' own spread, so that metres and radians weigh alike.
        """
        index, values = self._features(codec)
        scale = codec.scale[index]

        def distance(x0: Tensor) -> Tensor:
            last = codec.decode(x0[:, -1])[:, index]
            return (((last - values) / scale) ** 2).sum(-1)

        return distance

    def _features(self, codec: FeatureCodec) -> tuple[Tensor, Tensor]:
        """Which features (K,) the target names, and their values (K,)."""
        rows, values = [], []

        def name(group: str, width: int, value: Tensor) -> None:
            first = GROUPS[group].start + self.side * width
            rows.append(torch.arange(first, first + width, device=value.device))
            values.append(value)

        name("wrist_position", 3, self.wrist)
        name("wrist_orientation", 6, rotation_6d(self.rotation))
        if self.hand_pose is not None:
            pose = mirror_pose(self.hand_pose) if self.side == LEFT else self.hand_pose
            name("hand_pose", NUM_COEFFICIENTS, codec.basis.encode(pose))
        return torch.cat(rows), torch.cat(values)

    def acting_hand(self, fingers: ActingHand) -> ActingHand:
        """The target as acting hands (B, ...); where it has no fingers, with those of `fingers`."""
        wrist, rotation, pose = self.wrist, self.rotation, self.hand_pose
        if self.side == LEFT:
            flip = wrist.new_tensor([1.0, -1.0, 1.0])
            wrist = wrist * flip
            rotation = flip[:, None] * rotation * wrist.new_tensor([-1.0, 1.0, 1.0])
            pose = None if pose is None else mirror_pose(pose)
        count = len(fingers.side)
        return ActingHand(
            fingers.side, wrist.expand(count, 3), rotation.expand(count, 3, 3),
            fingers.hand_pose if pose is None else pose.expand(count, 45),
        )
