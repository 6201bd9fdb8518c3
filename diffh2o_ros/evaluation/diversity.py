"""How much motions differ: the mean pairwise distance of what the hands do.

Two motions are compared frame by frame from their first frames on; the shorter one stays in its
last frame. Of each frame the root mean square distance of the 21 keypoints of the hands counts,
in the request's axes, with the center of the object at its start as the origin: where a mesh file
has its origin makes no difference.

Hands are matched by side: left to left, right to right, and a hand that only one motion has is
left out. Where the motions share no side (one done with the left hand, one with the right), hand
is compared with hand, whatever the sides.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from diffh2o_ros.motion.gross_motion import start_center
from diffh2o_ros.motion.interaction import SIDES, Interaction

#: Keypoints (T, 21, 3) of the acting hands by side, meters.
HandPaths = Mapping[str, np.ndarray]


def hand_paths(interaction: Interaction) -> dict[str, np.ndarray]:
    """Keypoints (T, 21, 3) by side about the center of the object at its start, meters."""
    start = start_center(interaction)
    return {side: hand.joints - start for side, hand in interaction.hands.items()}


def path_distance(a: HandPaths, b: HandPaths) -> float:
    """Mean over frames of the root mean square keypoint distance of matched hands, meters."""
    sides = [side for side in SIDES if side in a and side in b]
    pairs = [(a[side], b[side]) for side in sides]
    if not pairs:  # then either has one hand, and they are different ones
        pairs = [(next(iter(a.values())), next(iter(b.values())))]
    frames = max(len(pairs[0][0]), len(pairs[0][1]))
    squares = [((_held(one, frames) - _held(other, frames)) ** 2).sum(-1) for one, other in pairs]
    return float(np.sqrt(np.concatenate(squares, -1).mean(-1)).mean())


def _held(path: np.ndarray, frames: int) -> np.ndarray:
    """A path (T, ...) that stays in its last frame up to `frames`."""
    return path[np.minimum(np.arange(frames), len(path) - 1)]
