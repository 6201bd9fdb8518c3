"""When a hand of an interaction holds the object, read from its fingertips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.human_grasp import TIPS
from diffh2o_ros.retargeting.surface import ObjectSurface

#: A fingertip's joint so near the surface holds: it lies a pad's thickness inside (meters).
HOLDING = 0.02
#: Fingertips that must, and frames for which they must before it is a hold.
LEAST_TIPS, LEAST_FRAMES = 2, 5


@dataclass(frozen=True)
class HoldSpan:
    """A hand holds in frames start ... stop - 1; `released` where it lets go before the end."""

    start: int
    stop: int
    released: bool


def hold_span(interaction: Interaction, side: str, surface: ObjectSurface) -> HoldSpan:
    """From the frame in which a hand has closed to that in which its last fingertips leave.

    Raises RobotHandError where the hand never holds.
    """
    tips = interaction.hands[side].joints[:, list(TIPS.values())].astype(float)
    pose = interaction.object_pose.astype(float)
    seen = np.einsum("tij,tfi->tfj", pose[:, :3, :3], tips - pose[:, None, :3, 3])
    distance, _ = surface.query(seen.reshape(-1, 3))
    holds = (distance.reshape(tips.shape[:2]) < HOLDING).sum(1) >= LEAST_TIPS
    lasting = np.convolve(holds, np.ones(LEAST_FRAMES), "valid") == LEAST_FRAMES
    first = interaction.grasp_frame
    if not lasting[first - 1 : first + 1].any():  # a hand that takes over closes later
        later = np.flatnonzero(lasting[first:])
        if not len(later):
            raise RobotHandError(f"the motion's {side} hand never holds the object")
        # It goes on closing for a while.
        first = min(first + int(later[0]) + LEAST_FRAMES, len(holds) - 1)
    stop = int(np.flatnonzero(holds[first:])[-1]) + first + 1 if holds[first:].any() else first + 1
    return HoldSpan(first, stop, stop < len(holds) - 1)
