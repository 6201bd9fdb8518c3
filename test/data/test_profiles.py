"""Time courses and the curves drawn with them."""

import numpy as np
import pytest

from diffh2o_ros.data.motions.profiles import bezier, minimum_jerk, ramp, skewed, wander


def test_minimum_jerk_is_bell_shaped():
    tau = np.linspace(0, 1, 201)
    speed = np.gradient(minimum_jerk(tau), tau)
    assert minimum_jerk(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0, 0, 0.5, 1, 1]
    assert speed.argmax() == 100 and speed.max() == pytest.approx(1.875, abs=1e-3)


def test_bezier_ends_at_its_ends():
    points = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_allclose(bezier(points, np.array([0.0, 1.0])), points[[0, 3]])


@pytest.mark.parametrize("half", [0.35, 0.42, 0.5, 0.6])
def test_what_is_skewed_is_half_done_and_fastest_early_or_late(half):
    tau = np.linspace(0, 1, 401)
    speed = np.gradient(skewed(tau, half), tau)
    assert skewed(np.array([0.0, half, 1.0, 2.0]), half) == pytest.approx([0, 0.5, 1, 1])
    assert (np.diff(skewed(tau, half)) >= 0).all() and 1.75 < speed.max() < 2.15
    gentle = skewed(tau, half, order=4.0)
    assert gentle[[0, -1]] == pytest.approx([0, 1])
    assert np.gradient(gentle, tau).max() > 1.1 * speed.max()
    fastest = tau[speed.argmax()]
    assert abs(fastest - half) < 0.08 and (fastest <= half) == (half <= 0.5)


def test_ramps_go_each_in_its_own_time():
    found = ramp(np.arange(30.0), np.array([0.0, 10.0]), np.array([10.0, 25.0]))
    assert found.shape == (30, 2) and found[0].tolist() == [0, 0] and found[-1].tolist() == [1, 1]
    assert found[10].tolist() == [1, 0] and 0 < found[15, 1] < 1


def test_wander_is_slow_of_unit_size_and_never_rests():
    noise = np.stack([wander(np.random.default_rng(i), 3, 400) for i in range(30)])
    assert noise.std() == pytest.approx(1, abs=0.1)
    step = np.abs(np.diff(noise, axis=1))
    assert step.max() < 0.3 and np.linalg.norm(step, axis=2).min() > 1e-5
