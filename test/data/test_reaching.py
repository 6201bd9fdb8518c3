"""Reaches open before they close, end in the grasp, and keep off object and table."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.actions import ObjectPath
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.hand_pose import HandPose, carried, still
from diffh2o_ros.data.motions.person import Person
from diffh2o_ros.data.motions.reaching import choose_reach, plan_ways
from diffh2o_ros.data.motions.resting import MODEL, draw_rest, hand_rotation
from diffh2o_ros.data.motions.timing import draw_reach, reach_seconds
from diffh2o_ros.data.objects import sample_object
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror

FRAMES = 50
SUPPORT = -0.05
PERSON = Person(head=np.array([-0.42, 0, 0.40]), shoulder=np.array([-0.46, -0.19, 0.17]))
NAMES, _, LOW, HIGH = anatomy.degrees_of_freedom()


class Ball:
    """The exact field of a ball."""

    def __init__(self, radius, center):
        self.radius, self.center = radius, torch.as_tensor(center, dtype=torch.float32)

    def query(self, points):
        return (points - self.center).norm(dim=-1) - self.radius


def draw(seed, frames=FRAMES, seconds=0.9):
    """A rest, a grasp that is not it, and when a reach between them happens."""
    rng = np.random.default_rng(seed)
    rest = draw_rest(rng, SUPPORT, PERSON)
    angles = np.where(["flexion" in n for n in NAMES], 0.6, 0.0).clip(LOW, HIGH)
    wrist = np.array([-0.13, -0.06, 0.06])
    hand = HandPose(wrist, hand_rotation(np.array([-1, -0.4, 0.2]), np.array([0, -1, 0.5])), angles)
    return rest, hand, draw_reach(rng, frames, seconds), rng


def grasp():
    return draw(4)[1]


@pytest.mark.parametrize("seed", range(6))
def test_reaches_start_at_the_rest_and_end_in_the_grasp(seed):
    rest, end, timing, rng = draw(seed)
    for ways in plan_ways(end, rest, timing, rng):
        assert len(ways.wrist) > 10
        np.testing.assert_allclose(ways.wrist[:, -1], np.repeat([end.wrist], len(ways.wrist), 0))
        np.testing.assert_allclose(ways.rotation[-1], end.rotation, atol=1e-6)
        np.testing.assert_allclose(ways.angles[:, -1] - end.angles, 0, atol=1e-9)
        still = rest.path(FRAMES)
        waits = slice(0, int(timing.start))
        np.testing.assert_allclose(ways.wrist[0, waits], still.wrist[waits], atol=1e-9)


def test_the_first_way_is_low_and_straight():
    heights, detours = [], []
    for seed in range(40):
        rest, end, timing, rng = draw(seed)
        way = plan_ways(end, rest, timing, rng)[0].wrist[0, int(timing.start) :]
        chord = np.linalg.norm(way[-1] - way[0])
        line = way[0] + (way[-1] - way[0]) * (np.linalg.norm(way - way[0], axis=1)[:, None] / chord)
        heights.append((way - line)[:, 2].max() / chord)
        detours.append(np.linalg.norm(np.diff(way, axis=0), axis=1).sum() / chord)
    assert np.median(heights) < 0.09 and np.quantile(detours, 0.9) < 1.3


def test_fingers_open_arrive_one_after_another_and_tighten():
    apart, correlation = [], []
    for seed in range(40):
        rest, end, timing, rng = draw(seed)
        angles = plan_ways(end, rest, timing, rng)[0].angles[0]
        fingers = np.stack(
            [
                angles[:, [n.startswith(f) and "flexion" in n for n in NAMES]].sum(1)
                for f in ("index", "middle", "ring", "little")
            ],
            1,
        )
        assert (fingers.min(0) < fingers[-1] - 0.2).all()  # wider than the grasp before it
        arrives = (np.abs(fingers - fingers[-1]) > 0.15).cumsum(0).argmax(0)
        apart.append(np.ptp(arrives) / 30)
        speeds = np.corrcoef(np.diff(fingers[int(timing.start) :], axis=0).T)
        correlation.append(speeds[np.triu_indices(4, 1)].mean())
        assert (np.abs(np.diff(fingers[-4:-1], axis=0)).max(0) > 1e-5).all()
    assert 0.07 < np.median(apart) < 0.4
    assert 0.2 < np.median(correlation) < 0.75


def test_far_and_small_things_take_longer():
    def seconds(*args):
        return np.median([reach_seconds(*args, np.random.default_rng(i)) for i in range(50)])

    usual = seconds(0.36, 0.06, 1.0)
    assert 0.75 < usual < 1.1
    assert seconds(0.5, 0.06, 1.0) > usual > seconds(0.2, 0.06, 1.0)
    assert seconds(0.36, 0.02, 1.0) > usual > seconds(0.36, 0.12, 1.0)
    assert seconds(0.36, 0.06, 1.4) > 1.2 * usual > 1.2 * 1.2 * seconds(0.36, 0.06, 0.72)


@pytest.mark.parametrize("seed", range(4))
def test_a_reach_that_is_chosen_collides_with_nothing(seed):
    rest, end, timing, rng = draw(seed)
    # The largest ball that the hand can hold there.
    middle = end.rotation @ [-0.095, -0.045, 0.01] + end.wrist
    gap = Ball(0.0, middle).query(MODEL.place(*end.kinematics())[0]) - MODEL.radius
    ball = Ball(float(gap.min()) - 0.001, middle)
    assert ball.radius > 0.01
    ways = plan_ways(end, rest, timing, rng)
    found = choose_reach(ways, ball, SUPPORT, timing)
    spheres = MODEL.place(*found[:].kinematics())[0]
    assert float((MODEL.radius - ball.query(spheres)).max()) < 0.0035
    moving = spheres[int(timing.start) :, :, 2]
    assert float((SUPPORT + MODEL.radius - moving).max()) < 0.0015
    swallowed = Ball(0.3, np.zeros(3))  # the grasp itself lies inside
    assert choose_reach(ways, swallowed, SUPPORT, timing) is None


def test_what_is_in_the_way_is_gone_around():
    rest, end, timing, rng = draw(3)
    end.wrist[0] += 0.25
    ways = plan_ways(end, rest, timing, rng)
    straight = choose_reach(ways, Ball(0.01, np.array([0, 0, 9.0])), SUPPORT, timing)
    middle = straight.wrist[np.abs(straight.wrist[:, 0] + 0.05).argmin()]
    around = choose_reach(ways, Ball(0.015, middle), SUPPORT, timing)
    assert around.wrist[:, 2].max() > straight.wrist[:, 2].max() + 0.02


def test_rests_are_many_above_the_table_and_at_ease():
    rests = [draw_rest(np.random.default_rng(seed), SUPPORT, PERSON) for seed in range(60)]
    angles = np.stack([rest.pose.angles for rest in rests])
    assert ((angles >= LOW) & (angles <= HIGH)).all()
    flexed = np.array(["flexion" in n for n in NAMES])
    assert np.rad2deg(angles.std(0))[flexed].mean() > 10
    wrists = np.stack([rest.pose.wrist for rest in rests])
    assert (wrists[:, 0] < -0.2).all() and (wrists[:, 1] < -0.05).all()
    dorsal = np.stack([rest.pose.rotation[:, 1] for rest in rests])
    assert (dorsal[:, 2] > 0.8).sum() > 8 and (dorsal[:, 1] < -0.7).sum() > 8  # palm down, thumb up
    lowest = []
    for rest in rests:
        spheres = MODEL.place(*rest.path(200)[::5].kinematics())[0]
        low = (spheres[..., 2] - MODEL.radius).amin(1) - SUPPORT
        lowest.append(float(low.min()))
        if low[0] < 0.002:  # and stays there, wherever it shifts to
            assert float(low.max()) < 0.004
    assert min(lowest) > -0.0005 and np.mean(np.array(lowest) < 0.02) > 0.7  # most lie on it
    # None floats as a fist.
    high = np.array(lowest) > 0.03
    assert np.rad2deg(angles[high][:, flexed].mean(1)).max(initial=0) < 45


def test_a_hand_that_rests_is_never_still_and_does_not_hurry():
    for seed in range(10):
        path = draw_rest(np.random.default_rng(seed), SUPPORT, PERSON).path(200)
        step = np.linalg.norm(np.diff(path.wrist, axis=0), axis=1)
        bend = np.abs(np.diff(path.angles, axis=0)).max(1)
        assert step.min() > 1e-6 and bend.min() > 1e-6
        assert step.max() < 0.004 and bend.max() < np.deg2rad(2)


def test_rests_keep_away_from_the_object():
    ball = Ball(0.12, np.array([-0.2, -0.1, 0.05]))
    for seed in range(10):
        rest = draw_rest(np.random.default_rng(seed), SUPPORT, PERSON, ball)
        spheres = MODEL.place(*rest.pose.kinematics())[0]
        assert float((ball.query(spheres) - MODEL.radius).min()) > 0.03


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
