"""Actions and profiles: shapes of paths that words promise."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.actions import ACTIONS, DIRECTIONS, MANNERS, draw_direction, object_path
from diffh2o_ros.data.profiles import bezier, keyframes, minimum_jerk, rise_and_fall
from diffh2o_ros.data.reaching import plan_reaches, resting_hand
from diffh2o_ros.hands import anatomy

FRAMES = 110
SEEDS = range(12)


def path(action, seed, manner=None, direction="drawn"):
    rng = np.random.default_rng(seed)
    if direction == "drawn":
        direction = draw_direction(action, rng)
    return object_path(action, manner, direction, rng, FRAMES)


def tilt(rotation):
    """Largest angle in degrees between the object's up and the world's."""
    return np.rad2deg(np.arccos(np.clip(rotation[:, 2, 2], -1, 1))).max()


def test_minimum_jerk_is_bell_shaped():
    tau = np.linspace(0, 1, 201)
    speed = np.gradient(minimum_jerk(tau), tau)
    assert minimum_jerk(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0, 0, 0.5, 1, 1]
    assert speed.argmax() == 100 and speed.max() == pytest.approx(1.875, abs=1e-3)
    assert rise_and_fall(np.array([0.0, 0.5, 1.0])).tolist() == [0, 1, 0]


def test_keyframes_pass_through_their_values_and_rest_at_the_end():
    values = np.array([[0.0], [1.0], [0.5]])
    found = keyframes(np.array([0, 10, 30]), values, 50)[:, 0]
    assert found[[0, 10, 30]].tolist() == [0, 1, 0.5] and (found[30:] == 0.5).all()


def test_bezier_ends_at_its_ends():
    points = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_allclose(bezier(points, np.array([0.0, 1.0])), points[[0, 3]])


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("manner", list(MANNERS))
def test_paths_start_at_rest_stay_above_the_table_and_do_not_jump(action, manner):
    for seed in SEEDS:
        found = path(action, seed, manner)
        assert found.position.shape == (FRAMES, 3) and found.rotation.shape == (FRAMES, 3, 3)
        np.testing.assert_allclose(found.position[0], 0, atol=1e-9)
        np.testing.assert_allclose(found.rotation[0], np.eye(3), atol=1e-9)
        assert found.position[:, 2].min() > -1e-9
        step = np.linalg.norm(np.diff(found.position, axis=0), axis=1)
        assert step.max() < 0.06  # 1.8 m/s
        turn = Rotation.from_matrix(found.rotation[:-1].transpose(0, 2, 1) @ found.rotation[1:])
        assert np.rad2deg(turn.magnitude()).max() < 20


def test_each_action_does_what_its_name_says():
    for seed in SEEDS:
        assert 0.09 < path("lift", seed).position[-1, 2] < 0.31
        placed = path("place", seed)
        assert abs(placed.position[-1, 2]) < 1e-6 and placed.position[:, 2].max() > 0.05
        assert np.hypot(*placed.position[-1, :2]) > 0.12
        assert np.linalg.norm(path("pass", seed).position[-1]) > 0.2
        assert tilt(path("pour", seed).rotation) > 60
        assert tilt(path("drink", seed).rotation) > 30
        turned = Rotation.from_matrix(path("inspect", seed).rotation).magnitude()
        assert np.rad2deg(turned).max() > 45


@pytest.mark.parametrize("direction", list(DIRECTIONS))
def test_placing_goes_where_it_is_said(direction):
    for seed in SEEDS:
        end = path("place", seed, direction=direction).position[-1, :2]
        along = np.array(DIRECTIONS[direction])
        assert end @ along > 0.12 and abs(end @ along[::-1]) < 0.05


def test_quick_is_quicker_than_slow():
    def speed(manner):
        moves = [np.diff(path("lift", s, manner).position, axis=0) for s in SEEDS]
        return np.mean([np.linalg.norm(m, axis=1).max() for m in moves])

    assert speed("quickly") > 1.3 * speed(None) > 1.3 * 1.3 * speed("slowly")


def test_reaches_open_before_they_close_and_end_in_the_grasp():
    names, _, low, high = anatomy.degrees_of_freedom()
    rng = np.random.default_rng(4)
    wrist, rotation, _ = resting_hand(rng, -0.05)
    wrist = wrist * [0.2, 0.2, 1.0]
    grasp = np.where(["flexion" in n for n in names], 0.6, 0.0).clip(low, high)
    found = plan_reaches(wrist, rotation, grasp, rng, -0.05, 50)
    for k in range(len(found.wrist)):
        np.testing.assert_allclose(found.wrist[k, -1], wrist, atol=1e-9)
        np.testing.assert_allclose(found.rotation[k, -1], rotation, atol=1e-6)
        np.testing.assert_allclose(found.angles[k, -1], grasp, atol=1e-9)
    flexion = found.angles[0][:, [n.endswith("pip_flexion") for n in names]].mean(1)
    widest = flexion.argmin() / 49
    assert 0.55 < widest < 0.75  # Jeannerod: the aperture peaks at about two thirds
    assert flexion.min() < 0.5 * grasp.max()
