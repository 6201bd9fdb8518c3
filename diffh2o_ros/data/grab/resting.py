"""An object that nobody holds lies still: what recordings only nearly show, made exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import roma
import torch

from diffh2o_ros.data.grab.segments import runs
from diffh2o_ros.motion.features import Motion

#: Frames over which an object that was held still takes up its recorded path again.
_BLEND = 10


def rested(motion: Motion, held: np.ndarray) -> Motion:
    """The motion with the object exactly at rest wherever no hand holds it.

    Markers tremble, and a thing let go of settles by a millimeter. It stays where it was last
    held; once held again, it is back on its recorded path after a third of a second.

    Args:
        motion: (T, ...) in the canonical frame; held: (T, 2).
    """
    position, rotation = motion.object_position.clone(), motion.object_rotation.clone()
    for start, end in runs(~held.any(1)):
        if start == 0:
            continue  # the reach, where it lies still already
        position[start:end], rotation[start:end] = position[start - 1], rotation[start - 1]
        after = slice(end, end + _BLEND)
        fraction = 1.0 - torch.arange(len(position[after])) / _BLEND
        if len(fraction):
            offset = position[start - 1] - motion.object_position[end]
            turn = roma.rotmat_to_rotvec(rotation[start - 1] @ motion.object_rotation[end].mT)
            position[after] = motion.object_position[after] + fraction[:, None] * offset
            part = roma.rotvec_to_rotmat(fraction[:, None] * turn)
            rotation[after] = part @ motion.object_rotation[after]
    return replace(motion, object_position=position, object_rotation=rotation)
