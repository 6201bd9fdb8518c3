"""Adam (Kingma & Ba, 2015), one step of one vector."""

from __future__ import annotations

import math

from diffh2o_ros.contact.kernels.compiled import compiled

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8  #: torch's defaults


@compiled
def adam_step(values, mean, square, gradient, rate, length, step):
    """Moves values (K,) by step number `step`, from 0; mean, square: (K,) its moments, in place.

    gradient: (K,). rate: (K,) size of a step; length: what all of them are scaled by.
    """
    for k in range(len(values)):
        mean[k] += (1 - BETA_1) * (gradient[k] - mean[k])
        square[k] += (1 - BETA_2) * (gradient[k] * gradient[k] - square[k])
        top = mean[k] / (1 - BETA_1 ** (step + 1))
        bottom = math.sqrt(square[k] / (1 - BETA_2 ** (step + 1))) + EPSILON
        values[k] -= length * rate[k] * top / bottom
