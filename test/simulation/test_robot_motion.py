"""A can is lifted by the built-in hand, in simulation."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robots import load_robot
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.bench import PERTURBATIONS, Bench
from diffh2o_ros.simulation.plan import trajectory
from diffh2o_ros.simulation.planning import Planner, choose
from diffh2o_ros.simulation.robot_motion import Mesh, SimulationOptions, robot_motion, simulated
from diffh2o_ros.simulation.verdict import judged


@pytest.fixture(scope="session")
def options(tmp_path_factory):
    return SimulationOptions(cache_dir=tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="session")
def lift(can_motion):
    """The last of the reach and the lift, until the can is up: a short motion."""
    first, last = 35, 80
    rows = slice(first, last)
    hand = can_motion.hands["right"]
    names = ("global_orient", "transl", "hand_pose", "joints", "vertices")
    hand = replace(hand, **{name: getattr(hand, name)[rows] for name in names})
    return replace(
        can_motion,
        hands={"right": hand},
        object_pose=can_motion.object_pose[rows],
        grasp_frame=can_motion.grasp_frame - first,
    )


@pytest.fixture(scope="session")
def lifted(lift, openhand, options):
    return robot_motion(lift, {"right": openhand}, options)


def test_the_can_is_lifted(lift, lifted):
    """The simulated can goes up with the planned one and is up in the end, in the hand."""
    assert lifted.success and lifted.robustness >= 0.5
    height = lift.object_pose[-1, 2, 3] - lift.object_pose[0, 2, 3]
    assert height > 0.1
    z = lifted.simulated_object_pose[:, 2, 3]
    assert z[-1] - z[0] == pytest.approx(height, abs=0.03)
    assert lifted.position_error < 0.03 and lifted.rotation_error < np.deg2rad(30)
    hand = lifted.hands["right"]
    assert hand.hold[1] == np.inf
    before = lifted.times <= hand.hold[0]
    assert np.ptp(z[before]) < 0.01
    # Fingers were where the can is.
    base = hand.simulated_base_pose[-1, :3, 3]
    assert np.linalg.norm(base - lifted.simulated_object_pose[-1, :3, 3]) < 0.25
    assert "failure" not in lifted.settings and lifted.settings["seed"] == 0
    held = lifted.settings["perturbations"]
    assert set(held) == {change.name for change in PERTURBATIONS}
    assert lifted.robustness == pytest.approx(np.mean(list(held.values())))


def test_a_seed_gives_one_trajectory(lift, openhand, options, lifted):
    """Of a hand that was loaded anew, too."""
    planner = Planner(lift, {"right": load_robot("openhand", "right")}, np.random.default_rng(0))
    mesh = Mesh(lift.object_vertices, lift.object_faces)
    bench = Bench.choosing(mesh, options.physics(mesh), options.cache_dir)
    chosen = choose([planner], bench).trajectory
    assert np.array_equal(chosen.times, lifted.times)
    for name in ("positions", "commands", "base_pose", "base_command"):
        one, other = (getattr(of.hands["right"], name) for of in (chosen, lifted))
        assert np.array_equal(one, other), name
    again = simulated(chosen, {"right": openhand}, options)
    assert np.array_equal(again.simulated_object_pose, lifted.simulated_object_pose)
    other = next(Planner(lift, {"right": openhand}, np.random.default_rng(5)).candidates(5.0))
    planned = trajectory(lift, other, bench.physics.servo)
    assert not np.array_equal(planned.hands["right"].commands, lifted.hands["right"].commands)


def test_a_file_has_all_that_its_verdict_needs(openhand, options, lifted, tmp_path):
    lifted.save(tmp_path / "lift.npz")
    loaded = RobotTrajectory.load(tmp_path / "lift.npz")
    again = simulated(loaded, {"right": openhand}, options)
    assert again.success == lifted.success
    assert again.position_error == lifted.position_error
    assert again.rotation_error == lifted.rotation_error
    assert np.array_equal(again.simulated_object_pose, lifted.simulated_object_pose)
    for name in ("mass", "friction", "task"):
        assert again.settings[name] == lifted.settings[name]


def test_without_friction_the_can_stays_behind(openhand, options, lifted):
    """One that is wider below: this one is held from below its belly."""
    vertices = lifted.object_vertices.astype(float)
    z = vertices[:, 2:]
    vertices[:, :2] *= 1 + 0.4 * (z.mean() - z) / np.ptp(z)
    wider = replace(lifted, object_vertices=vertices)
    robots = {"right": openhand}
    failed = simulated(wider, robots, replace(options, friction=0.02))
    assert not failed.success and failed.position_error > 0.03
    assert failed.settings["failure"].startswith("the object ends ")
    assert failed.settings["friction"] == 0.02
    # It is told no longer of what then holds.
    again = simulated(replace(failed, object_vertices=lifted.object_vertices), robots, options)
    assert again.success and "failure" not in again.settings


def test_a_hand_that_does_not_come_lifts_nothing(openhand, options, lifted):
    """The same fingers half a meter away."""
    hand = lifted.hands["right"]
    away = np.eye(4)
    away[0, 3] = 0.5
    moved = replace(hand, base_pose=away @ hand.base_pose, base_command=away @ hand.base_command)
    failed = simulated(replace(lifted, hands={"right": moved}), {"right": openhand}, options)
    assert not failed.success
    z = failed.simulated_object_pose[:, 2, 3]
    assert np.ptp(z) < 0.005
    assert failed.position_error == pytest.approx(lifted.object_pose[-1, 2, 3] - z[0], abs=0.02)


def test_a_can_that_is_put_down_stands_there_alone(can_motion, openhand, options):
    """The whole motion, in the simulation that chooses."""
    robots = {"right": openhand}
    mesh = Mesh(can_motion.object_vertices, can_motion.object_faces)
    bench = Bench.choosing(mesh, options.physics(mesh), options.cache_dir)
    chosen = choose([Planner(can_motion, robots, np.random.default_rng(0))], bench)
    planned = chosen.trajectory
    start, stop = planned.hands["right"].hold
    assert start < stop < planned.times[-1]
    outcome = bench.run(planned, robots)
    assert chosen.verdict.success and judged(outcome, planned) == chosen.verdict
    z = outcome.object_pose[:, 2, 3]
    held = (planned.times > start) & (planned.times < stop)
    assert z[held].max() - z[0] > 0.1 and z[-1] - z[0] == pytest.approx(0, abs=0.01)
    assert outcome.touching == {"right": 0} and outcome.speed < 0.05


def test_a_hand_that_acts_needs_a_robot_of_its_side(lift):
    left = load_robot("openhand", "left")
    with pytest.raises(RobotHandError, match="the motion's right hand acts: give a robot for it"):
        robot_motion(lift, {"left": left})
    with pytest.raises(RobotHandError, match="is a left hand, the motion's is a right one"):
        robot_motion(lift, {"right": left})


def test_a_check_ends_the_work(lift, openhand, options):
    class StopError(Exception):
        pass

    def check():
        raise StopError

    with pytest.raises(StopError):
        robot_motion(lift, {"right": openhand}, options, check)
    assert SimulationOptions(mass=0.5).physics(None).mass == 0.5
