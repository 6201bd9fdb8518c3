"""Target grasps: where guidance pulls the last frame of the reach.

Whole hand, wrist or fingertips, a target is a set of the 21 keypoints and where they should be. A
wrist names those that are fixed to it: itself and the base joints of thumb and fingers. One
distance in meters then serves all three, and position and orientation weigh as they move the hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, HandRows, flips
from diffh2o_ros.contact.energy import Pull
from diffh2o_ros.geometry.rotations import rotvec_to_rotmat
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.hands.sides import LEFT, RIGHT
from diffh2o_ros.hands.skeleton import (
    TIP_KEYPOINTS,
    forward_kinematics,
    keypoints,
    rest_joints,
    tip_offsets,
)
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import Motion, from_features, skeleton_keypoints
from diffh2o_ros.motion.grasp import Grasp, GraspError

#: A target farther than this from the object's center plus half its size cannot hold it (meters).
HAND_REACH = 0.25
#: Keypoints that move with the wrist alone: wrist, thumb CMC and the four MCPs.
PALM_KEYPOINTS = (0, 1, 5, 9, 13, 17)
#: How much more strongly fingertips are pulled to than a whole hand. Of grasps of objects that
#: training never saw, 1 leaves the tips 3.6 mm off in the median and 13.3 in one of ten, 16 1.3
#: and 1.8, and no deeper in the surface.
TIP_PULL = 16.0


@dataclass(frozen=True)
class GraspTarget:
    """A target grasp in the canonical frame."""

    side: int  #: LEFT or RIGHT
    index: Tensor  #: (K,) int64, which keypoints it names
    points: Tensor  #: (K, 3) where they should be, meters
    rotation: Tensor | None  #: (3, 3) of the wrist; None for fingertips
    hand_pose: Tensor | None  #: (45,) of the hand itself, not mirrored; None where it is left free

    @staticmethod
    def of(grasp: Grasp, scene: Scene) -> GraspTarget:
        """The target that a grasp in the canonical frame is; GraspError if it is out of reach."""
        index, points = _named(grasp)
        points = points.to(scene.bps)
        distance = float(points.norm(dim=-1).amin())
        if distance > scene.half_extent + HAND_REACH:
            raise GraspError(
                f"the grasp is {distance:.2f} m from the object's center, out of reach: "
                "give it in meters, in the frame of the result: the mesh's own, unless object_pose "
                "places the mesh"
            )
        side = LEFT if grasp.side == "left" else RIGHT
        rotation = pose = None
        if grasp.global_orient is not None:
            rotation = rotvec_to_rotmat(torch.as_tensor(grasp.global_orient)).to(points)
        if grasp.hand_pose is not None:
            pose = torch.as_tensor(grasp.hand_pose).to(points)
        return GraspTarget(side, index.to(points.device), points, rotation, pose)

    def hands(self, fingers: Tensor) -> ActingHand:
        """The target itself, (R, ...), once with each of the right-hand poses `fingers` (R, 45)
        unless it has fingers of its own. Not for fingertips, which leave the hand open."""
        count = len(fingers)
        rotation, wrist, pose = self.rotation, self.points[0], self.hand_pose  # keypoint 0
        if pose is None:
            pose = mirror_pose(fingers) if self.side == LEFT else fingers
        motion = Motion(
            wrist.expand(count, 2, 3),
            rotation.expand(count, 2, 3, 3),
            pose.expand(count, 45)[:, None].expand(count, 2, 45),
            wrist,
            rotation,
        )
        rows = torch.arange(count, device=self.points.device)
        return HandRows(rows, torch.full_like(rows, self.side)).take(motion)

    def put_on(self, hand: ActingHand) -> ActingHand:
        """The hands (R,) where the target says, with their own fingers if it says nothing of them.
        On fingertips they are laid rigidly, their own fingers as they are."""
        return self._laid(hand) if self.leaves_wrist_open else self.hands(hand.hand_pose)

    def loss(self, codec: FeatureCodec):
        """Mean squared keypoint distance (B,), square centimeters, of a reach's last frame."""

        def distance(x0: Tensor) -> Tensor:
            motion = from_features(codec.decode(x0)[:, -1], codec.basis)
            found = skeleton_keypoints(motion)[:, self.side, self.index]
            return 1e4 * (found - self.points).square().sum(-1).mean(-1)

        return distance

    @property
    def leaves_wrist_open(self) -> bool:
        """Whether it names fingertips alone."""
        return self.rotation is None

    def pull(self, weight: float) -> Pull:
        """`weight` times the mean squared keypoint distance in square centimeters; of fingertips
        TIP_PULL times that: the hand behind them can give way to the surface."""
        if self.leaves_wrist_open:
            weight = TIP_PULL * weight
        return Pull(weight, self.index, self.points)

    @torch.no_grad()
    def error(self, hand: ActingHand) -> Tensor:
        """Mean distance (R,) of the named keypoints to where they should be, meters."""
        return self._gaps(hand.side, self._found(hand)).norm(dim=-1).mean(-1)

    def _laid(self, hand: ActingHand) -> ActingHand:
        """Hands (R,) moved rigidly so that their named keypoints come nearest to the target's."""
        found, points = self._found(hand), self.points * flips(hand.side, 1)
        if len(self.index) < 3:  # too few to say how the hand is rotated
            return replace(hand, wrist=hand.wrist + (points - found).mean(-2))
        import roma  # seconds to load, and few targets are fingertips

        rotation, translation = roma.rigid_points_registration(found, points)
        wrist = (rotation @ hand.wrist.unsqueeze(-1)).squeeze(-1) + translation
        return replace(hand, wrist=wrist, rotation=rotation @ hand.rotation)

    def _gaps(self, side: Tensor, found: Tensor) -> Tensor:
        """(R, K, 3) from where they should be to named keypoints (R, K, 3), seen as right ones."""
        return found * flips(side, 1) - self.points

    def _found(self, hand: ActingHand) -> Tensor:
        """The named keypoints (R, K, 3) of hands (R,), seen as right ones."""
        rotations, joints = hand.kinematics()
        return keypoints(joints, rotations, tip_offsets("right").to(joints))[:, self.index]


def _named(grasp: Grasp) -> tuple[Tensor, Tensor]:
    """Keypoints (K,) that a grasp names and their places (K, 3) in the object's frame."""
    if grasp.fingertips is not None:
        tips = torch.as_tensor(grasp.fingertips)
        given = ~tips.isnan().any(-1)
        return torch.tensor(TIP_KEYPOINTS)[given], tips[given]
    orient, transl = (torch.as_tensor(a)[None] for a in (grasp.global_orient, grasp.transl))
    pose = torch.zeros(1, 45, dtype=torch.float32)
    if grasp.hand_pose is not None:
        pose = torch.as_tensor(grasp.hand_pose)[None]
    rotations, joints = forward_kinematics(rest_joints(grasp.side), orient, transl, pose)
    points = keypoints(joints, rotations, tip_offsets(grasp.side))[0]
    index = torch.arange(21) if grasp.hand_pose is not None else torch.tensor(PALM_KEYPOINTS)
    return index, points[index]
