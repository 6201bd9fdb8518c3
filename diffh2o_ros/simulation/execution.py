"""Carries a plan out: hands on springs follow their paths, fingers squeeze while they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from diffh2o_ros.retargeting.holds import HoldSpan
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.simulation.scene import OBJECT, TARGET, root_joint

#: Simulated steps between two commands.
CONTROL_STEPS = 5
#: Time constants by which a critically damped spring lags behind what pulls it.
LAG = 2.0


@dataclass(frozen=True)
class HandPlan:
    """What one hand is to do.

    Attributes:
        path: (T, 7 + N) configurations in the request's frame.
        span: when it holds.
        torque: (K,) with which its free joints squeeze meanwhile, N m.
    """

    hand: RobotHand
    path: np.ndarray
    span: HoldSpan
    torque: np.ndarray


@dataclass(frozen=True)
class Executor:
    """How plans are carried out.

    Attributes:
        reach_speed: of the plan's; what comes before the grasp is done that much slower.
        close, settle: seconds in which the squeeze sets in, and until the object is moved; it ends
            in as many.
        open: seconds in which fingers then open.
        hold: seconds that the end is held.
        stiff, compliant: time constants (seconds) of the springs that the wrists hang on: while
            they reach, and from `soften` seconds before contact on.
    """

    reach_speed: float = 0.5
    close: float = 0.4
    settle: float = 0.15
    open: float = 0.6
    hold: float = 0.5
    stiff: float = 0.004
    compliant: float = 0.04
    soften: float = 0.1

    def timeline(self, frames: int, fps: float, plans: Sequence[HandPlan]) -> Timeline:
        """When each frame is due: all wait while a hand closes or opens.

        Args:
            frames: of the plans, at `fps` a second.
        """
        first = min(plan.span.start for plan in plans)
        now, squeeze = 0.0, np.zeros(len(plans))
        keys = []

        def key(frame: int, seconds: float) -> None:
            nonlocal now
            now += seconds
            keys.append((now, frame, squeeze.copy()))

        for frame in range(frames):
            speed = self.reach_speed if frame <= first else 1.0
            seconds = 1 / (fps * speed) if frame else 0.0
            closes = any(frame == plan.span.start for plan in plans)
            key(frame, max(seconds, self.open) if closes else seconds)
            for number, plan in enumerate(plans):
                if frame == plan.span.start:
                    squeeze[number] = 1.0
                    key(frame, self.close)
                    key(frame, self.settle)
                if plan.span.released and frame == plan.span.stop - 1:
                    squeeze[number] = 0.0
                    key(frame, self.close)
                    key(frame + 1, self.open)
        key(frames - 1, self.hold)
        return _slowed(Timeline(*(np.array(c) for c in zip(*keys, strict=True))), plans)


@dataclass(frozen=True)
class Timeline:
    """Key frames: times (K,), s, frames (K,) of the plan, what of its squeeze each of H hands gives
    (K, H). slowed: how many times longer it takes for the sake of joints' largest speeds."""

    time: np.ndarray
    frame: np.ndarray
    squeeze: np.ndarray
    slowed: float = 1.0

    def at(self, time: float) -> tuple[float, np.ndarray]:
        """The frame, a fraction between two, and the squeezes (H,)."""
        frame = float(np.interp(time, self.time, self.frame))
        return frame, np.array([np.interp(time, self.time, s) for s in self.squeeze.T])

    def reached(self, frame: int) -> float:
        """The time at which a frame is first due."""
        return float(self.time[np.argmax(self.frame >= frame)])

    def left(self) -> np.ndarray:
        """Of each frame the last time (T,) at which it is due, s."""
        _, reverse = np.unique(self.frame[::-1], return_index=True)
        return self.time[::-1][reverse]


def _slowed(timeline: Timeline, plans: Sequence[HandPlan]) -> Timeline:
    """Key frames so far apart that no joint is faster than it can be."""
    seconds = np.diff(timeline.time)
    needed = np.zeros_like(seconds)
    for plan in plans:
        change = np.abs(np.diff(plan.path[timeline.frame, 7:], axis=0))
        needed = np.maximum(needed, (change / plan.hand.velocities).max(1))
    time = np.concatenate([[0.0], np.cumsum(np.maximum(seconds, needed))])
    slower = float(time[-1] / timeline.time[-1])
    return replace(timeline, time=time, slowed=max(slower, 1.0))


@dataclass(frozen=True)
class Outcome:
    """What an execution came to.

    Attributes:
        object_pose: (T, 4, 4) of the object as each frame of the plan was over.
        final_pose: (4, 4) after the hold at the end. speed: m/s, of the object then.
        touching: bodies of each hand that touch the object then, by side.
        on_table: whether the object touches the table then.
        configurations: (T, 7 + N) of each hand, by side.
    """

    object_pose: np.ndarray
    final_pose: np.ndarray
    speed: float
    touching: dict[str, int]
    on_table: bool
    configurations: dict[str, np.ndarray]


