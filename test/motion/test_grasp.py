"""A target grasp seen from another frame."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.motion.grasp import Grasp, GraspError

TRANSFORM = np.eye(4)
TRANSFORM[:3, :3] = Rotation.from_euler("xyz", [0.4, -1.0, 2.0]).as_matrix()
TRANSFORM[:3, 3] = 0.3, -0.2, 0.5


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_whole_hand_moves_rigidly(side):
    grasp = Grasp(side, [0.3, 0.5, -0.2], [0.1, 0.0, 0.2], np.linspace(-0.3, 0.3, 45))
    hand = OpenHand(side)

    def vertices(grasp):
        return hand(*map(torch.tensor, (grasp.global_orient, grasp.transl, grasp.hand_pose)))[0]

    expected = vertices(grasp).numpy() @ TRANSFORM[:3, :3].T + TRANSFORM[:3, 3]
    np.testing.assert_allclose(vertices(grasp.moved(TRANSFORM)).numpy(), expected, atol=1e-5)


def test_fingertips_move_and_free_fingers_stay_free():
    grasp = Grasp("right", fingertips=[[0.1, 0.0, 0.0], None, None, None, [0.0, 0.1, 0.0]])
    moved = grasp.moved(TRANSFORM).fingertips
    np.testing.assert_allclose(
        moved[[0, 4]], grasp.fingertips[[0, 4]] @ TRANSFORM[:3, :3].T + TRANSFORM[:3, 3], atol=1e-6
    )
    assert np.isnan(moved[1:4]).all()


def test_an_integer_of_any_size_beside_fractions_is_a_number_that_is_too_large():
    with pytest.raises(GraspError, match="m away: give meters"):
        Grasp("right", global_orient=[0, 0, 0], transl=[0, 0.5, 10**20])
