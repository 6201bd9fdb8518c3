"""All protocols at once, of a motion and of robots that do it."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from diffh2o_ros.evaluation.protocols.fixed_hand import displacement
from diffh2o_ros.evaluation.protocols.grasp_state import GraspMoment, people_at, robots_at
from diffh2o_ros.evaluation.protocols.phy import phy
from diffh2o_ros.evaluation.protocols.six_directions import directions_held
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.bench import Bench
from diffh2o_ros.simulation.scene import Physics


def protocol_figures(
    motion: Interaction,
    trajectory: RobotTrajectory,
    robots: Mapping[str, RobotHand],
    cache_dir: str | os.PathLike | None = None,
) -> dict[str, float]:
    """Some seconds of simulation.

    Returns:
        phy: 1 or 0, of the human motion.
        human_displacement_m, robot_displacement_m: GraspTTA's, of the human hands' skin and of the
            robot's planned grasp.
        directions: of DexGraspBench's six, those that the simulated hold withstands.
    """
    moment = GraspMoment.of(trajectory)
    mesh = Mesh(motion.object_vertices, motion.object_faces)
    bench = Bench.scoring(mesh, Physics(), cache_dir)
    frame = int(trajectory.interaction_frames[moment.closed])
    planned = np.asarray(trajectory.object_pose[moment.closed], float)
    people, hands = people_at(motion, frame), robots_at(trajectory, robots, moment.closed)
    return {
        "phy": float(phy(motion)),
        "human_displacement_m": displacement(people, bench.parts, planned),
        "robot_displacement_m": displacement(hands, bench.parts, planned),
        "directions": float(directions_held(trajectory, robots, bench)),
    }
