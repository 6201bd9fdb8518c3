"""Whether an execution did what its plan says, by the motion of the simulated object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.simulation.execution import HandPlan, Outcome

#: The object is where it should be within this (meters, radians).
NEAR, ALIGNED = 0.03, np.deg2rad(30.0)
#: Share of the time it has to be there while it is held, bodies of a hand that hold something, and
#: the speed below which what was put down stands (m/s).
TRACKED, LEAST_TOUCHING, STANDS = 0.8, 2, 0.05


@dataclass(frozen=True)
class Verdict:
    """position_error, rotation_error: at the end, m and rad. tracked: share of the frames after the
    grasp in which the object is where it should be. reason: in words, where it is no success."""

    success: bool
    position_error: float
    rotation_error: float
    tracked: float
    reason: str = ""

    @property
    def cost(self) -> float:
        """What tells failures apart: less is nearer to a success."""
        missed = min(self.position_error, 0.3) / NEAR + min(self.rotation_error, 1.6) / ALIGNED
        return (0.0 if self.success else 10.0) + missed + 5 * (1 - self.tracked)


def judged(outcome: Outcome, planned: np.ndarray, plans: Sequence[HandPlan]) -> Verdict:
    """Of an execution of plans that should move the object along `planned` (T, 4, 4)."""
    start = min(plan.span.start for plan in plans)
    position, rotation = errors(outcome.object_pose, planned)
    near = (position <= NEAR) & (rotation <= ALIGNED)
    tracked = float(near[start:].mean())
    (end,), (angle,) = errors(outcome.final_pose[None], planned[-1:])
    holding = [plan.hand.side for plan in plans if not plan.span.released]
    touching = [outcome.touching[side] for side in holding]
    if end > NEAR or angle > ALIGNED:
        reason = f"the object ends {100 * end:.0f} cm and {np.degrees(angle):.0f} degrees off"
    elif tracked < TRACKED:
        reason = f"the object is on its way {100 * tracked:.0f} % of the time"
    elif holding and sum(touching) < LEAST_TOUCHING:
        reason = "nothing holds the object at the end"
    elif not holding and outcome.speed > STANDS:
        reason = "the object still moves at the end"
    elif not holding and any(outcome.touching.values()):
        reason = "a hand still touches the object that it put down"
    else:
        reason = ""
    return Verdict(not reason, float(end), float(angle), tracked, reason)


def errors(poses: np.ndarray, planned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances (T,) and angles (T,) between poses (T, 4, 4), meters and radians."""
    position = np.linalg.norm(poses[:, :3, 3] - planned[:, :3, 3], axis=1)
    trace = np.einsum("tij,tij->t", poses[:, :3, :3], planned[:, :3, :3])
    return position, np.arccos(np.clip((trace - 1) / 2, -1, 1))
