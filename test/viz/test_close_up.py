import numpy as np
import pytest
import trimesh

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.camera import object_middles, towards_camera
from diffh2o_ros.viz.close_up import held_points, towards_close_camera


@pytest.fixture
def at_a_board(simple_interaction):
    """Builds a motion in which a ball as small as a fingertip touches one side of a board."""

    def build(sign):
        up = np.linspace((0, 0, 0), (0, 0, 0.2), 20)
        middle = up[:, None] + np.array([0, 0.014 * sign, 0.1])
        motion = simple_interaction(up, middle[:, 0])
        hand = motion.hands["right"]
        hand.vertices = middle + 0.27 * (hand.vertices - middle)
        board = trimesh.creation.box((0.5, 0.01, 0.4)).apply_translation((0, 0, 0.1))
        fields = {**vars(motion), "object_vertices": board.vertices, "object_faces": board.faces}
        return Interaction(**fields)

    return build


def test_the_side_view_looks_from_where_the_hold_is_seen(at_a_board):
    usual = towards_camera("side", ["right"])
    assert usual[1] > 0
    np.testing.assert_array_equal(towards_close_camera(at_a_board(1), "side"), usual)
    assert towards_close_camera(at_a_board(-1), "side")[1] < 0


def test_the_front_view_stays_where_it_is(at_a_board):
    front = towards_camera("front", ["right"])
    np.testing.assert_array_equal(towards_close_camera(at_a_board(-1), "front"), front)
    with pytest.raises(ValueError, match="view must be one of"):
        towards_close_camera(at_a_board(1), "top")


def test_a_hand_that_is_elsewhere_is_no_part_of_the_hold(simple_interaction):
    up = np.linspace((0, 0, 0), (0, 0, 0.2), 20)
    holding, waiting = (simple_interaction(up, up + np.array([0, y, 0.05])) for y in (0.06, 0.4))
    alone = holding.object_vertices - (0, 0, 0.04)
    assert np.abs(held_points(holding)[:, 1]).max() > 0.08
    assert np.abs(held_points(waiting)).max() <= np.abs(alone).max() + 1e-6
    assert object_middles(waiting)[-1] == pytest.approx((0, 0, 0.24))
