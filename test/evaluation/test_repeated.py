"""Judges of what is repeated, brought to the face or turned: paths that do it, and near misses."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from diffh2o_ros.evaluation.strokes import oscillation_cm, turning_points
from diffh2o_ros.evaluation.success import JUDGED, task_success
from diffh2o_ros.evaluation.tasks import ACTIONS

BESIDE = np.array([0.07, 0, 0.04])  # where a ball of a hand touches a box (edge 8 cm)


@pytest.fixture
def moved(simple_interaction):
    """A box that goes through points, (x, y, z) or (x, y, z, frames it takes to get there), in
    smooth moves at 30 frames a second, and rests at either end; turned, meanwhile, by degrees."""

    def build(*points, degrees=0.0, axis=(0, 0, 1), away=0.0, text=""):
        path = [np.zeros((4, 3))]
        for point in points:
            *goal, frames = point if len(point) == 4 else (*point, 20)
            t = np.linspace(0, 1, frames + 1)[1:, None]
            ease = t**3 * (10 - 15 * t + 6 * t**2)
            path.append(path[-1][-1] + ease * (np.array(goal) - path[-1][-1]))
        path = np.concatenate([*path, np.repeat(path[-1][-1:], 9, 0)])
        interaction = simple_interaction(path, path + BESIDE + [away, 0, 0])
        turns = np.interp(np.arange(len(path)), [4, len(path) - 9], [0, np.deg2rad(degrees)])
        for pose, angle in zip(interaction.object_pose, turns, strict=True):
            pose[:] = pose @ trimesh.transformations.rotation_matrix(angle, axis, (0, 0, 0.04))
        return replace(interaction, text=text)

    return build


def strokes(at, by, count, frames):
    """To and fro about a point, and back to it."""
    at, by = np.array(at), np.array(by)
    ways = [(*(at + by * (-1) ** i), frames) for i in range(count)]
    return [tuple(at), *ways, tuple(at)]


UP = (0, 0, 0.15)
ONCE, TWICE = "hit it once", "twice, please"


@pytest.mark.parametrize(
    ("action", "points", "settings", "done"),
    [
        ("shake", strokes(UP, (0, 0, 0.03), 5, 8), {}, True),
        ("shake", strokes(UP, (0.02, 0.02, 0), 5, 8), {}, True),
        ("shake", [UP, (*UP, 50)], {}, False),  # lifted and held still
        ("shake", strokes(UP, (0, 0, 0.01), 5, 8), {}, False),  # a tremble
        ("shake", strokes(UP, (0, 0, 0.03), 5, 25), {}, False),  # slowly about
        ("shake", strokes((0, 0, 0), (0.05, 0, 0), 5, 8), {}, False),  # on the table
        ("shake", strokes(UP, (0, 0, 0.03), 2, 8), {}, False),
        ("shake", strokes(UP, (0, 0, 0.03), 3, 8), {"text": ONCE}, True),
        ("wipe", strokes((0, 0, 0), (0, 0.06, 0), 4, 12), {}, True),
        ("wipe", strokes((0, 0, 0.03), (0, 0.06, 0), 4, 12), {}, False),  # above the table
        ("wipe", strokes((0, 0, 0), (0, 0.01, 0), 4, 12), {}, False),  # hardly
        ("wipe", [(0.2, 0, 0)], {}, False),  # pushed aside
        ("wipe", strokes((0, 0, 0), (0, 0.06, 0), 4, 12), {"away": 0.1}, False),  # by no hand
        ("wipe", [UP, (*UP, 50)], {}, False),
        ("stamp", [(0, 0, 0.06), (0, 0, 0), (0, 0, 0.06)], {}, True),
        ("stamp", [(0, 0, 0.06), (0, 0, 0)], {}, False),  # put back
        ("stamp", [(0, 0, 0.06), (0, 0, 0.02), (0, 0, 0.06)], {}, False),  # not down
        ("stamp", [(0, 0, 0.06), (0, 0, 0), (0.06, 0, 0), (0, 0, 0.06)], {}, False),  # wiped
        ("stamp", [UP, (*UP, 50)], {}, False),
        ("hammer", [UP, (0, 0, 0.04, 7), (*UP, 12), (0, 0, 0.04, 7), UP], {}, True),
        ("hammer", [UP, (0, 0, 0.04, 7), (*UP, 12)], {}, False),  # one blow
        ("hammer", [UP, (0, 0, 0.04, 7), (*UP, 12)], {"text": ONCE}, True),
        ("hammer", [UP, (0, 0, 0.04, 7), (*UP, 12)], {"text": TWICE}, False),
        ("hammer", [UP, (0, 0, 0.04, 30), UP, (0, 0, 0.04, 30), UP], {}, False),  # no blows
        ("hammer", strokes((0, 0, 0.3), (0, 0, 0.08), 6, 7), {}, False),  # in the air
        ("hammer", [UP, (*UP, 50)], {}, False),
        ("toast", [(0, 0, 0.25), (0.05, 0, 0.25), (0, 0, 0.25)], {}, True),
        ("toast", [(0, 0, 0.25), (0, 0, 0.25, 40)], {}, False),  # only lifted
        ("toast", [(0, 0, 0.1), (0.05, 0, 0.1), (0, 0, 0.1)], {}, False),  # low
        (
            "toast",
            [(0, 0, 0.25), (0.05, 0, 0.25), (0, 0, 0.25)],
            {"degrees": 60, "axis": (0, 1, 0)},
            False,
        ),  # spilled
        ("eat", [(-0.28, 0, 0.36), (-0.28, 0, 0.36)], {}, True),
        ("eat", [(-0.28, 0, 0.47), (-0.28, 0, 0.47)], {}, False),  # at the eyes
        ("eat", [(0, 0, 0.36), (0, 0, 0.36)], {}, False),  # not brought
        ("look_through", [(-0.28, 0, 0.43), (-0.28, 0, 0.43)], {}, True),
        ("look_through", [(-0.28, 0, 0.31), (-0.28, 0, 0.31)], {}, False),  # at the mouth
        ("call", [(-0.42, -0.15, 0.4), (-0.42, -0.15, 0.4)], {}, True),
        ("call", [(-0.28, 0, 0.4), (-0.28, 0, 0.4)], {}, False),  # before the face
        ("rotate", [(0, 0, 0.02), (0, 0, 0)], {"degrees": 60}, True),
        ("rotate", [(0, 0, 0.02), (0, 0, 0)], {"degrees": 20}, False),
        ("rotate", [(0, 0, 0.1)], {"degrees": 60}, False),  # in the air in the end
        ("rotate", [(0, 0, 0.02), (0, 0, 0)], {"degrees": 90, "axis": (1, 0, 0)}, False),
        ("rotate", [(0, 0, 0)], {"degrees": 60, "text": "turn it counterclockwise"}, True),
        ("rotate", [(0, 0, 0)], {"degrees": 60, "text": "turn it anti-clockwise"}, True),
        ("rotate", [(0, 0, 0)], {"degrees": 60, "text": "turn it clockwise"}, False),
        ("rotate", [(0, 0, 0)], {"degrees": -60, "text": "turn it clockwise"}, True),
        ("turn_over", [UP, (0, 0, 0)], {"degrees": 180, "axis": (1, 0, 0)}, True),
        ("turn_over", [UP, (0, 0, 0)], {"degrees": 90, "axis": (1, 0, 0)}, False),  # on its side
        ("turn_over", [UP], {"degrees": 180, "axis": (1, 0, 0)}, True),  # held so
        ("turn_over", [UP], {"degrees": 120, "axis": (1, 0, 0)}, False),
        ("turn_over", [UP, (0, 0, 0)], {"degrees": 180}, False),  # about the vertical
    ],
)
def test_tasks_are_done_or_nearly(moved, action, points, settings, done):
    assert task_success(moved(*points, **settings), action) is done


def test_every_action_is_judged():
    assert set(JUDGED) == set(ACTIONS)


def test_turning_points_are_extremes_of_wide_enough_swings():
    values = [0, 1, 2, 1.8, 2.2, 0, 0.1, 3]
    assert turning_points(np.array(values), 1.0) == [0, 4, 5, 7]
    assert turning_points(np.array(values), 9.0) == []
    assert turning_points(np.array([]), 1.0) == []


def test_oscillation_is_what_goes_to_and_fro_beside_the_lift(moved):
    shaken = oscillation_cm(moved(*strokes(UP, (0, 0, 0.03), 8, 8)))
    assert shaken == pytest.approx(6, abs=1)
    still = oscillation_cm(moved(UP, (*UP, 60)))
    assert still < shaken / 2
    wiped = oscillation_cm(moved(*strokes((0, 0, 0), (0, 0.06, 0), 8, 12)))
    assert 6 < wiped < 12
