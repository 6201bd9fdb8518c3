"""Nonlinear least squares over hand configurations: Levenberg-Marquardt (Marquardt, 1963)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from diffh2o_ros.retargeting.robot_hand import RobotHand

#: Residuals (R,) and their Jacobian (R, D) by a displacement.
Term = tuple[np.ndarray, np.ndarray]
#: Those of a configuration.
Residual = Callable[[np.ndarray], Term]
#: Damping: at first, its factors after a step that fails and one that helps, and its floor.
FIRST, RAISED, LOWERED, LEAST = 1e-2, 4.0, 1 / 3, 1e-6
#: Largest displacement of one step (meters, radians), and steps that may fail before it gives up.
LARGEST, FAILURES = 0.5, 6


def minimized(
    hand: RobotHand, start: np.ndarray, residual: Residual, iterations: int, tolerance: float = 3e-4
) -> tuple[np.ndarray, float]:
    """The configuration near `start` in which the residuals' sum of squares is least, and that sum.

    Args:
        tolerance: it ends where a step lowers the sum by less than this fraction.
    """
    configuration, damping = start, FIRST
    errors, jacobian = residual(configuration)
    cost = errors @ errors
    for _ in range(iterations):
        normal, gradient = jacobian.T @ jacobian, jacobian.T @ errors
        scale = np.diag(np.diag(normal) + 1e-3)
        for _ in range(FAILURES):
            step = -np.linalg.solve(normal + damping * scale, gradient)
            step *= min(1.0, LARGEST / max(np.abs(step).max(), 1e-12))
            tried = hand.displaced(configuration, step)
            new_errors, new_jacobian = residual(tried)
            new_cost = new_errors @ new_errors
            if new_cost < cost:
                break
            damping *= RAISED
        else:
            break
        gain = cost - new_cost
        configuration, errors, jacobian, cost = tried, new_errors, new_jacobian, new_cost
        damping = max(damping * LOWERED, LEAST)
        if gain < tolerance * cost:
            break
    return configuration, float(cost)
