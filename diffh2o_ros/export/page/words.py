"""What the page says of a motion: figures, warnings, and what simulation said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from diffh2o_ros.export.episode import Episode

#: Ends of the names of figures, and the units they stand for.
_UNITS = (("_mm", " mm"), ("_cm3", " cm³"), ("_deg", "°"), ("_s", " s"))


def figures(quality: Mapping[str, float]) -> list[tuple[str, str]]:
    """Names and values to be read."""
    found = []
    for name, value in quality.items():
        unit = ""
        for end, said in _UNITS:
            if name.endswith(end):
                name, unit = name.removesuffix(end), said
        found.append((name.replace("_", " "), f"{value:.3g}{unit}"))
    return found


def verdict(episode: Episode) -> list[tuple[str, str]]:
    """What simulation said, or that none was asked; names and values."""
    robot = episode.robot
    if robot is None:
        said = [("simulation", "planned only: no robot hand was simulated")]
        if "held_in_simulation" in episode.interaction.quality:
            said = []  # of the human hand itself: it is among the figures
        return said
    said = [("robot", ", ".join(f"{hand.robot} ({side})" for side, hand in robot.hands.items()))]
    if robot.success is None:
        return [*said, ("simulation", "planned only: it was not simulated")]
    failure = str(robot.settings.get("failure", "it does not do what was planned"))
    said.append(("simulation", "done" if robot.success else f"not done: {failure}"))
    if robot.position_error is not None and robot.rotation_error is not None:
        off = f"{1000 * robot.position_error:.0f} mm, {np.rad2deg(robot.rotation_error):.0f}°"
        said.append(("object off at the end", off))
    if robot.robustness is not None:
        said.append(("robustness", f"{robot.robustness:.0%} of the perturbed runs done"))
    return said
