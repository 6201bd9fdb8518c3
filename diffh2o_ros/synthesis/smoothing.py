"""Takes the tremble of the sampler out of a motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from scipy.signal import savgol_filter
from torch import Tensor

from diffh2o_ros.geometry.rotations import matrix_from_6d, rotation_6d
from diffh2o_ros.motion.features import Motion

SMOOTHING_FRAMES = 11


def smooth(values: np.ndarray, window: int = SMOOTHING_FRAMES) -> np.ndarray:
    """Savitzky-Golay smoothing, cubic, of (B, T, ...) along time."""
    return savgol_filter(values, window, 3, axis=1)


def smooth_hands(motion: Motion) -> Motion:
    """The motion (B, T, ...) with its hands smoothed."""

    def tensor(values: np.ndarray) -> Tensor:
        return torch.as_tensor(values).to(motion.wrist)

    six = smooth(rotation_6d(motion.rotation).cpu().numpy())
    return replace(
        motion,
        wrist=tensor(smooth(motion.wrist.cpu().numpy())),
        rotation=matrix_from_6d(tensor(six)),
        hand_pose=tensor(smooth(motion.hand_pose.cpu().numpy())),
    )
