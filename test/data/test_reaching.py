"""Reaches open before they close, end in the grasp, and keep off object and table."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.actions import ObjectPath
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.hand_pose import HandPose, carried, still
from diffh2o_ros.data.motions.reaching import MODEL, choose_reach, plan_reaches, resting_hand
from diffh2o_ros.data.objects import sample_object
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror

FRAMES = 50
NAMES, _, LOW, HIGH = anatomy.degrees_of_freedom()


class Ball:
    """The exact field of a ball at the origin."""

    def __init__(self, radius):
        self.radius = radius

    def query(self, points):
        return points.norm(dim=-1) - self.radius


def grasp(seed=4):
    rest = resting_hand(np.random.default_rng(seed), -0.05)
    angles = np.where(["flexion" in n for n in NAMES], 0.6, 0.0).clip(LOW, HIGH)
    return HandPose(rest.wrist * [0.35, 0.35, 1.0], rest.rotation, angles)


def test_reaches_open_before_they_close_and_end_in_the_grasp():
    rng = np.random.default_rng(4)
    end = grasp()
    found = plan_reaches(end, resting_hand(rng, -0.05), rng, FRAMES)
    for k in range(len(found)):
        np.testing.assert_allclose(found.wrist[k, -1], end.wrist, atol=1e-9)
        np.testing.assert_allclose(found.rotation[k, -1], end.rotation, atol=1e-6)
        np.testing.assert_allclose(found.angles[k, -1], end.angles, atol=1e-9)
    flexion = found.angles[0][:, [n.endswith("pip_flexion") for n in NAMES]].mean(1)
    widest = flexion.argmin() / (FRAMES - 1)
    assert 0.55 < widest < 0.75  # Jeannerod: the aperture peaks at about two thirds
    assert flexion.min() < 0.5 * end.angles.max()


def test_a_reach_that_is_chosen_collides_with_nothing():
    rng = np.random.default_rng(2)
    end, ball = grasp(), Ball(0.03)
    found = choose_reach(plan_reaches(end, resting_hand(rng, -0.05), rng, FRAMES), ball, -0.05)
    spheres = MODEL.place(*found.kinematics())[0]
    assert float((MODEL.radius - ball.query(spheres)).max()) < 0.003
    assert float((-0.05 + MODEL.radius - spheres[..., 2]).max()) < 0.0015
    with torch.no_grad():
        swallowed = Ball(0.3)  # the grasp itself lies inside
        assert choose_reach(plan_reaches(end, end, rng, FRAMES), swallowed, -0.05) is None


@pytest.mark.parametrize("seed", range(5))
def test_rest_is_beside_the_person_above_the_table(seed):
    rest = resting_hand(np.random.default_rng(seed), -0.05)
    assert rest.wrist[0] < -0.2 and rest.wrist[1] < -0.1 and rest.wrist[2] > 0.0
    assert ((rest.angles >= LOW) & (rest.angles <= HIGH)).all()


def test_paths_follow_one_another_and_a_held_hand_follows_its_object():
    hand = grasp()
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    path = ObjectPath(np.array([[0.0, 0, 0], [0, 0, 0.1]]), np.stack([np.eye(3), turn]))
    whole = still(hand, 3) + carried(hand, path)
    assert len(whole) == 5 and len(whole[1:4]) == 3
    np.testing.assert_allclose(whole[-1].wrist, turn @ hand.wrist + [0, 0, 0.1])
    np.testing.assert_allclose(whole[::-1].wrist[-1], hand.wrist)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_field_of_a_turned_object_is_that_of_its_mesh(mirrored):
    thing = sample_object(np.random.default_rng(7), "cup")
    turn = Rotation.from_rotvec([0.4, -0.2, 0.9]).as_matrix()
    points = np.random.default_rng(0).uniform(-0.06, 0.06, (2, 50, 3))
    field = GraspedObject(thing, None).field(turn, mirrored)
    found = field.query(torch.as_tensor(points, dtype=torch.float32)).numpy()
    seen = mirror(points) if mirrored else points
    exact = exact_signed_distance(thing.mesh, (seen @ turn + thing.mesh.center).reshape(-1, 3))
    np.testing.assert_allclose(found.ravel(), exact, atol=0.002)
