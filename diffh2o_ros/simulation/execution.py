"""Carries a trajectory out: hands on springs follow their commands, and the object what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import mujoco
import numpy as np
from scipy.interpolate import interp1d
from scipy.spatial.transform import Rotation, Slerp

from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.scene import OBJECT, TARGET, root_joint

#: Simulated steps between two commands.
CONTROL_STEPS = 5
#: Seconds by which sums of times may miss one another.
ROUNDING = 1e-9
#: Time constants by which a critically damped spring lags behind what pulls it.
LAG = 2.0


@dataclass(frozen=True)
class WristSpring:
    """What carries a hand, as time constants of a critically damped spring, seconds: while it
    reaches, and from `soften` seconds before contact on. Of a hand of m kilograms it has m / t^2
    newtons a meter: some 400 at .04 s and .64 kg."""

    stiff: float = 0.004
    compliant: float = 0.04
    soften: float = 0.1


@dataclass(frozen=True)
class Execution:
    """What an execution came to.

    Attributes:
        object_pose: (K, 4, 4) of the object at the trajectory's times.
        speed: m/s, of the object at the end.
        touching: bodies of each hand that touch the object then, by side.
        positions: (K, N) of each hand's joints, by side.
        base_pose: (K, 4, 4) of each hand's root, by side.
    """

    object_pose: np.ndarray
    speed: float
    touching: dict[str, int]
    positions: dict[str, np.ndarray]
    base_pose: dict[str, np.ndarray]


def execute(
    model: mujoco.MjModel,
    trajectory: RobotTrajectory,
    robots: Mapping[str, RobotHand],
    spring: WristSpring,
    planned: np.ndarray,
    give_up: float = np.inf,
) -> Execution:
    """Carries a trajectory out in the `scene` of its hands, whose springs it sets.

    Args:
        planned: (K, 4, 4) of the scene's object at the trajectory's times.
        give_up: where the object is so far (meters) from where it should be, that is the outcome:
            what would come of it is not worth the time.
    """
    data = mujoco.MjData(model)
    times = trajectory.times
    step = CONTROL_STEPS * model.opt.timestep
    ticks = step * np.arange(int(np.ceil(times[-1] / step)) + 1)
    drives = [
        _Drive(model, data, robots[side], hand, times, ticks, spring)
        for side, hand in trajectory.hands.items()
    ]
    for drive in drives:
        drive.place()
    mujoco.mj_forward(model, data)
    poses, kept = [], [[] for _ in drives]
    for tick, now in enumerate(ticks):
        while len(poses) < len(times) and times[len(poses)] <= now + ROUNDING:
            poses.append(_pose(data, model.body(OBJECT).id))
            for rows, drive in zip(kept, drives, strict=True):
                rows.append(drive.state())
        away = poses[-1][:3, 3] - planned[len(poses) - 1, :3, 3]
        if np.linalg.norm(away) > give_up:
            break
        for drive in drives:
            drive.command(tick)
        mujoco.mj_step(model, data, CONTROL_STEPS)
    for rows in (poses, *kept):
        rows += [rows[-1]] * (len(times) - len(rows))
    speed = float(np.linalg.norm(data.qvel[model.joint(OBJECT).dofadr[0] :][:3]))
    sides = list(trajectory.hands)
    states = {side: tuple(zip(*rows, strict=True)) for side, rows in zip(sides, kept, strict=True)}
    return Execution(
        np.stack(poses),
        speed,
        _touching(model, data, sides),
        {side: np.stack(found[1]) for side, found in states.items()},
        {side: np.stack(found[0]) for side, found in states.items()},
    )


class _Drive:
    """Moves one hand of a scene."""

    def __init__(
        self,
        model: mujoco.MjModel,
        data: mujoco.MjData,
        robot: RobotHand,
        motion: RobotHandMotion,
        times: np.ndarray,
        ticks: np.ndarray,
        spring: WristSpring,
    ) -> None:
        self._model, self._data, self._motion = model, data, motion
        side = robot.side
        self._root_address = int(model.joint(root_joint(side)).qposadr[0])
        self._root = model.body(f"{side}/{robot.root}").id
        joints = [model.joint(f"{side}/{name}") for name in motion.joint_names]
        self._joints = np.array([int(joint.qposadr[0]) for joint in joints])
        free = robot.coupling.free
        names = [f"{side}/{motion.joint_names[k]}" for k in free]
        self._actuators = np.array([model.actuator(name).id for name in names])
        self._mocap = int(model.body(f"{side}/{TARGET}").mocapid[0])
        self._weld = int(model.equality(f"{side}/{TARGET}").id)
        near = ticks > motion.hold[0] - spring.soften
        self._constants = np.where(near, spring.compliant, spring.stiff)
        # The spring pulls ahead by what the hand lags behind.
        ahead = np.minimum(ticks + LAG * self._constants, times[-1])
        poses = motion.base_command.astype(float)
        turns = Slerp(times, Rotation.from_matrix(poses[:, :3, :3]))
        self._quaternions = turns(ahead).as_quat(scalar_first=True)
        self._positions = interp1d(times, poses[:, :3, 3], axis=0)(ahead)
        now = np.minimum(ticks, times[-1])
        self._commands = interp1d(times, motion.commands[:, free], axis=0)(now)

    def place(self) -> None:
        """The hand where its trajectory begins."""
        start = configuration_of(self._motion.base_pose[0], self._motion.positions[0])
        self._data.qpos[self._root_address : self._root_address + 7] = start[:7]
        self._data.qpos[self._joints] = start[7:]

    def command(self, tick: int) -> None:
        """Sets what the spring pulls to and what fingers do."""
        self._data.mocap_pos[self._mocap] = self._positions[tick]
        self._data.mocap_quat[self._mocap] = self._quaternions[tick]
        self._data.ctrl[self._actuators] = self._commands[tick]
        self._model.eq_solref[self._weld, 0] = self._constants[tick]

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """Root (4, 4) and joint positions (N,)."""
        return _pose(self._data, self._root), self._data.qpos[self._joints].copy()


def _pose(data: mujoco.MjData, body: int) -> np.ndarray:
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = data.xmat[body].reshape(3, 3), data.xpos[body]
    return pose


def _touching(model: mujoco.MjModel, data: mujoco.MjData, sides: list[str]) -> dict[str, int]:
    """How many bodies of each hand touch the object."""
    thing = model.body(OBJECT).id
    bodies = model.geom_bodyid[data.contact.geom].reshape(-1, 2)
    others = {int(b) for pair in bodies if thing in pair for b in pair if b != thing}
    names = [model.body(b).name for b in others]
    return {side: sum(name.startswith(f"{side}/") for name in names) for side in sides}
