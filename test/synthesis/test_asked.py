"""What the networks and the users are told of a sentence."""

import numpy as np
import pytest

from diffh2o_ros.synthesis.asked import (
    conditioning_text,
    grasping_hands,
    hand_warnings,
    wording_warnings,
)
from diffh2o_ros.synthesis.reaching import _agreed
from diffh2o_ros.synthesis.warning import WarningCode
from diffh2o_ros.text.wording import read_wording

LEFT, RIGHT = 0, 1


@pytest.fixture
def acting(simple_interaction):
    """Results in which the given hands act."""
    path = np.zeros((3, 3))
    return lambda *hands: [simple_interaction(path, path + 0.1, sides=sides) for sides in hands]


def test_the_hand_of_a_target_is_told_where_the_sentence_names_none():
    assert conditioning_text(read_wording("lift it."), LEFT) == "lift it with the left hand"
    assert conditioning_text(read_wording("push it to the left?"), RIGHT) == (
        "push it to the left with the right hand"
    )
    for said in ("your Left hand lifts it", "lift it with both hands", "lift it with one hand"):
        assert conditioning_text(read_wording(said), RIGHT) == said
    assert conditioning_text(read_wording("lift it"), None) == "lift it"


@pytest.mark.parametrize(
    ("task", "hands", "says"),
    [
        ("lift it with the left hand", [("left",)], None),
        ("lift it with the left hand", [("right",)], "the left hand, but the right hand acts"),
        ("lift it, not with the left hand", [("left",)], "the right hand, but the left hand acts"),
        ("lift it with the left hand", [("left", "right")], "the left hand, but both hands act"),
        ("lift it with both hands", [("left",)], "both hands, but the left hand acts"),
        ("lift it with both hands", [("left", "right")], None),
        ("lift it with one hand", [("left", "right")], "one hand, but both hands act"),
        ("lift it with either hand", [("right",)], None),
        ("pass it from the left hand to the right", [("left",)], "both hands, but the left hand"),
        ("pass it from the left hand to the right", [("left", "right")], None),
        ("lift it", [("left",), ("right",), ("left", "right")], None),
    ],
)
def test_hands_other_than_those_that_are_named_are_told(acting, task, hands, says):
    warnings = hand_warnings(read_wording(task), None, acting(*hands))
    assert len(warnings) == (says is not None)
    assert says is None or (says in warnings[0] and warnings[0].code == WarningCode.OTHER_HANDS)


def test_one_warning_names_the_results_of_which_it_is_true(acting):
    results = acting(("left",), ("right",), ("left",), ("left", "right"))
    (warning,) = hand_warnings(read_wording("lift it with the left hand"), None, results)
    assert warning == "the task names the left hand, but others act in samples 1, 3"
    assert warning.samples == (1, 3)


def test_a_target_that_decides_is_told_once(acting):
    wording = read_wording("lift it with the left hand")
    (warning,) = wording_warnings(wording, RIGHT)
    assert warning.code == WarningCode.OTHER_HANDS and "the grasp decides" in warning
    assert not hand_warnings(wording, RIGHT, acting(("right",)))
    assert not wording_warnings(wording, LEFT) and not wording_warnings(wording, None)


def test_candidates_that_grasp_as_named_are_preferred():
    left, one, both, none = (
        grasping_hands(read_wording(f"lift it {how}"), None)
        for how in ("with the left hand", "with one hand", "with both hands", "")
    )
    assert (left, one, both, none) == ({1}, {1, 2}, set(), set())
    assert grasping_hands(read_wording("lift it"), LEFT) == {1}, "as good as said"
    assert not grasping_hands(read_wording("lift it with both hands"), LEFT)
    mostly_both = np.array([3, 3, 1, 3, 2, 3, 3, 2])
    assert _agreed(mostly_both, none) == 3
    assert _agreed(mostly_both, left) == 1
    assert _agreed(mostly_both, one) == 2
    assert _agreed(np.array([3, 3, 2]), left) == 3, "there is none"
