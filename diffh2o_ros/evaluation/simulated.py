"""What robot hands and the object did in simulation, read off their geometry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from diffh2o_ros.evaluation.protocols.grasp_state import GraspMoment, configurations
from diffh2o_ros.evaluation.success import ON_THE_TABLE, task_success
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.human_grasp import surface_of
from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.surface import ObjectSurface
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.verdict import NEAR, STANDS

#: A hand whose surface is nearer to the object than this is at it, farther than CLEAR it is clear
#: of it, meters. The parts that physics collides with bulge by a millimeter or two.
AT, CLEAR = 0.005, 0.01
#: Rows of a hold that are looked at.
HELD_ROWS = 9


@dataclass(frozen=True, eq=False)
class SimulatedTask:
    """A motion, how robots did it in simulation, and the object's surface in its mesh's frame."""

    motion: Interaction
    trajectory: RobotTrajectory
    robots: Mapping[str, RobotHand]
    surface: ObjectSurface

    @staticmethod
    def of(
        motion: Interaction, trajectory: RobotTrajectory, robots: Mapping[str, RobotHand]
    ) -> SimulatedTask:
        return SimulatedTask(motion, trajectory, robots, surface_of(motion))

    def done(self, action: str | None) -> bool | None:
        """Whether the simulated object did what the action asks for; None where that is not judged.

        A hand-over is one by the robots' hands; what was placed stands where it was to, and no hand
        is at it.
        """
        if action == "offhand":
            return self.handed_over()
        did = task_success(as_simulated(self.motion, self.trajectory), action)
        return did and self.placed() if action == "place" else did

    def lifted(self) -> bool:
        """Whether the object was raised by 5 cm and a hand has it in the end."""
        raised = task_success(as_simulated(self.motion, self.trajectory), "lift")
        return bool(raised and self._at(-1))

    def placed(self) -> bool:
        """Whether the object stands on the table in the end, within 3 cm of where it was to, and
        all hands are clear of it."""
        poses, times = self.trajectory.simulated_object_pose.astype(float), self.trajectory.times
        center = np.append(self.trajectory.object_center, 1.0)
        end = (poses[-1] @ center)[:3]
        goal = (self.trajectory.object_pose[-1].astype(float) @ center)[:3]
        speed = np.linalg.norm(end - (poses[-2] @ center)[:3]) / (times[-1] - times[-2])
        vertices = self.trajectory.object_vertices.astype(float)
        lowest = (vertices @ poses[-1, 2, :3]).min() + poses[-1, 2, 3]
        stands = abs(lowest - self.trajectory.table_height) <= ON_THE_TABLE and speed <= STANDS
        clear = min(self.distance(side, -1) for side in self.trajectory.hands) > CLEAR
        return bool(stands and clear and np.linalg.norm(end - goal) <= NEAR)

    def handed_over(self) -> bool:
        """Whether one hand alone has the object at first and another one alone in the end."""
        first = self._at(GraspMoment.of(self.trajectory).squeezed)
        last = self._at(-1)
        return len(first) == len(last) == 1 and first != last

    def _at(self, row: int) -> set[str]:
        return {side for side in self.trajectory.hands if self.distance(side, row) <= AT}

    def planned_penetration(self) -> float:
        """Depth of the deepest point of the hands in the object in the planned grasp, meters."""
        row = GraspMoment.of(self.trajectory).closed
        pose = self.trajectory.object_pose[row].astype(float)
        placed = configurations(self.trajectory, row)
        return max(0.0, -min(self._distance(side, q, pose) for side, q in placed.items()))

    def penetration(self) -> float:
        """The same in simulation: median over the hold, meters."""
        first = GraspMoment.of(self.trajectory).squeezed
        stop = max(hand.hold[1] for hand in self.trajectory.hands.values())
        last = max(int(np.searchsorted(self.trajectory.times, stop)) - 1, first)
        rows = np.unique(np.linspace(first, last, HELD_ROWS).round().astype(int))
        nearest = [min(self.distance(s, row) for s in self.trajectory.hands) for row in rows]
        return max(0.0, -float(np.median(nearest)))

    def distance(self, side: str, row: int) -> float:
        """Signed distance of a hand's surface from the object's, in simulation, meters."""
        hand = self.trajectory.hands[side]
        placed = configuration_of(
            hand.simulated_base_pose[row].astype(float), hand.simulated_positions[row]
        )
        pose = self.trajectory.simulated_object_pose[row].astype(float)
        return self._distance(side, placed, pose)

    def _distance(self, side: str, configuration: np.ndarray, pose: np.ndarray) -> float:
        robot = self.robots[side]
        robot.forward(configuration)
        points = robot.world(*robot.points)
        return float(self.surface.query((points - pose[:3, 3]) @ pose[:3, :3])[0].min())


def as_simulated(motion: Interaction, trajectory: RobotTrajectory) -> Interaction:
    """A motion whose object moves as in the simulation of a robot that does it."""
    rows = np.searchsorted(trajectory.interaction_frames, np.arange(motion.num_frames), "right") - 1
    return replace(motion, object_pose=trajectory.simulated_object_pose[np.maximum(rows, 0)])
