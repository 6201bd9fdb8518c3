"""Hold: friction cones against gravity, with answers known by hand."""

import numpy as np

from diffh2o_ros.contact.hold import FRICTION, hold_residual

CENTER, LEVER = np.zeros(3), 0.1


def test_nothing_or_one_contact_drops():
    assert hold_residual(np.zeros((0, 3)), np.zeros((0, 3)), CENTER, LEVER) == 1.0
    assert hold_residual(np.array([[0.03, 0, 0]]), np.array([[1.0, 0, 0]]), CENTER, LEVER) == 1.0


def three_around():
    angle = np.deg2rad([0, 120, 240])
    normals = np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1)
    return 0.03 * normals, normals


def test_three_contacts_around_a_can_hold_it():
    points, normals = three_around()
    assert hold_residual(points, normals, CENTER, LEVER) < 0.1


def test_contacts_on_one_side_do_not():
    points = np.array([[0.03, 0.0, 0.0], [0.03, 0.02, 0.0], [0.03, 0.0, 0.02]])
    normals = np.repeat([[1.0, 0.0, 0.0]], 3, axis=0)
    assert hold_residual(points, normals, CENTER, LEVER) > 0.5


def test_a_wedge_steeper_than_friction_slips_out():
    # Two fingers on faces that open downward by more than the friction angle squeeze it out.
    steep = np.arctan(FRICTION) + np.deg2rad(15)
    normals = np.array(
        [
            [np.cos(steep), 0, np.sin(steep)],
            [-np.cos(steep), 0, np.sin(steep)],
            [0, np.cos(steep), np.sin(steep)],
            [0, -np.cos(steep), np.sin(steep)],
        ]
    )
    points = 0.03 * normals
    assert hold_residual(points, normals, CENTER, LEVER) > 0.5


def test_far_from_the_center_a_pinch_cannot_hold_the_torque():
    points = np.array([[0.3, 0.01, 0.0], [0.3, -0.01, 0.0]])
    normals = np.array([[0, 1.0, 0], [0, -1.0, 0]])
    near = hold_residual(points - [0.3, 0, 0], normals, CENTER, LEVER)
    assert hold_residual(points, normals, CENTER, LEVER) > near + 0.3
