"""Scenes and executions: what physics says of a box, a hand and a can that is lifted."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

pytest.importorskip("mujoco")

import mujoco

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.retargeting.holds import HoldSpan
from diffh2o_ros.retargeting.poses import poses_of
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.bench import Bench, Change
from diffh2o_ros.simulation.plan import HandPlan, trajectory
from diffh2o_ros.simulation.scene import Physics, Servo, scene
from diffh2o_ros.simulation.verdict import errors, judged

EDGE = 0.06
BOX = trimesh.creation.box((EDGE, EDGE, EDGE))
TABLE = 0.4


@pytest.fixture(scope="module")
def bench():
    return Bench((np.array(BOX.vertices),), Physics(mass=0.3))


def box_on_the_table(**changed):
    """Poses (T, 4, 4), T = 31, of a box that stands turned on the table."""
    pose = trimesh.transformations.rotation_matrix(0.5, (0, 0, 1))
    pose[:3, 3] = [0.1, 0.05, TABLE + EDGE / 2]
    return np.tile(pose, (31, 1, 1))


def beside(hand, path=None, joints=None, seconds=1.0, hold=(0.5, np.inf)):
    """A hand that moves on a path (31, 3), by default none, far from the box."""
    base = np.tile(np.eye(4), (31, 1, 1))
    base[:, :3, 3] = [0.6, 0.5, TABLE + 0.3] if path is None else path
    joints = np.tile(hand.neutral[7:], (31, 1)) if joints is None else joints
    motion = RobotHandMotion(hand.name, hand.joint_names, joints, joints, base, base, hold)
    times = np.linspace(0, seconds, 31)
    poses = box_on_the_table()
    return RobotTrajectory(times, {"right": motion}, poses, BOX.vertices, BOX.faces, TABLE)


def test_an_object_stays_where_it_is_while_nothing_touches_it(openhand, bench):
    planned = beside(openhand)
    outcome = bench.run(planned, {"right": openhand})
    position, rotation = errors(outcome.object_pose, box_on_the_table(), np.zeros(3))
    assert position.max() < 1e-3 and rotation.max() < 0.01
    assert outcome.speed < 1e-3 and outcome.touching == {"right": 0}


def test_an_object_in_the_air_falls_onto_the_table(openhand, bench):
    """By g t^2 / 2 at first."""
    planned = beside(openhand)
    planned.object_pose[:, 2, 3] += 0.2
    z = bench.run(planned, {"right": openhand}).object_pose[:, 2, 3]
    now = planned.times[:5]
    assert z[0] - z[:5] == pytest.approx(9.81 / 2 * now**2, abs=0.012)
    assert z[0] - z[4] > 0.06
    assert z[-1] == pytest.approx(TABLE + EDGE / 2, abs=2e-3)


def test_a_hand_follows_its_commands(openhand, bench):
    """Gravity takes nothing from it; it lags less while its spring is stiff."""
    way = np.linspace(0, 0.3, 31)[:, None] * [1, 0, 0] + [0.4, 0.5, TABLE + 0.3]
    joints = np.tile(openhand.neutral[7:], (31, 1))
    high = openhand.limits[:, 1]
    joints[10:] += 0.3 * (high - joints[10:])
    planned = beside(openhand, way, joints, 2.0, (1.9, np.inf))
    outcome = bench.run(planned, {"right": openhand})
    base, positions = outcome.base_pose["right"], outcome.positions["right"]
    assert np.linalg.norm(base[:, :3, 3] - way, axis=1).max() < 0.01
    assert base[:, :3, :3] == pytest.approx(np.tile(np.eye(3), (31, 1, 1)), abs=0.03)
    assert np.abs(positions[-1] - planned.hands["right"].commands[-1]).max() < 0.05
    assert positions[0] == pytest.approx(planned.hands["right"].positions[0], abs=0.02)


def test_a_hand_that_comes_down_on_an_object_gives_way(openhand, bench):
    """Where the table holds the object the hand stops; its spring is soft then."""
    way = np.tile([0.1, 0.05, 0.0], (31, 1))
    way[:, 2] = np.linspace(TABLE + 0.2, TABLE - 0.02, 31)
    planned = beside(openhand, way + [0.08, 0, 0], hold=(0.0, np.inf))
    outcome = bench.run(planned, {"right": openhand})
    assert outcome.base_pose["right"][-1, 2, 3] > TABLE + 0.02
    assert outcome.object_pose[-1, 2, 3] > TABLE + 0.02
    assert outcome.touching["right"] >= 1


def parts_at(parts, pose):
    """Corners (T, N, 3) of convex parts that move with an object (T, 4, 4)."""
    corners = np.concatenate(parts)
    return corners @ pose[:, :3, :3].swapaxes(1, 2) + pose[:, None, :3, 3]


def test_it_does_not_matter_where_a_mesh_has_its_origin(openhand, bench):
    """A box that is dropped on an edge falls alike, and lies as far from its plan. How it tumbles
    hangs on the last digit."""
    planned = beside(openhand)
    planned.object_pose[:] = planned.object_pose @ trimesh.transformations.rotation_matrix(
        0.6, (1, 0, 0)
    )
    planned.object_pose[:, 2, 3] += 0.1
    away, shift = np.array([0.4, -0.3, 0.9]), np.eye(4)
    shift[:3, 3] = -away
    moved = replace(
        planned,
        object_vertices=planned.object_vertices + away,
        object_pose=planned.object_pose @ shift,
    )
    parts = tuple(part + away for part in bench.parts)
    one = bench.run(planned, {"right": openhand})
    other = replace(bench, parts=parts).run(moved, {"right": openhand})
    assert np.ptp(one.object_pose[:, 2, 3]) > 0.05
    height = (parts_at(bench.parts, one.object_pose))[..., 2].min(-1)
    falling = np.cumsum(height < TABLE + 0.01) == 0
    assert falling.sum() > 2
    back = other.object_pose @ np.linalg.inv(shift)
    assert back[falling] == pytest.approx(one.object_pose[falling], abs=1e-3)
    verdicts = judged(one, planned), judged(other, moved)
    assert verdicts[0].position_error == pytest.approx(verdicts[1].position_error, abs=0.03)
    assert verdicts[0].reason == verdicts[1].reason


@pytest.mark.parametrize("seconds", [0.07, 1.0])
def test_there_is_a_state_for_each_time(openhand, bench, seconds):
    outcome = bench.run(beside(openhand, seconds=seconds), {"right": openhand})
    assert len(outcome.object_pose) == len(outcome.positions["right"]) == 31


def test_the_last_state_is_of_the_last_time(openhand, bench):
    """However that is rounded: 705 steps of .01 s are less than the sum of a plan's seconds."""
    way = np.tile([0.4, 0.5, TABLE + 0.3], (31, 1))
    way[-1, 0] += 0.2
    ends = []
    for seconds in (7.05, 7.050000000000001):
        outcome = bench.run(beside(openhand, way, seconds=seconds), {"right": openhand})
        ends.append(outcome.base_pose["right"][-1, :3, 3])
    assert ends[0] == pytest.approx(way[-1], abs=0.05)
    assert ends[1] == pytest.approx(ends[0], abs=1e-4)


