"""Robot hands as pictures and films show them: their links' hulls in place of a human hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import trimesh
from scipy.interpolate import interp1d

from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.links import Links
from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.viz.palette import METAL
from diffh2o_ros.viz.shown import Shown

FPS = 30.0


def drawable(trajectory: RobotTrajectory, robots: Mapping[str, RobotHand], text: str) -> Shown:
    """A robot's motion for `viz`, in real time, on its table: the surfaces of its hands are the
    robots', the object's poses the simulated ones, where there are any. Nothing else of its hands
    means anything."""
    times = np.arange(0, trajectory.times[-1], 1 / FPS)
    rows = np.searchsorted(trajectory.times, times, side="right") - 1
    poses = trajectory.object_pose
    if trajectory.simulated_object_pose is not None:
        poses = trajectory.simulated_object_pose
    hands = {side: _surface(robots[side], trajectory, side, times) for side in trajectory.hands}
    start = min(hand.hold[0] for hand in trajectory.hands.values())
    grasp = int(np.searchsorted(times, start))
    motion = Interaction(
        FPS,
        text,
        min(max(grasp, 0), len(times) - 1),
        hands,
        _between(trajectory.times, poses.astype(float), times, rows),
        trajectory.object_vertices,
        trajectory.object_faces,
    )
    return Shown(motion, METAL, table=trajectory.table_height)


def verdict(trajectory: RobotTrajectory) -> str:
    """A caption: whether the robot does it."""
    if trajectory.success is None:
        return "a robot hand, as planned"
    does = "does it" if trajectory.success else "does not do it"
    return f"a robot hand {does}, in simulation"


def _between(
    known: np.ndarray, poses: np.ndarray, times: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Poses (K, 4, 4) at times between: positions interpolated, rotations those before."""
    found = poses[rows].copy()
    found[:, :3, 3] = interp1d(known, poses[:, :3, 3], axis=0)(times)
    return found


def _surface(
    robot: RobotHand, trajectory: RobotTrajectory, side: str, times: np.ndarray
) -> HandMotion:
    motion = trajectory.hands[side]
    rows = np.searchsorted(trajectory.times, times, side="right") - 1
    base, joints = motion.base_pose, motion.positions
    if motion.simulated_base_pose is not None and motion.simulated_positions is not None:
        base, joints = motion.simulated_base_pose, motion.simulated_positions
    base = _between(trajectory.times, base.astype(float), times, rows)
    joints = interp1d(trajectory.times, joints, axis=0)(times)
    links = Links.of(robot.model)
    hulls = {link: trimesh.convex.convex_hull(points) for link, points in links.points.items()}
    faces, first = [], 0
    for hull in hulls.values():
        faces.append(hull.faces + first)
        first += len(hull.vertices)
    vertices = np.empty((len(times), first, 3), np.float32)
    for row, (pose, angles) in enumerate(zip(base, joints, strict=True)):
        robot.forward(configuration_of(pose, angles))
        vertices[row] = np.concatenate(
            [robot.world(h.vertices, np.full(len(h.vertices), k)) for k, h in hulls.items()]
        )
    still = np.zeros((len(times), 3))
    return HandMotion(
        side,
        still,
        base[:, :3, 3],
        np.zeros((len(times), 45)),
        np.zeros(10),
        np.repeat(base[:, None, :3, 3], 21, 1),
        vertices,
        np.concatenate(faces),
    )
