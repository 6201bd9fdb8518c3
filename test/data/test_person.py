"""Strain of an arm: what people do is easy, what they cannot do is not."""

import numpy as np
import pytest

from diffh2o_ros.data.motions.person import Person, draw_person, strain
from diffh2o_ros.data.motions.resting import hand_rotation
from diffh2o_ros.hands.mirror import mirror, mirror_wrist

PERSON = Person(head=np.array([-0.42, 0, 0.45]), shoulder=np.array([-0.46, -0.19, 0.22]))


def hand(forearm, dorsal):
    return hand_rotation(np.array(forearm, float), np.array(dorsal, float))


EASY = {
    "palm down on the table": ((-0.1, -0.1, 0.05), hand((-1, -0.4, 0.2), (0, 0, 1))),
    "thumb up beside a can": ((-0.1, -0.1, 0.08), hand((-1, -0.4, 0.1), (0, -1, 0))),
    "a cup at the mouth": ((-0.26, -0.12, 0.36), hand((-0.2, -0.5, -1), (0.3, -1, 0))),
}
STRAINED = {
    "fingers back to oneself": ((0.1, -0.1, 0.15), hand((1, -0.4, 0.1), (0, 0, 1))),
    "back of the hand to the left": ((-0.1, -0.1, 0.15), hand((-1, -0.4, 0.1), (0, 1, 0))),
    "far out of reach": ((0.7, -0.1, 0.1), hand((-1, -0.1, 0.1), (0, 0, 1))),
}


@pytest.mark.parametrize("name", EASY)
def test_what_people_do_is_easy(name):
    wrist, rotation = EASY[name]
    assert strain(PERSON, np.array(wrist), rotation) < 0.95


@pytest.mark.parametrize("name", STRAINED)
def test_what_people_do_not_do_is_not(name):
    wrist, rotation = STRAINED[name]
    assert strain(PERSON, np.array(wrist), rotation) > 1.1


def test_the_left_arm_is_the_mirror_image_of_the_right():
    for wrist, rotation in (EASY | STRAINED).values():
        right = strain(PERSON, np.array(wrist), rotation)
        left = strain(PERSON, mirror(np.array(wrist)), mirror_wrist(rotation), side="left")
        assert left == pytest.approx(right, abs=1e-9)


def test_many_poses_at_once_are_as_one_by_one():
    cases = list((EASY | STRAINED).values())
    wrists, turns = np.array([w for w, _ in cases]), np.stack([r for _, r in cases])
    one_by_one = [strain(PERSON, np.array(w), r) for w, r in cases]
    np.testing.assert_allclose(strain(PERSON, wrists, turns), one_by_one, atol=1e-12)


def test_everybody_sits_before_the_table():
    for seed in range(20):
        somebody = draw_person(np.random.default_rng(seed), -0.05)
        assert somebody.head[0] < -0.3 and somebody.mouth[0] > somebody.head[0]
        assert somebody.ear("left")[1] > 0 > somebody.ear("right")[1]
        assert somebody.mouth[2] < somebody.eye("right")[2]
        assert 0.3 < somebody.mouth[2] + 0.05 < 0.5
