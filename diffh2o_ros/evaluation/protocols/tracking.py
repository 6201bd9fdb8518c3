"""Tracking, of ManipTrans and SPIDER: whether the simulated object keeps to its planned path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.verdict import errors

#: Meters and radians: of ManipTrans, and of SPIDER.
MANIPTRANS = 0.03, np.deg2rad(30.0)
SPIDER = 0.10, 0.5


@dataclass(frozen=True)
class Tracking:
    """Of the object's middle and rotation, from the first grasp on: means over time and the largest
    errors, meters and radians."""

    mean_position: float
    mean_rotation: float
    most_position: float
    most_rotation: float

    @staticmethod
    def of(trajectory: RobotTrajectory) -> Tracking:
        """Of a trajectory that was simulated."""
        position, rotation = errors(
            trajectory.simulated_object_pose.astype(float),
            trajectory.object_pose.astype(float),
            trajectory.object_center,
        )
        times = trajectory.times
        start = min(hand.hold[0] for hand in trajectory.hands.values())
        after = np.flatnonzero(times[1:] > start) + 1
        if not len(after):
            after = np.array([len(times) - 1])
        lengths = times[after] - times[after - 1]
        return Tracking(
            *(float(np.average(error[after], weights=lengths)) for error in (position, rotation)),
            *(float(error[after].max()) for error in (position, rotation)),
        )

    @property
    def maniptrans(self) -> bool:
        """Whether the mean errors are within 3 cm and 30 degrees: the object's part of ManipTrans'
        success, which asks as much of the hand's joints (8 cm) and tips (6 cm)."""
        return self._means_within(*MANIPTRANS)

    @property
    def spider(self) -> bool:
        """Whether the mean errors are within 10 cm and .5 rad."""
        return self._means_within(*SPIDER)

    @property
    def on_path(self) -> bool:
        """Whether the object is never farther than 3 cm and 30 degrees from its path."""
        return self.most_position <= MANIPTRANS[0] and self.most_rotation <= MANIPTRANS[1]

    def _means_within(self, position: float, rotation: float) -> bool:
        return self.mean_position <= position and self.mean_rotation <= rotation
