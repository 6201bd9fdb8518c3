"""Actions: paths that do what their names say, from a rest on the table."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.actions import (
    ACTIONS,
    DIRECTIONS,
    Infeasible,
    Situation,
    draw_count,
    draw_direction,
    plan,
)
from diffh2o_ros.data.motions.actions.catalog import PACES
from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.situation import rotations_onto
from diffh2o_ros.data.motions.person import Person
from diffh2o_ros.data.motions.resting import hand_rotation
from diffh2o_ros.data.objects import Part
from diffh2o_ros.hands.mirror import mirror, mirror_wrist

FRAMES = 150
SUPPORT = -0.05
HALF = np.array([0.03, 0.03, 0.05])
HULL = HALF * np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
PERSON = Person(head=np.array([-0.42, 0, 0.40]), shoulder=np.array([-0.46, -0.19, 0.17]))
UP, AHEAD, LEFT = np.array([0, 0, 1.0]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
PARTS = {
    "mouth": Part(np.array([0, 0, 0.05]), UP),
    "head": Part(np.array([0.09, 0, 0.0]), AHEAD),  # it sticks out as a hammer's does
    "sole": Part(np.array([0, 0, -0.05]), -UP),
    "eye": Part(np.array([-0.03, 0, 0]), AHEAD),
    "ear": Part(np.array([0, 0.03, 0]), LEFT),
    "bite": Part(np.array([-0.03, 0, 0.0]), -AHEAD),
}


def situation(hands=("right",), back=(-0.3, -1, 0.3)):
    """A right hand beside the object, thumb up; its back faces `back`."""
    right = (
        np.array([-0.10, -0.09, 0.02]),
        hand_rotation(np.array([-1, -0.5, 0.1]), np.array(back)),
    )
    left = (mirror(right[0]), mirror_wrist(right[1]))
    holds = {"right": right, "left": left}
    return Situation(PERSON, SUPPORT, HULL, PARTS, {side: holds[side] for side in hands}, hands[-1])


def paths(
    action, count=8, manner=None, direction="drawn", put_back=False, hands=("right",), times=None
):
    """Several feasible paths of one action, with their direction words; `times` it is repeated."""
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        word = draw_direction(action, rng) if direction == "drawn" else direction
        try:
            # What is turned over is taken palm down.
            back = (-0.3, 0.2, 1) if action == "turn_over" else (-0.3, -1, 0.3)
            where = situation(hands, back)
            way = plan(action, manner, word, put_back, where, rng, FRAMES, times)
        except Infeasible:
            continue
        found.append((way.path(), word))
        if len(found) == count:
            break
    assert len(found) >= 3, f"{action} is hardly ever feasible"
    return found


def along(path, part):
    """Where a part is (T, 3) and where it faces (T, 3)."""
    p = PARTS[part]
    return path.rotation @ p.point + path.position, path.rotation @ p.direction


def angle(a, b):
    return np.rad2deg(np.arccos(np.clip(a @ b, -1, 1)))


def tilt(path):
    return np.rad2deg(np.arccos(np.clip(path.rotation[:, 2, 2], -1, 1)))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("manner", list(PACES))
def test_paths_start_at_rest_stay_above_the_table_and_do_not_jump(action, manner):
    for path, _ in paths(action, 3, manner, put_back=not ACTIONS[action].settles):
        assert len(path) <= FRAMES
        np.testing.assert_allclose(path.position[0], 0, atol=1e-9)
        np.testing.assert_allclose(path.rotation[0], np.eye(3), atol=1e-9)
        lowest = (path.rotation[:, 2] @ HULL.T).min(1) + path.position[:, 2]
        assert lowest.min() > SUPPORT - 0.001
        if ACTIONS[action].settles:
            assert lowest[-1] == pytest.approx(SUPPORT, abs=1e-6)
        else:
            np.testing.assert_allclose(path.position[-1], 0, atol=1e-9)
            np.testing.assert_allclose(path.rotation[-1], np.eye(3), atol=1e-9)
        assert np.linalg.norm(np.diff(path.position, axis=0), axis=1).max() < 0.07  # 2.1 m/s
        turn = Rotation.from_matrix(path.rotation[:-1].transpose(0, 2, 1) @ path.rotation[1:])
        assert np.rad2deg(turn.magnitude()).max() < 25


def test_lift_and_pass_and_toast_raise_it():
    assert all(0.09 < p.position[-1, 2] < 0.31 for p, _ in paths("lift"))
    for path, word in paths("pass"):
        assert path.position[-1] @ DIRECTIONS[word] > 0.2 and path.position[-1, 2] > 0.1
    assert all(p.position[:, 2].max() > 0.23 for p, _ in paths("toast"))


@pytest.mark.parametrize("direction", list(DIRECTIONS))
def test_placing_goes_where_it_is_said(direction):
    for path, _ in paths("place", direction=direction):
        end = path.position[-1] @ DIRECTIONS[direction]
        assert end > 0.12 and np.linalg.norm(path.position[-1] - end * DIRECTIONS[direction]) < 0.04


def test_inspecting_shows_other_sides():
    for path, _ in paths("inspect"):
        assert np.rad2deg(Rotation.from_matrix(path.rotation).magnitude()).max() > 45


def test_drinking_brings_the_mouth_to_the_mouth_and_tilts():
    for path, _ in paths("drink"):
        point, facing = along(path, "mouth")
        nearest = np.linalg.norm(point - PERSON.mouth, axis=1).argmin()
        assert np.linalg.norm(point[nearest] - PERSON.mouth) < 0.03
        assert tilt(path).max() > 50 and facing[tilt(path).argmax()] @ AHEAD < -0.7


def test_pouring_tips_the_mouth_over_to_where_it_is_said():
    for path, word in paths("pour"):
        _, facing = along(path, "mouth")
        tipped = facing[tilt(path).argmax()]
        assert tilt(path).max() > 85 and tipped @ DIRECTIONS[word] > 0.8


@pytest.mark.parametrize(
    ("action", "part", "target", "facing"),
    [
        ("eat", "bite", PERSON.mouth, -AHEAD),
        ("look_through", "eye", PERSON.eye("right"), AHEAD),
        ("call", "ear", PERSON.ear("right"), LEFT),
    ],
)
def test_what_is_brought_to_the_face_arrives_there(action, part, target, facing):
    for path, _ in paths(action):
        point, way = along(path, part)
        nearest = np.linalg.norm(point - target, axis=1).argmin()
        assert np.linalg.norm(point[nearest] - target) < 0.02
        assert angle(way[nearest], facing) < 40


def runs(flags):
    """How often a condition (T,) becomes true."""
    return int((np.diff(np.concatenate([[0], flags.astype(int)])) == 1).sum())


@pytest.mark.parametrize("times", [2, 4, 6])
@pytest.mark.parametrize("manner", list(PACES))
def test_shaking_goes_to_and_fro_as_often_as_asked(times, manner):
    for path, _ in paths("shake", 5, manner, times=times):
        start = np.argmax(path.position[:, 2] > 0.9 * path.position[:, 2].max())
        offset = path.position - path.position[-1]  # it ends where it is shaken about
        axis = np.linalg.svd(offset[start:], full_matrices=False)[2][0]
        along = offset @ axis
        along[: len(path) // 8] = 0  # the way there may come past
        high, low = along > 0.02, along < -0.02
        assert times <= runs(high) <= times + 1 and times <= runs(low) <= times + 1
        assert runs(high) + runs(low) <= 2 * times + 1
        assert 0.05 < np.ptp(along[start:]) < 0.13


@pytest.mark.parametrize("times", [1, 3])
def test_stamping_presses_the_sole_onto_the_table_as_often_as_asked(times):
    for path, _ in paths("stamp", times=times):
        point, facing = along(path, "sole")
        raised = point[:, 2] > SUPPORT + 0.03
        pressed = (np.abs(point[:, 2] - SUPPORT) < 1e-3) & (facing @ -UP > 0.999)
        pressed[: raised.argmax()] = False  # as it stood
        assert raised.any() and pressed.sum() >= 3 * times
        assert runs(pressed) == times


@pytest.mark.parametrize("times", [2, 5])
@pytest.mark.parametrize("manner", list(PACES))
def test_wiping_moves_the_sole_along_the_table_as_often_as_asked(times, manner):
    for path, _ in paths("wipe", 5, manner, times=times):
        point, facing = along(path, "sole")
        wiping = (np.abs(point[:, 2] - SUPPORT) < 1e-3) & (facing @ -UP > 0.999)
        wiping[: (~wiping).argmax()] = False  # as it stood
        flat = point[wiping, :2]
        assert runs(wiping) == 1
        axis = np.linalg.svd(flat - flat.mean(0))[2][0]
        place = flat @ axis
        ends = np.flatnonzero(np.diff(np.sign(np.diff(place[np.r_[True, np.diff(place) != 0]]))))
        assert len(ends) == times - 1  # it turns round between strokes
        assert np.ptp(place) > 0.08


@pytest.mark.parametrize("times", [1, 4])
def test_hammering_strikes_downwards_as_often_as_asked(times):
    for path, _ in paths("hammer", times=times):
        point, facing = along(path, "head")
        target = point[:, 2][facing @ -UP > np.cos(np.deg2rad(35))].min()
        swung = np.argmax(point[:, 2] > target + 0.04)
        blows = point[swung:, 2] < target + 0.005
        assert runs(blows) == times
        assert angle(facing[swung + blows.argmax()], -UP) < 35


def test_toasting_nudges_as_often_as_asked():
    for times in (1, 2):
        for path, _ in paths("toast", times=times):
            forward = path.position[:, 0] - path.position[-1, 0]
            assert runs(forward > 0.02) == times


def test_counts_are_drawn_for_what_repeats():
    rng = np.random.default_rng(0)
    for action, known in ACTIONS.items():
        drawn = {draw_count(action, rng) for _ in range(100)}
        if known.counts is None:
            assert drawn == {None}
        else:
            assert drawn == set(range(known.counts[0], known.counts[1] + 1))
    assert draw_count("offhand", rng) is None


def test_rotating_ends_on_the_table():
    for path, word in paths("rotate"):
        yaw = np.rad2deg(np.arctan2(path.rotation[-1, 1, 0], path.rotation[-1, 0, 0]))
        assert (yaw > 40) if word == "counterclockwise" else (yaw < -40)
        assert tilt(path).max() < 5


def test_what_is_turned_over_is_held_upside_down_in_the_air():
    for path, _ in paths("turn_over"):
        assert tilt(path)[-1] > 155
        lowest = (path.rotation[:, 2] @ HULL.T).min(1) + path.position[:, 2]
        assert lowest[tilt(path) > 45].min() > SUPPORT + 0.05
        # No arm turns farther than arms do on the way.
        assert situation(back=(-0.3, 0.2, 1)).strain(path.position, path.rotation).max() < 1.2


def test_quick_is_quicker_than_slow():
    def speed(manner):
        return np.mean(
            [
                np.linalg.norm(np.diff(p.position, axis=0), axis=1).max()
                for p, _ in paths("lift", manner=manner)
            ]
        )

    assert speed("quickly") > 1.2 * speed(None) > 1.2 * 1.2 * speed("slowly")


@pytest.mark.parametrize("action", [name for name, a in ACTIONS.items() if a.two_handed])
def test_two_hands_can_do_it_too(action):
    assert paths(action, 3, hands=("left", "right"))


def test_moves_may_overlap_and_still_arrive():
    way = Itinerary()
    way.go([0.1, 0, 0], frames=10)
    way.go([0.1, 0.2, 0], rotations_onto(AHEAD, LEFT, 1)[0], overlap=0.5, frames=10)
    path = way.path()
    assert len(path) == 16
    np.testing.assert_allclose(path.position[-1], [0.1, 0.2, 0], atol=1e-12)
    np.testing.assert_allclose(path.rotation[-1] @ AHEAD, LEFT, atol=1e-12)
    step = np.linalg.norm(np.diff(path.position, axis=0), axis=1)
    assert step[3:12].min() > 0.005  # it does not stop in between


def test_a_path_that_is_hurried_fits():
    for frames in range(20, 60):
        way = Itinerary(pace=1.1)
        way.go([0.3, 0, 0])
        way.wait(37.3)
        way.go([0, 0.2, 0])
        way.hurry(frames - 1)
        assert len(way) == len(way.path()) == frames


def test_turns_onto_a_direction_take_it_there():
    rng = np.random.default_rng(0)
    for start, end in [*rng.normal(size=(20, 2, 3)), (UP, -UP), (UP, UP)]:
        turns = rotations_onto(start, end)
        np.testing.assert_allclose(
            turns @ (start / np.linalg.norm(start)),
            np.repeat([end / np.linalg.norm(end)], len(turns), 0),
            atol=1e-9,
        )
        np.testing.assert_allclose(np.linalg.det(turns), 1, atol=1e-9)
