"""A plan for one hand or two, as commands over time: what a controller is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.holds import HoldSpan
from diffh2o_ros.retargeting.poses import poses_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.scene import Servo

#: Of the human's speed, that of the reach.
REACH_SPEED = 0.5
#: Seconds in which fingers close on the object or open, in which the squeeze sets in or ends, until
#: the object is moved, and that the end is held.
FINGERS, SQUEEZE, SETTLE, HOLD = 0.6, 0.4, 0.15, 0.5


@dataclass(frozen=True, eq=False)
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
class Timeline:
    """Key frames: times (K,), s, frames (K,) of the plan, what of its squeeze each of H hands gives
    (K, H). slowed: how many times longer it takes for the sake of joints' largest speeds."""

    time: np.ndarray
    frame: np.ndarray
    squeeze: np.ndarray
    slowed: float = 1.0

    @staticmethod
    def of(frames: int, fps: float, plans: Sequence[HandPlan]) -> Timeline:
        """When each of so many frames is due: all wait while a hand closes or opens."""
        first = min(plan.span.start for plan in plans)
        now, squeeze = 0.0, np.zeros(len(plans))
        keys = []

        def key(frame: int, seconds: float) -> None:
            nonlocal now
            now += seconds
            keys.append((now, frame, squeeze.copy()))

        for frame in range(frames):
            seconds = 1 / (fps * (REACH_SPEED if frame <= first else 1.0)) if frame else 0.0
            closes = any(frame == plan.span.start for plan in plans)
            key(frame, max(seconds, FINGERS) if closes else seconds)
            for number, plan in enumerate(plans):
                if frame == plan.span.start:
                    squeeze[number] = 1.0
                    key(frame, SQUEEZE)
                    key(frame, SETTLE)
                if plan.span.released and frame == plan.span.stop - 1:
                    squeeze[number] = 0.0
                    key(frame, SQUEEZE)
                    key(frame + 1, FINGERS)
        key(frames - 1, HOLD)
        return Timeline(*(np.array(column) for column in zip(*keys, strict=True)))

    def first(self, frame: int) -> float:
        """When a frame is first due, s."""
        return float(self.time[np.argmax(self.frame >= frame)])


def _slowed(timeline: Timeline, plans: Sequence[HandPlan], moves: Sequence[np.ndarray]) -> Timeline:
    """Key frames so far apart that no joint moves (K, N), as planned or commanded, faster than it
    can."""
    needed = np.zeros(len(timeline.time) - 1)
    for plan, joints in zip(plans, moves, strict=True):
        change = np.abs(np.diff(joints, axis=0))
        needed = np.maximum(needed, (change / plan.hand.velocities).max(1))
    seconds = np.maximum(np.diff(timeline.time), needed)
    time = np.concatenate([[0.0], np.cumsum(seconds)])
    slower = max(float(time[-1] / timeline.time[-1]), timeline.slowed)
    return replace(timeline, time=time, slowed=slower)


def trajectory(motion: Interaction, plans: Sequence[HandPlan], servo: Servo) -> RobotTrajectory:
    """Plans as commands over time.

    Args:
        servo: of the fingers: the squeeze is in the commands, as what these give way by.
    """
    timeline = Timeline.of(motion.num_frames, motion.fps, plans)
    paths = [plan.path[timeline.frame] for plan in plans]
    commands = [_commands(plan, timeline, number, servo) for number, plan in enumerate(plans)]
    joints = [path[:, 7:] for path in paths]
    timeline = _slowed(timeline, [*plans, *plans], [*joints, *commands])
    hands = {}
    for plan, path, command in zip(plans, paths, commands, strict=True):
        span = plan.span
        stop = timeline.first(span.stop - 1) if span.released else np.inf
        hands[plan.hand.side] = RobotHandMotion(
            robot=plan.hand.name,
            joint_names=plan.hand.joint_names,
            positions=path[:, 7:],
            commands=command,
            base_pose=poses_of(path),
            base_command=poses_of(path),
            hold=(timeline.first(span.start), stop),
        )
    vertices, pose = motion.object_vertices, motion.object_pose[timeline.frame]
    table = float((vertices @ pose[0, 2, :3]).min() + pose[0, 2, 3])
    models = {p.hand.side: {"model": p.hand.name, "sha256": p.hand.sha256} for p in plans}
    settings = {"task": motion.text, "robots": models, "stiffness": servo.stiffness}
    if timeline.slowed > 1.01:
        settings["slowed"] = timeline.slowed
    return RobotTrajectory(
        timeline.time,
        hands,
        pose,
        vertices,
        motion.object_faces,
        table,
        interaction_frames=timeline.frame,
        settings=settings,
    )


def _commands(plan: HandPlan, timeline: Timeline, number: int, servo: Servo) -> np.ndarray:
    """Position commands (K, N) of the plan with a number, the squeeze in them."""
    hand = plan.hand
    most = servo.torques(hand)[hand.coupling.free]
    offset = np.clip(plan.torque, -most, most) / servo.stiffness
    commands = plan.path[timeline.frame, 7:].copy()
    commands[:, hand.coupling.free] += timeline.squeeze[:, number, None] * offset
    return commands