def test_what_is_lost_is_not_waited_for(openhand, bench):
    """The object is lifted in the plan and stays on the table."""
    planned = beside(openhand)
    planned.object_pose[:, 2, 3] += np.linspace(0, 0.3, 31)
    outcome = replace(bench, give_up=0.1).run(planned, {"right": openhand})
    whole = bench.run(planned, {"right": openhand})
    assert len(outcome.object_pose) == len(outcome.base_pose["right"]) == 31
    for ended in (outcome, whole):
        position, _ = errors(ended.object_pose, planned.object_pose, np.zeros(3))
        assert position == pytest.approx(np.linspace(0, 0.3, 31), abs=2e-3)


def test_scenes_are_as_heavy_and_slippery_as_asked(openhand):
    """A box on a table that is tilted by gravity slides where friction is less than the slope."""
    parts = [BOX.vertices + [0, 0, -0.1], BOX.vertices + [0, 0, 0.1]]
    pose = box_on_the_table()[0]
    model = scene([openhand], parts, pose, TABLE, Physics(mass=0.7, friction=0.5))
    assert model.body("object").mass[0] == pytest.approx(0.7)
    assert model.nu == len(openhand.coupling.free)
    for friction, slides in ((0.6, False), (0.4, True)):
        physics = Physics(friction=friction)
        model = scene([openhand], [np.array(BOX.vertices)], pose, TABLE, physics)
        model.opt.gravity[:] = [9.81 * np.sin(np.arctan(0.5)), 0, -9.81 * np.cos(np.arctan(0.5))]
        data = mujoco.MjData(model)
        address = model.joint("right/floating_base").qposadr[0]
        data.qpos[address : address + 3] = [0, 1, 2]
        data.mocap_pos[:] = [0, 1, 2]
        mujoco.mj_step(model, data, 400)
        moved = data.body("object").xpos[0] - pose[0, 3]
        assert (moved > 0.05) == slides and (slides or moved < 0.01)


