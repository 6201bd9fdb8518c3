"""What is said of executions, made by hand."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.execution import Execution
from diffh2o_ros.simulation.verdict import FAILURE, judged

COUNT = 21
TIMES = np.linspace(0, 2, COUNT)  # the hand holds from .5 s on


def lifted():
    """Poses (T, 4, 4) of an object that is lifted by 20 cm and turned by 40 degrees."""
    poses = np.tile(np.eye(4), (COUNT, 1, 1))
    share = np.clip(TIMES - 0.5, 0, 1)
    poses[:, 2, 3] = 0.2 * share
    for pose, angle in zip(poses, np.deg2rad(40) * share, strict=True):
        pose[:3, :3] = turn(angle)
    return poses


def turn(angle):
    return trimesh.transformations.rotation_matrix(angle, (0, 0, 1))[:3, :3]


def planned(stop=np.inf, start=0.5):
    rest = np.tile(np.eye(4), (COUNT, 1, 1))
    joints = np.zeros((COUNT, 1))
    hand = RobotHandMotion("openhand", ["a"], joints, joints, rest, rest, (start, stop))
    box = trimesh.creation.box((0.1, 0.1, 0.1))
    return RobotTrajectory(TIMES, {"right": hand}, lifted(), box.vertices, box.faces, 0.0)


def outcome(poses, touching=3, speed=0.0):
    rest = np.tile(np.eye(4), (COUNT, 1, 1))
    return Execution(
        poses, speed, {"right": touching}, {"right": np.zeros((COUNT, 1))}, {"right": rest}
    )


def moved(rows, by):
    poses = lifted()
    poses[rows, :3, 3] += by
    return poses


HELD, PUT_DOWN = planned(), planned(1.5)


def test_what_goes_as_planned_succeeds():
    """A centimeter off, too; where the hand holds to the end it still touches."""
    poses = moved(slice(None), [0.01, 0, 0])
    verdict = judged(outcome(poses), HELD)
    assert verdict.success and verdict.reason == "" and verdict.tracked == pytest.approx(1)
    assert verdict.position_error == pytest.approx(0.01, abs=1e-6)
    assert verdict.rotation_error == pytest.approx(0, abs=2e-3) and verdict.cost < FAILURE
    assert judged(outcome(poses, touching=0), PUT_DOWN).success


def turned(angle):
    poses = lifted()
    poses[-1, :3, :3] = poses[-1, :3, :3] @ turn(angle)
    return poses


FAILURES = {
    "it ends elsewhere": (
        HELD,
        outcome(moved(-1, [0, 0.04, 0])),
        "the object ends 4 cm and 0 degrees off",
    ),
    "it ends turned": (
        HELD,
        outcome(turned(np.deg2rad(35))),
        "the object ends 0 cm and 35 degrees off",
    ),
    "it was away": (
        HELD,
        outcome(moved(slice(8, 14), [0.05, 0, 0])),
        "the object is where it should be 60 % of the time",
    ),
    "nothing holds it": (HELD, outcome(lifted(), 1), "nothing holds the object at the end"),
    "it rolls": (PUT_DOWN, outcome(lifted(), 0, 0.1), "the object still moves at the end"),
    "it is not let go": (
        PUT_DOWN,
        outcome(lifted(), 1),
        "a hand still touches the object that it put down",
    ),
}


def between(left, right, left_stop=np.inf):
    """What is said of two hands that touch with so many links, the left of which may let go."""
    trajectory = replace(HELD, hands=HELD.hands | {"left": planned(left_stop).hands["right"]})
    touched = replace(outcome(lifted()), touching={"right": right, "left": left})
    return judged(touched, trajectory).reason


def test_of_two_hands_each_does_its_part():
    assert between(1, 1) == "" and between(0, 3, 1.5) == ""
    assert between(0, 3) == "the left hand does not touch the object at the end"
    assert between(1, 3, 1.5) == "a hand still touches the object that it gave away"


@pytest.mark.parametrize("name", FAILURES)
def test_failures_are_told_apart(name):
    trajectory, execution, said = FAILURES[name]
    verdict = judged(execution, trajectory)
    assert not verdict.success and verdict.reason == said and verdict.cost >= FAILURE


def test_what_happens_before_the_grasp_does_not_count():
    verdict = judged(outcome(moved(slice(0, 5), [0.05, 0, 0])), HELD)
    assert verdict.success and verdict.tracked == pytest.approx(1)


def test_tracking_counts_seconds():
    """One frame of a long time is more than many of a short one."""
    times = np.concatenate([np.linspace(0, 0.5, COUNT - 2), [0.6, 2.0]])
    trajectory = replace(HELD, times=times)
    verdict = judged(outcome(moved(-2, [0.05, 0, 0])), trajectory)
    assert verdict.tracked == pytest.approx(1.4 / 1.5) and verdict.success


def test_the_nearer_to_a_success_the_cheaper():
    costs = [judged(outcome(moved(-1, [0, y, 0])), HELD).cost for y in (0, 0.04, 0.1, 0.2)]
    assert costs == sorted(costs) and len(set(costs)) == 4


def test_a_hold_after_the_end_is_no_success():
    """A file may say so; nothing was tracked then."""
    verdict = judged(outcome(lifted()), planned(start=5.0))
    assert not verdict.success and np.isfinite(verdict.cost)
