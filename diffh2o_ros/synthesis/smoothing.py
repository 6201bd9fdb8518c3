"""Takes the tremble of the sampler, and the jump between its two stages, out of a motion."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from torch import Tensor

from diffh2o_ros.geometry.rotations import (
    matrix_from_6d,
    rotation_6d,
    rotmat_to_rotvec,
    rotvec_to_rotmat,
)
from diffh2o_ros.motion.features import Motion

#: Windows; fingers that come to an object one after another need a short one.
SMOOTHING_FRAMES, HAND_FRAMES = 11, 7
#: Frames over which a jump at the grasp frame is taken back.
JOIN_FRAMES = 16
#: Half width in frames of a lift that keeps something off the table.
LIFT_FRAMES = 6


def smooth(values: Tensor, window: int = SMOOTHING_FRAMES) -> Tensor:
    """Savitzky-Golay smoothing, cubic, of (B, T, ...) along time."""
    kernel = _smoothing(values.shape[1], window).to(values)
    return torch.einsum("ts,bs...->bt...", kernel, values)


@cache
def _smoothing(frames: int, window: int) -> Tensor:
    """(T, T): cubic least squares over the window about each frame (Savitzky & Golay, 1964), at
    either end over the window that still fits."""
    powers = np.vander(np.arange(window) - window // 2, 4)
    fit = powers @ np.linalg.pinv(powers)
    kernel = np.zeros((frames, frames))
    for frame in range(frames):
        first = min(max(frame - window // 2, 0), frames - window)
        kernel[frame, first : first + window] = fit[frame - first]
    return torch.from_numpy(kernel)


def smooth_hands(motion: Motion) -> Motion:
    """The motion (B, T, ...) with its hands smoothed."""
    return replace(
        motion,
        wrist=smooth(motion.wrist, HAND_FRAMES),
        rotation=matrix_from_6d(smooth(rotation_6d(motion.rotation), HAND_FRAMES)),
        hand_pose=smooth(motion.hand_pose, HAND_FRAMES),
    )


def joined_hands(motion: Motion, grasp_frame: int) -> Motion:
    """The motion (B, T, ...) whose hands go on from where they are before `grasp_frame`."""
    after = slice(grasp_frame, None)
    frames = torch.arange(motion.wrist.shape[1] - grasp_frame).to(motion.wrist)
    fade = (1 - rise(frames / JOIN_FRAMES))[:, None, None]

    def joined(values: Tensor) -> Tensor:
        values = values.clone()
        jump = values[:, grasp_frame - 1 : grasp_frame] - values[:, grasp_frame : grasp_frame + 1]
        values[:, after] += fade * jump
        return values

    rotation = motion.rotation.clone()
    back = rotation[:, grasp_frame - 1] @ rotation[:, grasp_frame].transpose(-1, -2)
    correction = rotvec_to_rotmat(fade * rotmat_to_rotvec(back)[:, None])
    rotation[:, after] = correction @ rotation[:, after]
    return replace(
        motion, wrist=joined(motion.wrist), rotation=rotation, hand_pose=joined(motion.hand_pose)
    )


def rise(tau: Tensor) -> Tensor:
    """The minimum-jerk step from 0 (tau <= 0) to 1 (tau >= 1)."""
    tau = tau.clamp(0, 1)
    return tau**3 * (10 - 15 * tau + 6 * tau**2)


def lift(deficit: Tensor) -> Tensor:
    """A smooth curve (T,) that is at least `deficit` (T,) everywhere and 0 where it starts."""
    if float(deficit.max()) == 0:
        return deficit
    high = maximum_filter1d(deficit.cpu().numpy(), 2 * LIFT_FRAMES + 1, mode="nearest")
    curve = gaussian_filter1d(high, LIFT_FRAMES / 3, mode="nearest")
    tau = np.clip(np.arange(len(curve)) / LIFT_FRAMES, 0, 1)
    return torch.as_tensor(curve * tau**2 * (3 - 2 * tau)).to(deficit)
