"""People's proportions: places sum to one, and silent sentences are of right hands as a rule."""

import numpy as np
import pytest

from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.data.grasps.habits import LEAST, natural
from diffh2o_ros.data.holding import hand_shares, names_hand
from diffh2o_ros.data.objects import FAMILIES, sample_object
from diffh2o_ros.data.people import ON_HANDLE, RIGHT_SHARE, places, share_named

HANDLED = ("mug", "pitcher", "pan", "knife", "scissors", "hammer", "spatula", "flashlight")


@pytest.mark.parametrize("family", ["mug", "bowl", "hammer", "ball"])
@pytest.mark.parametrize("action", ["lift", "drink", "hammer"])
@pytest.mark.parametrize("has_handle", [True, False])
def test_places_are_shares(family, action, has_handle):
    share = places(family, action, has_handle, low_rim=True)
    assert sum(share.values()) == pytest.approx(1) and min(share.values()) >= 0
    assert has_handle or share["handle"] == 0


def test_what_is_used_is_held_by_the_handle_more_than_what_is_passed():
    for family, (passed, used) in ON_HANDLE.items():
        assert used >= passed or family == "mug"
        assert family in FAMILIES


@pytest.mark.parametrize("family", [*HANDLED, "spray_bottle", "watering_can", "teapot"])
def test_handles_are_marked(family):
    for seed in range(3):
        thing = sample_object(np.random.default_rng(seed), family)
        assert thing.handle is not None and len(thing.handle.points) > 10


@pytest.mark.parametrize("handedness", [0.1, 0.3, 0.6, 0.9, 0.95])
def test_silent_sentences_follow_the_handedness(handedness):
    silent = {
        hand: share * (1 - share_named(hand, handedness, RIGHT_SHARE, wide=False))
        for hand, share in (("right", RIGHT_SHARE), ("left", 1 - RIGHT_SHARE))
    }
    assert silent["right"] / sum(silent.values()) == pytest.approx(handedness)


def turned(palm: float) -> np.ndarray:
    """A right wrist, hand axis level, whose palm has this elevation (degrees), thumb up."""
    c, s = np.cos(np.deg2rad(palm)), np.sin(np.deg2rad(palm))
    back = np.array([0.0, -c, -s])
    forearm = np.array([-1.0, 0.0, 0.0])
    return np.stack([forearm, back, np.cross(forearm, back)], 1)


def test_tall_things_are_taken_from_the_side_and_flat_ones_from_above():
    power = np.full(2, KINDS.index("precision"))
    hands = np.stack([turned(0.0), turned(-75.0)])
    for family, better in (("can", 0), ("phone", 1)):
        thing = sample_object(np.random.default_rng(1), family)
        ease = natural(hands, power, thing.mesh)
        assert ease[better] > ease[1 - better] >= LEAST


def test_hand_words_are_told_from_directions():
    assert names_hand("lift the mug with your left hand") and names_hand("use both hands")
    assert not names_hand("pass the box to the left") and not names_hand("hand me the box")


def test_most_silent_sentences_of_the_data_are_of_one_right_hand(dataset):
    shares = hand_shares(dataset.infos)
    assert shares["right of one hand, no hand named"] > shares["right of one hand, all"]
