"""Robot hands while a motion is played: where their joints and links are when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.retargeting.link_chain import ChainLink
from diffh2o_ros.retargeting.trajectory import RobotTrajectory


@dataclass(frozen=True, eq=False)
class RobotPlayback:
    """What the simulation of a trajectory shows.

    Attributes:
        links: of each robot, by side.
        to_result: (4, 4), takes points of the trajectory's frame to the frame it is shown in.
    """

    trajectory: RobotTrajectory
    links: Mapping[str, list[ChainLink]]
    to_result: np.ndarray

    @property
    def duration(self) -> float:
        """Seconds."""
        return float(self.trajectory.times[-1])

    def row(self, time: float) -> int:
        """Of what is due at a time from the start, s."""
        return max(int(np.searchsorted(self.trajectory.times, time, side="right")) - 1, 0)

    def interaction_frame(self, row: int) -> int:
        """Of the human motion then."""
        return int(self.trajectory.interaction_frames[row])

    def object_pose(self, row: int) -> np.ndarray:
        """(4, 4)"""
        return self.to_result @ self.trajectory.simulated_object_pose[row].astype(float)

    def positions(self, side: str, row: int) -> np.ndarray:
        """(N,) of a hand's joints, rad or m."""
        return self.trajectory.hands[side].simulated_positions[row]

    def frames(self, row: int) -> dict[str, tuple[str | None, np.ndarray]]:
        """Of each link, as left_robot/NAME or right_robot/NAME: the frame above, None of the root,
        and its pose (4, 4) in that, or in the frame it is shown in."""
        found: dict[str, tuple[str | None, np.ndarray]] = {}
        for side, motion in self.trajectory.hands.items():
            base = self.to_result @ motion.simulated_base_pose[row].astype(float)
            joints = self.positions(side, row).astype(float)
            for link in self.links[side]:
                pose = link.pose(0.0 if link.joint is None else joints[link.joint])
                name = f"{side}_robot/{link.name}"
                if link.parent is None:
                    found[name] = None, base @ pose
                else:
                    found[name] = f"{side}_robot/{link.parent}", pose
        return found
