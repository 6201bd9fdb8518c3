import math

import numpy as np
import pytest

from diffh2o_ros.evaluation.diversity import hand_paths, path_distance

STILL = np.zeros((4, 3))


def distance(a, b):
    """Of two interactions, meters."""
    return path_distance(hand_paths(a), hand_paths(b))


@pytest.fixture
def hand_at(simple_interaction):
    """An interaction whose hand stays at y = `shift` meters."""

    def build(shift, frames=4, sides=("right",), object_at=(0, 0, 0), **options):
        path = np.tile(np.asarray(object_at, float), (frames, 1))
        hand = path + [0, shift, 0]
        return simple_interaction(path, hand, sides=sides, subdivisions=1, **options)

    return build


def test_the_distance_is_the_mean_over_frames_in_meters(simple_interaction, hand_at):
    moving = STILL.copy()
    moving[2:, 0] = 0.1
    one, other = hand_at(0.0), simple_interaction(STILL, moving, subdivisions=1)
    assert distance(one, other) == pytest.approx(0.05, abs=1e-6)
    assert distance(other, one) == pytest.approx(0.05, abs=1e-6)
    assert distance(one, one) == 0


def test_keypoints_count_by_their_root_mean_square(hand_at):
    one, other = hand_at(0.0), hand_at(0.0)
    other.hands["right"].joints[:, 4] += np.float32([0.21, 0, 0])
    assert distance(one, other) == pytest.approx(0.21 / math.sqrt(21), rel=1e-5)


def test_the_shorter_motion_stays_in_its_last_frame(simple_interaction, hand_at):
    path = np.zeros((6, 3))
    path[:, 2] = [0, 0, 0.3, 0.3, 0.3, 0.3]
    long = simple_interaction(np.zeros((6, 3)), path, subdivisions=1)
    short = simple_interaction(np.zeros((3, 3)), path[:3], subdivisions=1)
    assert distance(long, short) == 0
    assert distance(long, hand_at(0.0, frames=3)) == pytest.approx(0.2, abs=1e-6)


def test_hands_are_matched_by_side(hand_at):
    both, right = hand_at(0.0, sides=("left", "right")), hand_at(0.1)
    both.hands["left"].joints[:] += np.float32(1.0)
    assert distance(both, right) == pytest.approx(0.1, abs=1e-6), "left: nothing to match"
    left = hand_at(-0.1, sides=("left",))
    assert distance(left, right) == pytest.approx(0.2, abs=1e-6), "hand against hand"


def test_where_the_mesh_has_its_origin_makes_no_difference(hand_at):
    assert distance(hand_at(0.0), hand_at(0.0, object_at=(0.4, 0.1, 0))) < 1e-6
