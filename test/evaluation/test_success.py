"""Task success and hand choice of a box (edge 8 cm) that a ball of a hand carries about."""

import numpy as np
import pytest
import trimesh

from diffh2o_ros.evaluation.displacement import Displacement
from diffh2o_ros.evaluation.holding import holding_sides, right_hands
from diffh2o_ros.evaluation.success import task_success

FRAMES = 30
BESIDE = np.array([0.07, 0, 0.04])  # where a tip of the ball touches a side of the box


def way(*points, frames=FRAMES):
    """(T, 3) through the points, and at rest in the last one for the last 5 frames."""
    times = np.linspace(0, frames - 6, len(points))
    at = np.minimum(np.arange(frames), frames - 6)
    return np.stack([np.interp(at, times, axis) for axis in np.transpose(points)], 1)


@pytest.fixture
def carried(simple_interaction):
    """A box that moves through points, turned by an angle about an axis through its middle."""

    def build(*points, degrees=0.0, axis=(0, 1, 0), **settings):
        path = way(*points)
        interaction = simple_interaction(path, path + BESIDE, **settings)
        for frame, angle in enumerate(np.linspace(0, np.deg2rad(degrees), FRAMES)):
            turn = trimesh.transformations.rotation_matrix(angle, axis, (0, 0, 0.04))
            interaction.object_pose[frame] = interaction.object_pose[frame] @ turn
        return interaction

    return build


def test_path_of_a_box_that_is_turned_in_the_air(carried):
    moved = Displacement.of(carried((0, 0, 0), (0.3, 0.4, 0.2), degrees=90))
    assert moved.support == 0
    np.testing.assert_allclose(moved.center[0], (0, 0, 0.04), atol=1e-6)
    assert moved.floor[0] == pytest.approx(0, abs=1e-6)
    assert moved.floor[-1] == pytest.approx(0.2, abs=1e-6)
    assert moved.top[-1] == pytest.approx(0.28, abs=1e-6)
    assert moved.travel[-1] == pytest.approx(0.5, abs=1e-6)
    assert np.rad2deg(moved.tilt[-1]) == pytest.approx(90, abs=0.1)
    upright = Displacement.of(carried((0, 0, 0), (0, 0, 0.1), degrees=90, axis=(0, 0, 1)))
    assert upright.tilt.max() < 1e-3
    assert np.rad2deg(upright.rotation[-1]) == pytest.approx(90, abs=0.1)


@pytest.mark.parametrize(
    ("action", "points", "degrees", "done"),
    [
        ("lift", [(0, 0, 0), (0, 0, 0.051)], 0, True),
        ("lift", [(0, 0, 0), (0.3, 0, 0.049)], 0, False),
        ("pass", [(0, 0, 0), (0.15, 0.15, 0.1)], 0, True),
        ("pass", [(0, 0, 0), (0.1, 0, 0.3)], 0, False),
        ("pour", [(0, 0, 0), (0, 0, 0.2)], 61, True),
        ("pour", [(0, 0, 0), (0, 0, 0.2)], 59, False),
        ("inspect", [(0, 0, 0), (0, 0, 0.2)], 46, True),
        ("inspect", [(0, 0, 0), (0, 0, 0.2)], 44, False),
        ("drink", [(0, 0, 0), (0, 0, 0.35)], 60, True),
        ("drink", [(0, 0, 0), (0, 0, 0.35)], 20, False),
        ("drink", [(0, 0, 0), (0, 0, 0.20)], 60, False),
        ("place", [(0, 0, 0), (0.05, 0, 0.1), (0.1, 0, 0)], 0, True),
        ("place", [(0, 0, 0), (0.1, 0, 0)], 0, False),  # pushed
        ("place", [(0, 0, 0), (0.05, 0, 0.1), (0.05, 0, 0)], 0, False),  # not far
        ("place", [(0, 0, 0), (0.1, 0, 0.1), (0.2, 0, 0.02)], 0, False),  # in the air
        ("pass", [(0, 0, 0), (-0.3, 0, 0.1)], 0, False),  # to oneself
        ("inspect", [(0, 0, 0), (0, 0, 0)], 60, False),  # on the table
        ("juggle", [(0, 0, 0), (0.1, 0, 0)], 0, None),
        (None, [(0, 0, 0), (0, 0, 0.3)], 0, None),
    ],
)
def test_tasks_are_done_or_not(carried, action, points, degrees, done):
    assert task_success(carried(*points, degrees=degrees), action) is done


def test_what_still_moves_in_the_end_is_not_set_down(carried):
    interaction = carried((0, 0, 0), (0.05, 0, 0.1), (0.1, 0, 0))
    interaction.object_pose[-2:, 0, 3] += 0.01
    assert task_success(interaction, "place") is False


def hand_over(interaction, giver, taker):
    """The taker comes in at frame 12, and the giver leaves from frame 18 on."""
    for side, away in ((giver, slice(18, None)), (taker, slice(0, 12))):
        hand = interaction.hands[side]
        hand.joints[away] += np.float32(0.3)
        hand.vertices[away] += np.float32(0.3)
    return interaction


def test_a_hand_over_changes_the_holding_hand(carried):
    points, both = [(0, 0, 0), (0, 0, 0.3)], ("left", "right")
    given = hand_over(carried(*points, sides=both), "right", "left")
    assert task_success(given, "offhand") is True
    assert right_hands(given, "offhand", "right") is True
    assert right_hands(given, "offhand", "left") is False
    assert holding_sides(given) == both
    assert task_success(carried(*points, sides=both), "offhand") is False
    assert task_success(carried(*points), "offhand") is False


def test_hand_choice_is_by_the_hands_that_hold(carried, simple_interaction):
    points = [(0, 0, 0), (0, 0, 0.3)]
    left = carried(*points, sides=("left",))
    assert right_hands(left, "lift", "left") is True
    assert right_hands(left, "lift", "right") is False
    assert right_hands(left, "lift", "both") is False
    assert right_hands(left, "lift", None) is None
    both = carried(*points, sides=("left", "right"))
    assert right_hands(both, "lift", "both") is True
    assert right_hands(both, "lift", "left") is False
    path = way(*points)
    far = simple_interaction(path, path + 2 * BESIDE)
    assert holding_sides(far) == () and right_hands(far, "lift", "right") is False
