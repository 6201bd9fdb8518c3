"""A recording as a `Motion` of our own hands, still in GRAB's world and at its frame rate."""

from __future__ import annotations

import numpy as np
import roma
import torch

from diffh2o_ros.data.grab.files import Recording
from diffh2o_ros.data.grab.models import GrabModels
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import skeleton
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.features import Motion, keypoint_distances

#: Where the file does not tell, a hand touches when this many of its keypoints are this near to
#: the surface (meters). Keypoints lie inside the fingers, 6 to 12 mm from the skin.
_TOUCHING_POINTS, _TOUCHING_DISTANCE = 2, 0.015


def world_motion(recording: Recording, models: GrabModels) -> Motion:
    """The hands and the object's mesh, (T, ...) float64; `object_*` pose the mesh of the file.

    Every subject has hands of their own size, ours are MANO's mean. With the same joint angles
    the wrist is put where the joints of the fingers agree with the subject's on average: it is
    the fingers that touch. What is left, some millimeters for hands 5 % larger or smaller, is the
    difference in size about their middle.
    """
    wrists, rotations, poses = [], [], []
    for side in SIDES:
        track = recording.hands[side]
        orient, transl, pose = map(torch.as_tensor, (track.orient, track.transl, track.pose))
        turns, joints = skeleton.forward_kinematics(
            models.rest_joints(side, track.template), orient, transl, pose
        )
        _, ours = skeleton.wrist_kinematics(joints[:, 0], turns[:, 0], pose, side)
        wrists.append(joints[:, 0] + (joints - ours)[:, 1:].mean(1))
        rotations.append(turns[:, 0])
        poses.append(pose)
    return Motion(
        wrist=torch.stack(wrists, 1),
        rotation=torch.stack(rotations, 1),
        hand_pose=torch.stack(poses, 1),
        object_position=torch.as_tensor(recording.object.position),
        object_rotation=torch.as_tensor(recording.object.rotation),
    )


def near(motion: Motion, mesh: Mesh) -> np.ndarray:
    """(T, 2) whether each hand is near enough to the object to touch it."""
    single = Motion(**{name: value.float() for name, value in vars(motion).items()})
    sdf = SignedDistanceGrid.from_mesh(mesh)
    distances = keypoint_distances(single, sdf)
    return ((distances < _TOUCHING_DISTANCE).sum(-1) >= _TOUCHING_POINTS).numpy()


def resampled(motion: Motion, times: np.ndarray) -> Motion:
    """The motion at `times` (N,), in frames and between them."""
    low = np.clip(np.floor(times).astype(int), 0, len(motion.wrist) - 2)
    fraction = torch.as_tensor(times - low)
    before, after = torch.as_tensor(low), torch.as_tensor(low + 1)

    def straight(values: torch.Tensor) -> torch.Tensor:
        weight = fraction.reshape(-1, *[1] * (values.ndim - 1))
        return torch.lerp(values[before], values[after], weight)

    def turned(matrices: torch.Tensor) -> torch.Tensor:
        start, end = matrices[before], matrices[after]
        step = roma.rotmat_to_rotvec(start.mT @ end)
        weight = fraction.reshape(-1, *[1] * (step.ndim - 1))
        return start @ roma.rotvec_to_rotmat(weight * step)

    joints = roma.rotvec_to_rotmat(motion.hand_pose.unflatten(-1, (15, 3)))
    return Motion(
        wrist=straight(motion.wrist),
        rotation=turned(motion.rotation),
        hand_pose=roma.rotmat_to_rotvec(turned(joints)).flatten(-2),
        object_position=straight(motion.object_position),
        object_rotation=turned(motion.object_rotation),
    )
