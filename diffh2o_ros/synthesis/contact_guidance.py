"""Contact guidance inside the denoising loop: predictions are held to the object's true surface.

A network guesses the surface; the distance field knows it. After each prediction of the clean
reach, its last frame is settled onto the surface, the correction is blended into the frames before
it and the distances are measured anew. The next denoising step starts from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, HandRows
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.geometry.rotations import rotmat_to_rotvec, rotvec_to_rotmat
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import Motion, from_features, keypoint_distances, to_features
from diffh2o_ros.synthesis.target import GraspTarget

#: Frames into which a correction of the last one is blended; towards a target it may be large.
RAMP_FRAMES, TARGET_RAMP_FRAMES = 12, 24
#: A hand whose fingertips are on average this near to the object at the grasp frame acts. In the
#: data acting hands stay below 4.7 cm and idle ones above 9.9.
ACTS_WITHIN = 0.06


def tip_distance(distances: Tensor) -> Tensor:
    """Mean distance (..., 2) of either hand's fingertips, of keypoint distances (..., 2, 21)."""
    return distances[..., list(TIP_KEYPOINTS)].abs().mean(-1)


def acting_sides(distances: Tensor) -> Tensor:
    """Which hands grasp, (B, 2) bool: those near the object at the grasp frame, the nearest always.

    Args:
        distances: (B, 2, 21) of the keypoints at the last frame of the reach, meters.
    """
    near = tip_distance(distances)
    nearest = torch.nn.functional.one_hot(near.argmin(-1), 2).bool()
    return (near < ACTS_WITHIN) | nearest


def ramp(num_frames: int, length: int, like: Tensor) -> Tensor:
    """(T,) rising smoothly from 0 to 1 over the last `length` frames."""
    tau = (torch.arange(num_frames).to(like) - (num_frames - 1 - length)) / length
    tau = tau.clamp(0, 1)
    return tau**2 * (3 - 2 * tau)


def carry_correction(
    path: ActingHand, before: ActingHand, after: ActingHand, length: int = RAMP_FRAMES
) -> ActingHand:
    """Blends the change of a path's last frame into the frames before it.

    Args:
        path: (R, T, ...); before, after: (R, ...) its last frame as it was and as it should be.
    """
    weight = ramp(path.wrist.shape[1], length, path.wrist)
    change = rotmat_to_rotvec(after.rotation @ before.rotation.transpose(-1, -2))
    rotvec = weight[:, None] * change[:, None]
    return ActingHand(
        path.side,
        path.wrist + weight[:, None] * (after.wrist - before.wrist)[:, None],
        rotvec_to_rotmat(rotvec) @ path.rotation,
        path.hand_pose + weight[:, None] * (after.hand_pose - before.hand_pose)[:, None],
    )


@dataclass(frozen=True)
class ContactGuidance:
    """An `edit_x0` of the grasp stage's sampler.

    start: progress in [0, 1] from which it acts; before, predictions are too blurred to touch.
    acting: (B, 2) bool, the hands that must grasp, or None to follow the prediction.
    target: a grasp that hands are put on before they settle, and pulled to with `pull`.
    """

    codec: FeatureCodec
    scene: Scene
    contact: Contact
    settling: Settling
    start: float = 0.1
    acting: Tensor | None = None
    target: GraspTarget | None = None
    pull: float = 0.0

    def __call__(self, x0: Tensor, progress: float, step: int) -> Tensor:
        if progress < self.start:
            return x0
        motion = from_features(self.codec.decode(x0), self.codec.basis)
        acting = self.acting
        if acting is None:
            acting = acting_sides(last_distances(motion, self.scene))
        rows = HandRows.of(acting)
        path = rows.take(motion)
        grasp = path.at(-1)
        length = RAMP_FRAMES
        if self.target is None:
            settled = self.contact.settle(grasp, self.settling)
        else:
            length = TARGET_RAMP_FRAMES
            settled = self.contact.settle(
                self.target.put_on(grasp), self.settling, pull=self.target.pull(self.pull)
            )
        path = carry_correction(path, grasp, settled, length)
        return self.codec.encode(self.measured(rows.put(motion, path)))

    def measured(self, motion: Motion) -> Tensor:
        """Features (B, T, 108) of a motion with its distances measured on the true field."""
        distances = keypoint_distances(motion, self.scene.sdf)
        return to_features(motion, distances, self.codec.basis, "grasp")


def last_distances(motion: Motion, scene: Scene) -> Tensor:
    """Distances (B, 2, 21) of the keypoints at the last frame of motions (B, T, ...)."""
    return keypoint_distances(motion[:, -1], scene.sdf)
