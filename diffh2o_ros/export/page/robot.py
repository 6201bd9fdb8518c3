"""A robot's hands on the page: the hulls of their links, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import trimesh

from diffh2o_ros.export.page.bodies import creased
from diffh2o_ros.export.page.contacts import NearHand
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.retargeting.installed import check_installed
from diffh2o_ros.retargeting.trajectory import RobotTrajectory

if TYPE_CHECKING:
    from diffh2o_ros.retargeting.robot_hand import RobotHand

_LINK_FACES = 300


def robots_of(trajectory: RobotTrajectory) -> Mapping[str, RobotHand]:
    """The robots that a trajectory names, by side.

    Raises:
        RobotHandError: MuJoCo is not installed, or a robot's file is not there.
        TrajectoryFileError: it is another one than the trajectory was made for.
    """
    check_installed("mujoco")
    from diffh2o_ros.retargeting.robots import load_robots

    found = load_robots([hand.robot for hand in trajectory.hands.values()], trajectory.hands)
    for side, robot in found.items():
        trajectory.check_robot(side, robot.joint_names, robot.sha256)
    return found


def link_motions(
    robot: RobotHand, trajectory: RobotTrajectory, side: str
) -> list[tuple[int, Mesh, np.ndarray]]:
    """Each link with a surface: its number, its hull in its own frame, and poses (T, 4, 4), those
    that were simulated where there are any."""
    from diffh2o_ros.geometry.decimate import thin_out
    from diffh2o_ros.retargeting.links import Links
    from diffh2o_ros.retargeting.poses import configuration_of

    motion = trajectory.hands[side]
    bases, joints = motion.base_pose, motion.positions
    if motion.simulated_base_pose is not None and motion.simulated_positions is not None:
        bases, joints = motion.simulated_base_pose, motion.simulated_positions
    surfaces = Links.of(robot.model).points
    poses = {link: np.tile(np.eye(4), (len(joints), 1, 1)) for link in surfaces}
    for row, (base, angles) in enumerate(zip(bases.astype(float), joints, strict=True)):
        robot.forward(configuration_of(base, angles))
        for link, found in poses.items():
            found[row, :3, :3] = robot.data.xmat[link].reshape(3, 3)
            found[row, :3, 3] = robot.data.xpos[link]
    hulls = {link: trimesh.convex.convex_hull(points) for link, points in surfaces.items()}
    hulls = {k: thin_out(Mesh(h.vertices, h.faces), _LINK_FACES) for k, h in hulls.items()}
    return [
        (k, creased(trimesh.Trimesh(h.vertices, h.faces, process=False)), poses[k])
        for k, h in hulls.items()
    ]


def near_robot(robot: RobotHand, links: list[tuple[int, Mesh, np.ndarray]]) -> NearHand:
    """The same as one surface, its links under the fingers they belong to."""
    fingers = robot.anatomy.fingers
    names = (*fingers, "palm")
    number = {link: n for n, f in enumerate(fingers.values()) for link in f.links}
    points, faces, finger_of, first = [], [], [], 0
    for link, mesh, poses in links:
        points.append(mesh.vertices @ poses[:, :3, :3].transpose(0, 2, 1) + poses[:, None, :3, 3])
        faces.append(mesh.faces + first)
        finger_of.append(np.full(len(mesh.vertices), number.get(link, len(fingers))))
        first += len(mesh.vertices)
    return NearHand(
        np.concatenate(points, 1), np.concatenate(faces), names, np.concatenate(finger_of)
    )
