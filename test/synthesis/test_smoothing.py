"""Smoothing takes out what trembles, and leaves fingers that move one after another."""

import numpy as np
import torch

from diffh2o_ros.data.motions.profiles import ramp
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.synthesis.smoothing import smooth_hands

FRAMES = 50


def motion_of(hand_pose):
    """Two hands that are still but for their right hand's joints (T, 45)."""
    still = torch.eye(3).expand(1, FRAMES, 2, 3, 3)
    pose = torch.zeros(1, FRAMES, 2, 45)
    pose[0, :, 1] = torch.as_tensor(hand_pose)
    return Motion(
        torch.zeros(1, FRAMES, 2, 3), still, pose, torch.zeros(1, FRAMES, 3), still[:, :, 0]
    )


def smoothed(hand_pose):
    return smooth_hands(motion_of(hand_pose)).hand_pose[0, :, 1].numpy()


def test_fingers_that_close_one_after_another_stay_apart():
    starts = np.linspace(20, 38, 45)
    closing = ramp(np.arange(FRAMES, dtype=float), starts, starts + 8)
    before, after = np.diff(closing, axis=0), np.diff(smoothed(closing), axis=0)
    assert (after.max(0) / before.max(0)).min() > 0.93
    correlation = [np.corrcoef(speeds.T)[0, 1::4] for speeds in (before, after)]
    np.testing.assert_allclose(*correlation, atol=0.07)


def test_what_trembles_is_stilled():
    noise = np.random.default_rng(0).normal(0, 0.01, (FRAMES, 45))
    jerk = [np.diff(pose, 3, axis=0).std() for pose in (noise, smoothed(noise))]
    assert jerk[1] < 0.25 * jerk[0]
