"""A robot hand as rigid links: their surfaces, and where each is in every frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.export.episode import ExportError
from diffh2o_ros.geometry.decimate import thin_out
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.installed import check_installed
from diffh2o_ros.retargeting.trajectory import RobotTrajectory, TrajectoryFileError
from diffh2o_ros.viz.surface import drawn_surface

if TYPE_CHECKING:
    import trimesh

    from diffh2o_ros.retargeting.robot_hand import RobotHand

LINK_FACES = 240  #: of a link, about, at most


@dataclass(frozen=True)
class LinkMotion:
    """A link.

    Attributes:
        name: of its topmost body.
        parent: its place among the links, which is before its own; -1 of the root.
        surface: in the frame of the link, as collisions know it; None where it has none.
        poses: (T, 4, 4) in the frame of the parent, of the root in that of the motion.
    """

    name: str
    parent: int
    surface: trimesh.Trimesh | None
    poses: np.ndarray


def robot_links(trajectory: RobotTrajectory, rows: np.ndarray) -> dict[str, list[LinkMotion]]:
    """The links of each hand by side, in the simulation where there was one, else as planned.

    Args:
        rows: (T,) of the trajectory.

    Raises:
        ExportError: a robot's file is not there, or is another by now.
    """
    try:
        check_installed("mujoco")
        from diffh2o_ros.retargeting.robots import load_robots

        names = [hand.robot for hand in trajectory.hands.values()]
        robots = load_robots(names, trajectory.hands)
        for side, robot in robots.items():
            trajectory.check_robot(side, robot.joint_names, robot.sha256)
    except (RobotHandError, TrajectoryFileError) as error:
        raise ExportError(f"the robot hand cannot be drawn: {error}") from error
    return {side: _links(robot, trajectory, side, rows) for side, robot in robots.items()}


def _links(
    robot: RobotHand, trajectory: RobotTrajectory, side: str, rows: np.ndarray
) -> list[LinkMotion]:
    import trimesh

    from diffh2o_ros.retargeting.links import Links
    from diffh2o_ros.retargeting.poses import configuration_of

    motion = trajectory.hands[side]
    base, joints = motion.base_pose, motion.positions
    if motion.simulated_base_pose is not None and motion.simulated_positions is not None:
        base, joints = motion.simulated_base_pose, motion.simulated_positions
    links = Links.of(robot.model)
    numbers = sorted(links.parent)  # a body comes after those that it hangs on
    poses = np.tile(np.eye(4), (len(numbers), len(rows), 1, 1))
    for frame, row in enumerate(rows):
        robot.forward(configuration_of(base[row].astype(float), joints[row].astype(float)))
        poses[:, frame, :3, :3] = robot.data.xmat[numbers].reshape(-1, 3, 3)
        poses[:, frame, :3, 3] = robot.data.xpos[numbers]
    found = []
    for place, link in enumerate(numbers):
        parent = numbers.index(links.parent[link]) if links.parent[link] else -1
        surface = None
        if link in links.points:
            hull = trimesh.convex.convex_hull(links.points[link])
            thin = thin_out(Mesh(hull.vertices, hull.faces), LINK_FACES)
            surface = drawn_surface(thin.vertices, thin.faces)
        local = poses[place] if parent < 0 else np.linalg.inv(poses[parent]) @ poses[place]
        found.append(LinkMotion(links.bodies(link)[0], parent, surface, local))
    return found
