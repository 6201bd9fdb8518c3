"""Two hands at one object."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from .styles import hand_model

#: Gap (metres) between the spheres of two hands.
APART = 0.003


def clear_of_one_another(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether the collision spheres (S, 3) of two hands stay apart."""
    radius = hand_model().radius.numpy()
    return bool((cdist(first, second) - radius[:, None] - radius).min() > APART)
