"""What simulation said of a trajectory, for people."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.retargeting.trajectory import RobotTrajectory


def describe(trajectory: RobotTrajectory) -> str:
    """What simulation said, in a line."""
    settings = trajectory.settings
    if trajectory.success:
        said = "done in simulation"
    else:
        said = f"not done in simulation: {settings.get('failure', 'it was not simulated')}"
    if trajectory.position_error is not None:
        degrees = np.rad2deg(trajectory.rotation_error)
        said += f"; at the end {1000 * trajectory.position_error:.0f} mm, {degrees:.0f} degrees off"
    if trajectory.robustness is not None:
        held = sum(settings["perturbations"].values())
        said += f"; {held} of {len(settings['perturbations'])} times when perturbed"
    if "slowed" in settings:
        said += f"; {settings['slowed']:.2f} times slower, as joints are no faster"
    return said
