"""Whether an execution did what its trajectory says, by the motion of the simulated object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.execution import Execution

#: The object is where it should be within this (meters, radians).
NEAR, ALIGNED = 0.03, np.deg2rad(30.0)
#: Fraction of the time it has to be there from the grasp on, bodies of hands that hold something,
#: and the speed below which what was put down stands (m/s).
TRACKED, LEAST_TOUCHING, STANDS = 0.8, 2, 0.05


@dataclass(frozen=True)
class SimulationVerdict:
    """position_error, rotation_error: at the end, m and rad. tracked: fraction of the time after
    the grasp in which the object is where it should be. reason: in words, where it is no
    success."""

    success: bool
    position_error: float
    rotation_error: float
    tracked: float
    reason: str = ""

    @property
    def cost(self) -> float:
        """What tells failures apart: less is nearer to a success, which costs less than
        FAILURE."""
        missed = min(self.position_error, 0.3) / NEAR + min(self.rotation_error, 1.6) / ALIGNED
        return (0.0 if self.success else FAILURE) + missed + 5 * (1 - self.tracked)


#: More than what any success costs.
FAILURE = 10.0


def judged(outcome: Execution, trajectory: RobotTrajectory) -> SimulationVerdict:
    """Of an execution of a trajectory."""
    times, hands = trajectory.times, trajectory.hands
    start = min(hand.hold[0] for hand in hands.values())
    planned = trajectory.object_pose.astype(float)
    position, rotation = errors(outcome.object_pose, planned, trajectory.object_center)
    near = (position <= NEAR) & (rotation <= ALIGNED)
    after = times[1:] > start
    lengths = np.diff(times)[after]
    tracked = float(near[1:][after] @ lengths / max(lengths.sum(), 1e-9))
    holding = [side for side, hand in hands.items() if hand.hold[1] >= times[-1]]
    touching = [outcome.touching[side] for side in holding]
    let_go = [side for side in hands if side not in holding]
    if position[-1] > NEAR or rotation[-1] > ALIGNED:
        off = f"{100 * position[-1]:.0f} cm and {np.degrees(rotation[-1]):.0f} degrees"
        reason = f"the object ends {off} off"
    elif tracked < TRACKED:
        reason = f"the object is where it should be {100 * tracked:.0f} % of the time"
    elif holding and sum(touching) < LEAST_TOUCHING:
        reason = "nothing holds the object at the end"
    elif holding and not all(touching):
        reason = f"the {holding[touching.index(0)]} hand does not touch the object at the end"
    elif not holding and outcome.speed > STANDS:
        reason = "the object still moves at the end"
    elif any(outcome.touching[side] for side in let_go):
        does = "gave away" if holding else "put down"
        reason = f"a hand still touches the object that it {does}"
    else:
        reason = ""
    return SimulationVerdict(not reason, float(position[-1]), float(rotation[-1]), tracked, reason)


def errors(
    poses: np.ndarray, planned: np.ndarray, center: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Distances (T,) and angles (T,) between poses (T, 4, 4), meters and radians.

    Args:
        center: (3,) of the object, in its frame: the frame's origin may be anywhere.
    """
    apart = (poses - planned) @ np.append(center, 1.0)
    position = np.linalg.norm(apart[:, :3], axis=1)
    trace = np.einsum("tij,tij->t", poses[:, :3, :3], planned[:, :3, :3])
    return position, np.arccos(np.clip((trace - 1) / 2, -1, 1))
