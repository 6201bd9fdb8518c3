"""Protocols that others published, on bodies whose answers are known."""

import numpy as np
import pytest
import trimesh

pytest.importorskip("mujoco")

from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.protocols.beside_published import protocol_lines
from diffh2o_ros.evaluation.protocols.fixed_hand import FREE_FALL, displacement
from diffh2o_ros.evaluation.protocols.grasp_state import GraspMoment, people_at, robots_at
from diffh2o_ros.evaluation.protocols.phy import phy
from diffh2o_ros.evaluation.protocols.six_directions import directions_held
from diffh2o_ros.evaluation.protocols.tracking import Tracking
from diffh2o_ros.evaluation.robots import RobotRow
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.bench import Bench
from diffh2o_ros.simulation.scene import Physics

EDGE = 0.06
BOX = trimesh.creation.box((EDGE, EDGE, EDGE))
PARTS = [np.array(BOX.vertices)]
UP = trimesh.transformations.translation_matrix((0.2, 0.1, 0.5))


def beside(gap):
    """Two jaws at the sides of the box, that far from it."""
    return [UP[:3, 3] + BOX.vertices + [way * (EDGE + gap), 0, 0] for way in (1, -1)]


def test_without_hands_an_object_falls_for_35_steps():
    fallen = displacement([], PARTS, UP)
    assert fallen == pytest.approx(9.81 / 2 * (35 / 240) ** 2, rel=0.01)
    assert fallen == pytest.approx(FREE_FALL, abs=1e-3)
    assert displacement(beside(0.01), PARTS, UP) == pytest.approx(fallen, rel=0.01)


def test_the_center_of_mass_counts_and_not_the_frame():
    away = [part + [0.3, -0.2, 0.1] for part in PARTS]
    assert displacement([], away, UP) == pytest.approx(displacement([], PARTS, UP), abs=1e-4)


def test_what_is_clamped_or_stands_on_something_stays():
    assert displacement(beside(-0.001), PARTS, UP) < 2e-3
    floor = [UP[:3, 3] + BOX.vertices * [5, 5, 1] - [0, 0, EDGE]]
    assert displacement(floor, PARTS, UP) < 1e-3


def still(hand, poses=None, times=None, **more):
    """A trajectory of a hand far from the box, that holds from .5 s on, and is simulated so."""
    count = 21 if poses is None else len(poses)
    planned = np.tile(UP, (count, 1, 1))
    base = np.tile(np.eye(4), (count, 1, 1))
    joints = np.tile(hand.neutral[7:], (count, 1))
    motion = RobotHandMotion(
        hand.name, hand.joint_names, joints, joints, base, base, (0.5, np.inf), joints, base
    )
    return RobotTrajectory(
        np.linspace(0, 2, count) if times is None else times,
        {hand.side: motion},
        planned,
        BOX.vertices,
        BOX.faces,
        0.0,
        planned if poses is None else poses,
        **more,
    )


def test_an_object_that_nothing_holds_gives_way_to_all_six_sides(openhand):
    """10 m/s2 for .1 s are 5 cm."""
    found = directions_held(still(openhand), {"right": openhand}, Bench(PARTS, Physics()))
    assert found == 0


def test_the_moment_of_a_grasp(openhand):
    frames = np.array([0, 1, 2, 3, 4, 5, 5, 5, *range(6, 19)])
    moment = GraspMoment.of(still(openhand, interaction_frames=frames))
    assert moment == GraspMoment(closed=5, squeezed=7)
    assert GraspMoment.of(still(openhand)) == GraspMoment(closed=5, squeezed=7)


def test_parts_of_hands_are_where_the_hands_are(openhand, simple_interaction):
    at = np.array([0.3, 0, 0.04])
    ball = np.concatenate(people_at(simple_interaction(np.zeros((4, 3)), np.zeros((4, 3)) + at), 2))
    assert np.linalg.norm(ball - at, axis=1) == pytest.approx(0.03, abs=1e-4)
    trajectory = still(openhand)
    trajectory.hands["right"].base_pose[:, :3, 3] = at
    parts = robots_at(trajectory, {"right": openhand}, 5)
    openhand.forward(openhand.neutral)
    cloud = np.concatenate(parts) - at
    points = openhand.world(*openhand.points)
    assert len(parts) > 15 and cloud.min(0) == pytest.approx(points.min(0), abs=1e-4)