def execute(
    model: mujoco.MjModel, plans: Sequence[HandPlan], fps: float, executor: Executor
) -> Outcome:
    """Carries plans out in a `scene` of their hands, whose compliance it changes."""
    data = mujoco.MjData(model)
    timeline = executor.timeline(len(plans[0].path), fps, plans)
    drives = [_Drive(model, data, plan) for plan in plans]
    soft = [timeline.reached(plan.span.start) - executor.soften for plan in plans]
    for drive in drives:
        drive.place()
    due, row = timeline.left(), 0
    poses, configurations = [], [[] for _ in plans]
    step = CONTROL_STEPS * model.opt.timestep
    for number in range(int(np.ceil(timeline.time[-1] / step))):
        now = number * step
        frame, squeeze = timeline.at(now)
        for drive, amount, when in zip(drives, squeeze, soft, strict=True):
            compliance = executor.compliant if now > when else executor.stiff
            ahead, _ = timeline.at(now + LAG * compliance)
            drive.command(ahead, frame, amount, compliance)
        mujoco.mj_step(model, data, CONTROL_STEPS)
        while row < len(due) and due[row] <= now + step:
            poses.append(_object_pose(model, data))
            for kept, drive in zip(configurations, drives, strict=True):
                kept.append(drive.configuration())
            row += 1
    velocity = data.qvel[model.joint(OBJECT).dofadr[0] :][:3]
    touching, on_table = _contacts(model, data, [plan.hand.side for plan in plans])
    sides = [plan.hand.side for plan in plans]
    return Outcome(
        np.stack(poses),
        _object_pose(model, data),
        float(np.linalg.norm(velocity)),
        touching,
        on_table,
        {side: np.stack(kept) for side, kept in zip(sides, configurations, strict=True)},
    )


class _Drive:
    """Moves one hand of a scene."""

    def __init__(self, model: mujoco.MjModel, data: mujoco.MjData, plan: HandPlan) -> None:
        self._model, self._data, self._plan = model, data, plan
        side, hand = plan.hand.side, plan.hand
        self._root = int(model.joint(root_joint(side)).qposadr[0])
        joints = [model.joint(f"{side}/{name}") for name in hand.joint_names]
        self._joints = np.array([int(joint.qposadr[0]) for joint in joints])
        names = [f"{side}/{hand.joint_names[k]}" for k in hand.coupling.free]
        self._actuators = np.array([model.actuator(name).id for name in names])
        stiffness = model.actuator_gainprm[self._actuators, 0]
        torque = np.minimum(np.abs(plan.torque), model.actuator_forcerange[self._actuators, 1])
        self._offset = np.sign(plan.torque) * torque / stiffness
        self._mocap = int(model.body(f"{side}/{TARGET}").mocapid[0])
        self._weld = int(model.equality(f"{side}/{TARGET}").id)
        rows = np.arange(len(plan.path))
        self._rotation = Slerp(rows, Rotation.from_quat(plan.path[:, 3:7], scalar_first=True))

    def place(self) -> None:
        """The hand where its path begins."""
        start = self._plan.path[0]
        self._data.qpos[self._root : self._root + 7] = start[:7]
        self._data.qpos[self._joints] = start[7:]
        mujoco.mj_forward(self._model, self._data)

    def command(self, ahead: float, frame: float, squeeze: float, compliance: float) -> None:
        """What root and fingers shall do: the root that of the frame `ahead`."""
        root, joints = self._path(ahead)[:3], self._path(frame)[7:]
        self._data.mocap_pos[self._mocap] = root
        quaternion = self._rotation(ahead).as_quat(scalar_first=True)
        self._data.mocap_quat[self._mocap] = quaternion
        free = joints[self._plan.hand.coupling.free]
        self._data.ctrl[self._actuators] = free + squeeze * self._offset
        self._model.eq_solref[self._weld, 0] = compliance

    def _path(self, frame: float) -> np.ndarray:
        path = self._plan.path
        low = min(int(frame), len(path) - 2)
        return path[low] + (frame - low) * (path[low + 1] - path[low])

    def configuration(self) -> np.ndarray:
        """(7 + N,)."""
        root = self._data.qpos[self._root : self._root + 7]
        return np.concatenate([root, self._data.qpos[self._joints]])


def _object_pose(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    body = model.body(OBJECT).id
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = data.xmat[body].reshape(3, 3), data.xpos[body]
    return pose


def _contacts(
    model: mujoco.MjModel, data: mujoco.MjData, sides: Sequence[str]
) -> tuple[dict[str, int], bool]:
    """Bodies of each hand that touch the object, and whether the table does."""
    thing = model.body(OBJECT).id
    bodies = model.geom_bodyid[data.contact.geom].reshape(-1, 2)
    others = {int(b) for pair in bodies if thing in pair for b in pair if b != thing}
    names = [model.body(b).name for b in others]
    return {side: sum(n.startswith(f"{side}/") for n in names) for side in sides}, 0 in others
