"""The paper-compatible protocol on a ball of 3 cm radius and a box of 8 cm edge."""

import numpy as np
import pytest

from diffh2o_ros.evaluation.compatible import NUM_FRAMES, compatible_metrics

FRAMES, TOP, RADIUS = 43, 0.08, 0.03


def still(height, frames=FRAMES):
    return np.tile((0.0, 0.0, height), (frames, 1))


def test_a_ball_wholly_inside_fills_its_volume(simple_interaction):
    interaction = simple_interaction(still(0), still(0.04), subdivisions=4)
    figures = compatible_metrics(interaction)
    volume = 4 / 3 * np.pi * RADIUS**3
    assert figures["volume_cm3"] == pytest.approx(1e6 * volume, rel=0.05)
    from_middle = np.abs(interaction.hands["right"].vertices[0] - (0, 0, 0.04)).max(1)
    assert figures["depth_mm"] == pytest.approx(1e3 * (0.04 - from_middle.min()), abs=1e-2)
    assert figures["contact_ratio"] == 0 and figures["penetrating"] == 1


def test_contact_counts_only_in_frames_with_penetration(simple_interaction):
    # 15 frames from 1 on: 1, 4, ... 43. From frame 22 on the ball only touches.
    ball = still(TOP + RADIUS - 0.004, FRAMES + 1)
    ball[22:, 2] = TOP + RADIUS + 0.001
    interaction = simple_interaction(still(0, FRAMES + 1), ball, grasp_frame=1, subdivisions=4)
    figures = compatible_metrics(interaction)
    assert figures["penetrating"] == pytest.approx(7 / NUM_FRAMES)
    assert figures["depth_mm"] == pytest.approx(4 * 7 / NUM_FRAMES, abs=0.05)
    assert figures["contact_ratio"] == pytest.approx(0.009 / (2 * RADIUS), abs=0.02)


def test_without_penetration_there_is_no_contact_ratio(simple_interaction):
    figures = compatible_metrics(simple_interaction(still(0), still(TOP + RADIUS + 0.001)))
    assert "contact_ratio" not in figures
    assert figures == {"depth_mm": 0, "volume_cm3": 0, "penetrating": 0}


def test_hands_are_summed_and_short_motions_have_fewer_frames(simple_interaction):
    one = compatible_metrics(simple_interaction(still(0, 4), still(0.04, 4)))
    two = simple_interaction(still(0, 4), still(0.04, 4), sides=("left", "right"))
    assert compatible_metrics(two)["volume_cm3"] == pytest.approx(2 * one["volume_cm3"])
