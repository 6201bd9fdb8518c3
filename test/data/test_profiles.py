"""Time courses and the curves drawn with them."""

import numpy as np
import pytest

from diffh2o_ros.data.motions.profiles import bezier, minimum_jerk


def test_minimum_jerk_is_bell_shaped():
    tau = np.linspace(0, 1, 201)
    speed = np.gradient(minimum_jerk(tau), tau)
    assert minimum_jerk(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])).tolist() == [0, 0, 0.5, 1, 1]
    assert speed.argmax() == 100 and speed.max() == pytest.approx(1.875, abs=1e-3)


def test_bezier_ends_at_its_ends():
    points = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_allclose(bezier(points, np.array([0.0, 1.0])), points[[0, 3]])
