"""When a hand holds, and the way of a robot hand to a grasp and from it."""

import numpy as np
import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.grasping import grasps
from diffh2o_ros.retargeting.holds import HoldSpan, hold_span
from diffh2o_ros.retargeting.human_grasp import HumanGrasp, surface_of
from diffh2o_ros.retargeting.path import HandPath
from diffh2o_ros.retargeting.poses import composed, configuration_of, pose_of, poses_of

AWAY, AT = (0.3, 0, 0.04), (0.055, 0, 0.04)


def held_in(build, frames, count=30, grasp_frame=0):
    """A ball that is at the box in some frames and elsewhere in all others."""
    ball = np.array([AT if frame in frames else AWAY for frame in range(count)])
    motion = build(np.zeros((count, 3)), ball, grasp_frame)
    return hold_span(motion, "right", surface_of(motion))


def test_a_hand_holds_while_its_fingertips_are_at_the_object(simple_interaction):
    build = simple_interaction
    assert held_in(build, range(10, 25), grasp_frame=10) == HoldSpan(10, 25, True)
    assert held_in(build, range(10, 30), grasp_frame=10) == HoldSpan(10, 30, False)


def test_a_hand_that_takes_over_holds_later(simple_interaction):
    span = held_in(simple_interaction, range(12, 25), grasp_frame=3)
    assert 12 <= span.start <= 17 and span.stop == 25 and span.released


@pytest.mark.parametrize("frames", [(), (4, 5, 12, 13)])
def test_a_hand_that_only_passes_by_holds_nothing(simple_interaction, frames):
    with pytest.raises(RobotHandError, match="the motion's right hand never holds the object"):
        held_in(simple_interaction, frames, grasp_frame=3)


@pytest.fixture(scope="module")
def path(openhand, can_motion):
    surface = surface_of(can_motion)
    span = hold_span(can_motion, "right", surface)
    human = HumanGrasp.of(can_motion, "right", surface, span.start)
    return HandPath(openhand, can_motion, human, span)


@pytest.fixture(scope="module")
def grasp(openhand, path):
    return grasps(openhand, path.human, np.random.default_rng(0), 1)[0]


@pytest.fixture(scope="module")
def way(path, grasp):
    return path(grasp)


def test_the_hand_holds_on_to_the_object(can_motion, path, grasp, way):
    assert way.shape == (can_motion.num_frames, 7 + 21) and path.span.released
    wanted = pose_of(grasp.configuration)
    for frame in range(path.span.start, path.span.stop):
        pose = np.linalg.inv(can_motion.object_pose[frame].astype(float))
        assert pose @ pose_of(way[frame]) == pytest.approx(wanted, abs=1e-5)
        assert way[frame, 7:] == pytest.approx(grasp.configuration[7:])


def test_the_hand_is_clear_of_object_and_table_while_it_does_not(can_motion, path, way):
    hand, span = path.hand, path.span
    free = [f for f in range(len(way)) if f < span.start or f >= span.stop]
    for frame in free:
        hand.forward(way[frame])
        points = hand.world(*hand.points)
        pose = can_motion.object_pose[frame].astype(float)
        distance, _ = path.human.surface.query((points - pose[:3, 3]) @ pose[:3, :3])
        assert distance.min() > -0.001
        assert points[:, 2].min() > path.human.table_in_world - 0.003


def test_the_hand_comes_from_where_the_human_s_comes(can_motion, path, way):
    """And its fingers are open then."""
    human = can_motion.hands["right"].wrist_pose[:, :3, 3]
    away = np.linalg.norm(way[:, :3] - human, axis=1)
    assert away[0] < 0.08 and away.max() < 0.2
    hand = path.hand

    def width(configuration):
        hand.forward(configuration)
        fingers = hand.anatomy.fingers.values()
        links = np.array([finger.links[-1] for finger in fingers])
        pads = hand.world(np.stack([finger.pad for finger in fingers]), links)
        return np.linalg.norm(pads[1:] - pads[0], axis=1).mean()

    held = width(way[path.span.start])
    assert all(width(way[frame]) > held + 0.02 for frame in (0, path.span.start - 1, len(way) - 1))


def test_the_way_has_no_leaps(path, way):
    """But for the fingers, which close and open in one frame, for which the plan takes its time."""
    steps = np.linalg.norm(np.diff(way[:, :3], axis=0), axis=1)
    turns = 2 * np.arccos(np.clip(np.abs((way[1:, 3:7] * way[:-1, 3:7]).sum(1)), 0, 1))
    assert steps.max() < 0.05 and turns.max() < 0.3
    low, high = path.hand.limits.T
    assert (way[:, 7:] > low - 1e-6).all() and (way[:, 7:] < high + 1e-6).all()
    fingers = np.abs(np.diff(way[:, 7:], axis=0)).max(1)
    fingers[[path.span.start - 1, path.span.stop - 1]] = 0
    assert fingers.max() < 0.5


def test_poses_and_configurations():
    rng = np.random.default_rng(0)
    configuration = rng.normal(size=7 + 4)
    configuration[3:7] /= np.linalg.norm(configuration[3:7])
    pose = pose_of(configuration)
    again = configuration_of(pose, configuration[7:])
    assert pose_of(again) == pytest.approx(pose) and np.array_equal(again[7:], configuration[7:])
    transform = pose_of(np.array([1, 2, 3, 0.5, 0.5, 0.5, 0.5]))
    assert transform[:3, :3] @ [1, 0, 0] == pytest.approx([0, 1, 0])  # 120 degrees about (1, 1, 1)
    moved = composed(transform, configuration)
    assert pose_of(moved) == pytest.approx(transform @ pose)
    assert np.array_equal(moved[7:], configuration[7:])
    assert poses_of(np.stack([configuration, moved]))[1] == pytest.approx(transform @ pose)
