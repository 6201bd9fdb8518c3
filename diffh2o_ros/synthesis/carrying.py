"""The object's path in the interaction stage, and the hand that holds on to it."""

from __future__ import annotations

import numpy as np
import roma
import torch
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.signal import savgol_filter
from torch import Tensor

from diffh2o_ros.geometry.rotations import matrix_from_6d, rotation_6d
from diffh2o_ros.motion.features import Motion

SMOOTHING_FRAMES = 11
#: Frames over which a jump of the object at the grasp frame is taken back.
JOIN_FRAMES = 16
#: Half width in frames of a lift that keeps the object off the table.
LIFT_FRAMES = 6


def smooth(values: np.ndarray, window: int = SMOOTHING_FRAMES) -> np.ndarray:
    """Savitzky-Golay smoothing, cubic, of (B, T, ...) along time."""
    return savgol_filter(values, window, 3, axis=1)


def smooth_reach(motion: Motion) -> Motion:
    """The motion (B, T, ...) with the tremble of the sampler taken out of its hands."""

    def tensor(values: np.ndarray) -> Tensor:
        return torch.as_tensor(values).to(motion.wrist)

    six = smooth(rotation_6d(motion.rotation).cpu().numpy())
    return Motion(
        tensor(smooth(motion.wrist.cpu().numpy())),
        matrix_from_6d(tensor(six)),
        tensor(smooth(motion.hand_pose.cpu().numpy())),
        motion.object_position,
        motion.object_rotation,
    )


def object_path(
    motion: Motion, grasp_frame: int, body: list[Tensor], support: float
) -> tuple[Tensor, Tensor]:
    """Positions (B, T, 3) and rotations (B, T, 3, 3) of the object, at rest until it is grasped.

    The predicted path is smoothed, joined to rest without a jump, and kept above the table.

    Args:
        motion: (B, T, ...) as predicted.
        body: B point clouds (P, 3) relative to the object's centre, of all that moves with it.
        support: z of the table, metres.
    """
    position = motion.object_position.clone()
    rotation = motion.object_rotation.clone()
    position[:, :grasp_frame] = 0
    rotation[:, :grasp_frame] = torch.eye(3).to(rotation)
    moved = torch.as_tensor(smooth(position.cpu().numpy())).to(position)
    turned = matrix_from_6d(
        torch.as_tensor(smooth(rotation_6d(rotation).cpu().numpy())).to(rotation)
    )
    moved, turned = moved[:, grasp_frame:], turned[:, grasp_frame:]
    frames = torch.arange(moved.shape[1]).to(moved)
    tau = (frames / JOIN_FRAMES).clamp(max=1)
    fade = 1 - tau**3 * (10 - 15 * tau + 6 * tau**2)
    moved = moved - fade[:, None] * moved[:, :1]
    back = roma.rotmat_to_rotvec(turned[:, :1].transpose(-1, -2))
    turned = roma.rotvec_to_rotmat(fade[:, None] * back) @ turned
    for i, points in enumerate(body):
        lowest = (turned[i] @ points.T)[:, 2].amin(-1) + moved[i, :, 2]
        moved[i, :, 2] += _lift((support - lowest).clamp_min(0))
    position[:, grasp_frame:] = moved
    rotation[:, grasp_frame:] = turned
    return position, rotation


def _lift(deficit: Tensor) -> Tensor:
    """A smooth curve (T,) that is at least `deficit` (T,) everywhere and 0 where it starts."""
    if float(deficit.max()) == 0:
        return deficit
    high = maximum_filter1d(deficit.cpu().numpy(), 2 * LIFT_FRAMES + 1, mode="nearest")
    curve = gaussian_filter1d(high, LIFT_FRAMES / 3, mode="nearest")
    tau = np.clip(np.arange(len(curve)) / LIFT_FRAMES, 0, 1)
    return torch.as_tensor(curve * tau**2 * (3 - 2 * tau)).to(deficit)


def hold_on(motion: Motion, side: Tensor, position: Tensor, rotation: Tensor,
            grasp_frame: int) -> Motion:
    """The motion in which the acting hand keeps its grasp from `grasp_frame` on.

    Args:
        motion: (B, T, ...) whose frame `grasp_frame - 1` is the grasp; side: (B,) acting hands.
        position: (B, T, 3), rotation: (B, T, 3, 3) of the object, at rest until `grasp_frame`.
    """
    last = grasp_frame - 1
    wrist, turn, pose = (
        x.clone() for x in (motion.wrist, motion.rotation, motion.hand_pose)
    )
    for i, s in enumerate(side.tolist()):
        held = rotation[i, grasp_frame:]
        wrist[i, grasp_frame:, s] = (
            held @ motion.wrist[i, last, s] + position[i, grasp_frame:]
        )
        turn[i, grasp_frame:, s] = held @ motion.rotation[i, last, s]
        pose[i, grasp_frame:, s] = motion.hand_pose[i, last, s]
    return Motion(wrist, turn, pose, position, rotation)