def simulated(by=(0, 0, 0), angle=0.0, rows=slice(None), count=21):
    poses = np.tile(UP, (count, 1, 1))
    poses[rows, :3, 3] += by
    poses[rows, :3, :3] = trimesh.transformations.rotation_matrix(angle, (0, 0, 1))[:3, :3]
    return poses


@pytest.mark.parametrize(
    ("poses", "on_path", "maniptrans", "spider"),
    [
        (simulated(), True, True, True),
        (simulated((0.02, 0, 0), np.deg2rad(25)), True, True, True),
        (simulated((0.04, 0, 0)), False, False, True),
        (simulated(angle=np.deg2rad(29)), True, True, False),
        (simulated(angle=np.deg2rad(31)), False, False, False),
        (simulated((0.2, 0, 0)), False, False, False),
        # For 10 % of the time since the grasp.
        (simulated((0.1, 0, 0), rows=slice(-2, None)), False, True, True),
        # Before the grasp nothing counts.
        (simulated((0.5, 0, 0), rows=slice(0, 5)), True, True, True),
    ],
)
def test_tracking(openhand, poses, on_path, maniptrans, spider):
    found = Tracking.of(still(openhand, poses))
    assert (found.on_path, found.maniptrans, found.spider) == (on_path, maniptrans, spider)


def test_tracking_means_are_over_time(openhand):
    times = np.concatenate([np.linspace(0, 1, 20), [2.0]])
    found = Tracking.of(still(openhand, simulated((0.1, 0, 0), rows=-1), times))
    assert found.most_position == pytest.approx(0.1, abs=1e-6)
    assert found.mean_position == pytest.approx(0.1 / 1.5, rel=0.05)


def lifted(gap, lose=None):
    """Paths of a box that rises by 20 cm and of the ball beside it, one of whose tips is `gap` from
    the box; in frame `lose` 2 cm more."""
    path = np.zeros((20, 3))
    path[5:, 2] = np.linspace(0, 0.2, 15)
    ball = path + [0.04 + gap + 0.03, 0, 0.04]
    if lose is not None:
        ball[lose, 0] += 0.02
    return path, ball


@pytest.mark.parametrize(("gap", "is_phy"), [(0.0, True), (0.004, True), (0.006, False)])
def test_phy_needs_a_joint_within_5_mm(simple_interaction, gap, is_phy):
    assert phy(simple_interaction(*lifted(gap), grasp_frame=5)) == is_phy


def test_phy_needs_it_in_every_frame_that_the_object_moves_in(simple_interaction):
    assert not phy(simple_interaction(*lifted(0.0, lose=12), grasp_frame=5))
    assert phy(simple_interaction(*lifted(0.0, lose=3), grasp_frame=5))


def test_phy_needs_the_object_above_ground(simple_interaction):
    path, ball = lifted(0.0)
    down = path * [1, 1, -1]
    assert not phy(simple_interaction(down, ball - path + down, grasp_frame=5))


def row(hands=1.0, **figures):
    case = Case("a", "t", "lift", "right", 0, True)
    return RobotRow(case, figures={"hands": hands} | figures)


def test_a_line_beside_what_was_published():
    rows = [row(maniptrans=1.0, directions=6.0), row(maniptrans=0.0, directions=3.0), row(2.0)]
    lines = {line[0].split(":")[0]: line for line in protocol_lines(rows)}
    tracking = lines["tracking (ManipTrans)"]
    assert tracking[1] == "0.50 (2)" and tracking[2] == ".58" and tracking[3]
    assert lines["six directions (DexGraspBench)"][1] == "0.50; 4.5 of 6 sides (2)"
    assert len(lines) == 2  # nothing else was computed
