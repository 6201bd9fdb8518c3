"""Hands of the procedural motions: poses, paths, and what they are put together from."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.data.motions.actions.path import ObjectPath
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror, mirror_wrist
from diffh2o_ros.hands.skeleton import wrist_kinematics

#: (D, 45) from angles to hand poses.
_, _BASIS, _, _ = anatomy.degrees_of_freedom()


@dataclass
class HandPose:
    """A hand, its fingers as angles that mean the same on both sides. The leading shape (...) is
    free: none of one pose, (T,) of a path, (K, T) of several."""

    wrist: np.ndarray  #: (..., 3) meters
    rotation: np.ndarray  #: (..., 3, 3)
    angles: np.ndarray  #: (..., D) radians

    def __len__(self) -> int:
        return len(self.wrist)

    def __getitem__(self, which) -> HandPose:
        return HandPose(self.wrist[which], self.rotation[which], self.angles[which])

    def __add__(self, after: HandPose) -> HandPose:
        """One path after the other."""
        return HandPose(*map(np.concatenate, zip(self.parts(), after.parts(), strict=True)))

    def parts(self) -> list[np.ndarray]:
        """Wrist, rotation and angles."""
        return [getattr(self, part.name) for part in fields(self)]

    def mirrored(self) -> HandPose:
        """The hand of the other side that does the same in the mirror."""
        return HandPose(mirror(self.wrist), mirror_wrist(self.rotation), self.angles)

    def kinematics(self) -> tuple[Tensor, Tensor]:
        """Rotations (..., 16, 3, 3) and positions (..., 16, 3) of all joints of a right hand."""
        wrist, rotation, pose = (
            torch.as_tensor(np.ascontiguousarray(a), dtype=torch.float32)
            for a in (self.wrist, self.rotation, self.angles @ _BASIS)
        )
        return wrist_kinematics(wrist, rotation, pose, "right")


def still(pose: HandPose, num_frames: int) -> HandPose:
    """A hand that does not move, (T, ...)."""
    return HandPose(*(np.repeat(a[None], num_frames, 0) for a in pose.parts()))


def carried(pose: HandPose, path: ObjectPath) -> HandPose:
    """A hand on an object that goes along a path (T,); `pose` is where it is on the object at the
    start of all paths: always (...), or in each frame (T, ...)."""
    return HandPose(
        (path.rotation @ pose.wrist[..., None])[..., 0] + path.position,
        path.rotation @ pose.rotation,
        np.broadcast_to(pose.angles, (len(path), pose.angles.shape[-1])),
    )