def test_changes_are_what_a_trajectory_does_not_know_of(openhand, bench):
    planned = beside(openhand)
    outcome = bench.run(planned, {"right": openhand}, Change("aside", displaced=(0.005, -0.01)))
    moved = outcome.object_pose[:, :3, 3] - planned.object_pose[:, :3, 3]
    assert moved == pytest.approx(np.tile([0.005, -0.01, 0], (31, 1)), abs=1e-3)


def test_benches_differ(tmp_path):
    """What scores has chosen nothing."""
    shape = BOX.subdivide()
    mesh = Mesh(shape.vertices, shape.faces)
    one = Bench.choosing(mesh, Physics(), tmp_path)
    other = Bench.scoring(mesh, Physics(), tmp_path)
    assert other.physics.timestep < one.physics.timestep
    assert other.physics.servo != one.physics.servo and other.spring != one.spring
    assert len(list(tmp_path.iterdir())) == 2


def plan_of(hand, motion, speed):
    """The fingers close on nothing and open again, as fast as a frame is; their largest speed."""
    slow = replace(hand, velocities=np.full(len(hand.joint_names), speed))
    high = hand.limits[:, 1]
    path = np.tile(hand.neutral, (motion.num_frames, 1))
    path[8:18, 7:] += 0.5 * (high - path[8:18, 7:])
    torque = np.full(hand.num_displacements - 6, 0.6)
    return HandPlan(slow, path, HoldSpan(8, 18, True), torque)


@pytest.fixture
def motion(simple_interaction):
    """Of 30 frames."""
    still = np.zeros((30, 3))
    return simple_interaction(still, still + [0.3, 0, 0.04], grasp_frame=8)


def speeds(planned, values):
    return np.abs(np.diff(values, axis=0)) / np.diff(planned.times)[:, None]


@pytest.mark.parametrize("speed", [0.2, 1.0])
def test_no_joint_is_to_be_faster_than_it_can(openhand, motion, speed):
    plan = plan_of(openhand, motion, speed)
    planned = trajectory(motion, [plan], Servo())
    free = trajectory(motion, [plan_of(openhand, motion, 1e3)], Servo())
    assert planned.settings["slowed"] > 1.01 and "slowed" not in free.settings
    assert planned.times[-1] / free.times[-1] == pytest.approx(planned.settings["slowed"])
    hand = planned.hands["right"]
    assert speeds(planned, hand.positions).max() < 1.001 * speed
    assert speeds(planned, hand.positions).max() > 0.99 * speed
    assert np.array_equal(hand.positions, free.hands["right"].positions)


@pytest.mark.parametrize("speed", [0.2, 1.0])
def test_no_command_is_faster_than_a_joint_can_be(openhand, motion, speed):
    """With the squeeze in it."""
    planned = trajectory(motion, [plan_of(openhand, motion, speed)], Servo())
    assert speeds(planned, planned.hands["right"].commands).max() < 1.001 * speed


def test_commands_squeeze_while_a_hand_holds(openhand, motion):
    """By what the servo gives way by under the torque, at most by its largest one."""
    servo = Servo(stiffness=6.0, torque=0.3)
    plan = plan_of(openhand, motion, 1e3)
    planned = trajectory(motion, [plan], servo)
    hand, times = planned.hands["right"], planned.times
    squeeze = hand.commands - hand.positions
    most = servo.torques(openhand) / servo.stiffness
    assert squeeze.max(0) == pytest.approx(np.minimum(0.1, most), abs=1e-6)
    start, stop = hand.hold
    assert np.abs(squeeze[times <= start]).max() < 1e-6
    assert np.abs(squeeze[-1]).max() < 1e-6
    held = (times > start + 0.5) & (times < stop)
    assert squeeze[held] == pytest.approx(np.tile(squeeze.max(0), (held.sum(), 1)))
    # While the squeeze sets in the hand rests, and so does the object.
    rows = (times >= start) & (times <= start + 0.5)
    assert np.ptp(hand.base_pose[rows], axis=0).max() == 0


def test_the_reach_is_slower_than_the_human_s(openhand, motion):
    plan = plan_of(openhand, motion, 1e3)
    planned = trajectory(motion, [plan], Servo())
    assert planned.hands["right"].hold[0] > 2 * 7 / motion.fps
    assert planned.hands["right"].base_pose == pytest.approx(
        np.tile(poses_of(plan.path[:1])[0], (len(planned.times), 1, 1)), abs=1e-6
    )
