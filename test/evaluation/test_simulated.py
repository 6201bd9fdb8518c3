"""What robots' hands did in simulation, read off constructed poses."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.evaluation.simulated import SimulatedTask
from diffh2o_ros.retargeting.robots import load_robot
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory

COUNT = 21
TIMES = np.linspace(0, 2, COUNT)
FAR = np.array([0.5, 0.0, 0.3])


@pytest.fixture(scope="module")
def robots(openhand):
    return {"right": openhand, "left": load_robot("openhand", "left")}


def touching(hand, depth=0.0):
    """Where the hand's root must be, that its lowest point is so deep in the top of the box."""
    hand.forward(hand.neutral)
    points = hand.world(*hand.points)
    return np.array([0, 0, 0.08 - depth]) - points[points[:, 2].argmin()]


@pytest.fixture
def task(simple_interaction, robots):
    """Builds one: the box of 8 cm stands, or ends elsewhere; roots of hands are on given paths."""

    def build(roots, end=(0.0, 0.0, 0.0), planned=(0.0, 0.0, 0.0), action="place", stop=np.inf):
        motion = simple_interaction(np.zeros((COUNT, 3)), np.zeros((COUNT, 3)) + FAR)
        poses = np.tile(np.eye(4), (COUNT, 1, 1))
        simulated, goal = poses.copy(), poses.copy()
        simulated[-5:, :3, 3], goal[-5:, :3, 3] = end, planned
        hands = {}
        for side, root in roots.items():
            hand = robots[side]
            base = poses.copy()
            base[:, :3, 3] = root
            joints = np.tile(hand.neutral[7:], (COUNT, 1))
            hands[side] = RobotHandMotion(
                hand.name, hand.joint_names, joints, joints, base, base, (0.5, stop), joints, base
            )
        trajectory = RobotTrajectory(
            TIMES,
            hands,
            goal,
            motion.object_vertices,
            motion.object_faces,
            0.0,
            simulated,
            interaction_frames=np.arange(COUNT),
        )
        return SimulatedTask.of(motion, trajectory, robots)

    return build


@pytest.mark.parametrize(
    ("end", "placed"),
    [
        ((0.10, 0, 0), True),
        ((0.12, 0, 0), True),
        ((0.14, 0, 0), False),  # 4 cm off
        ((0.10, 0, 0.02), False),  # above the table
    ],
)
def test_placed_stands_where_it_was_to(task, end, placed):
    assert task({"right": FAR}, end, (0.10, 0, 0), stop=1.0).placed() == placed


def test_what_a_hand_is_still_at_is_not_placed(task, openhand):
    assert not task({"right": touching(openhand)}).placed()
    assert task({"right": touching(openhand, -0.02)}).placed()


def test_what_still_moves_is_not_placed(task):
    moving = task({"right": FAR})
    moving.trajectory.simulated_object_pose[-2, 0, 3] += 0.01  # in .1 s
    assert not moving.placed()


def test_penetration_is_that_of_the_deepest_point(task, openhand):
    found = task({"right": touching(openhand, 0.004)})
    assert found.penetration() == pytest.approx(0.004, abs=5e-4)
    assert found.planned_penetration() == pytest.approx(0.004, abs=5e-4)
    assert task({"right": FAR}).penetration() == 0


def test_a_hand_over_is_from_one_hand_to_the_other(task, robots):
    def path(hand, rows):
        root = np.tile(FAR, (COUNT, 1))
        root[rows] = touching(hand)
        return root

    first, last = slice(0, 12), slice(10, None)
    roots = {"right": path(robots["right"], first), "left": path(robots["left"], last)}
    assert task(roots).done("offhand")
    kept = roots | {"right": path(robots["right"], slice(None))}
    assert not task(kept).done("offhand")
    assert not task({"right": path(robots["right"], slice(None)), "left": FAR}).done("offhand")


def test_lifted_is_up_and_in_a_hand(task, openhand):
    up = np.array([0, 0, 0.1])
    root = np.tile(touching(openhand), (COUNT, 1))
    root[-5:] += up
    assert task({"right": root}, up).lifted()
    assert not task({"right": FAR}, up).lifted()
    assert not task({"right": root}).lifted()


def test_placing_asks_for_the_way_and_the_end(task):
    """The box was not off the table: moved, not placed."""
    pushed = task({"right": FAR}, (0.10, 0, 0), (0.10, 0, 0), stop=1.0)
    assert pushed.placed() and pushed.done("place") is False
    carried = pushed.trajectory.simulated_object_pose.copy()
    carried[8:14, 2, 3] = 0.05
    pushed = replace(pushed, trajectory=replace(pushed.trajectory, simulated_object_pose=carried))
    assert pushed.done("place") is True and pushed.done(None) is None
