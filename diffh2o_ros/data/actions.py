"""What is done with an object once it is held: its path, relative to where it lay.

Directions are those of a person on the -x side of the object who faces +x: forward is +x, left is
+y, up is +z. Paths are written for the right hand; the left hand's are their mirror image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.profiles import keyframes, minimum_jerk, rise_and_fall

ACTIONS = ("lift", "place", "pass", "inspect", "pour", "drink")
MANNERS = {None: 1.0, "slowly": 1.45, "quickly": 0.7}
DIRECTIONS = {
    "left": (0.0, 1.0), "right": (0.0, -1.0), "forward": (1.0, 0.0), "back": (-1.0, 0.0)
}


@dataclass
class ObjectPath:
    """The object's displacement (T, 3), metres, and turn (T, 3, 3) about its centre."""

    position: np.ndarray
    rotation: np.ndarray


def draw_direction(action: str, rng: np.random.Generator) -> str | None:
    """A direction word for an action of the right hand, None where no word tells it apart."""
    words = {
        "lift": ["up"],
        "place": list(DIRECTIONS),
        "pass": ["forward", "forward", "left", "right"],
        "pour": ["left", "left", "left", "right"],  # a right hand pours to its left
    }.get(action, [None])
    return words[rng.integers(len(words))]


def object_path(
    action: str, manner: str | None, direction: str | None, rng: np.random.Generator,
    num_frames: int,
) -> ObjectPath:
    """The object's path from rest, `num_frames` at 30 fps, minimum-jerk between rests.

    Args:
        direction: as `draw_direction` gives it for the action.
    """
    pace = MANNERS[manner] * rng.uniform(0.9, 1.1)
    builder = {
        "lift": _lift, "place": _place, "pass": _pass, "inspect": _inspect, "pour": _pour,
        "drink": _drink,
    }[action]
    times, moves, turns = builder(rng, direction)
    times = np.array(times, dtype=float) * pace
    if action != "lift":
        # Slow actions must still fit: what is cut short is the pace, not the action.
        times *= min(1.0, (num_frames - 6) / times[-1])
    times = np.minimum(times, num_frames - 2)
    if action == "place":
        return _carry(times[-1], moves, turns, num_frames)
    position = keyframes(times, np.array(moves, dtype=float), num_frames)
    turn = keyframes(times, np.array(turns, dtype=float), num_frames)
    return ObjectPath(position, Rotation.from_rotvec(turn).as_matrix())


def _wobble(rng: np.random.Generator, degrees: float) -> np.ndarray:
    return np.deg2rad(degrees) * rng.standard_normal(3)


def _lift(rng, direction):
    up = [rng.uniform(-0.05, 0.02), rng.uniform(-0.03, 0.05), rng.uniform(0.10, 0.30)]
    return [0, rng.uniform(28, 46)], [np.zeros(3), up], [np.zeros(3), _wobble(rng, 4)]


def _place(rng, direction):
    along = np.array(DIRECTIONS[direction]) * rng.uniform(0.15, 0.32)
    move = np.array([*(along + rng.uniform(-0.02, 0.02, 2)), rng.uniform(0.08, 0.18)])
    return [0, rng.uniform(45, 65)], move, np.deg2rad(rng.uniform(-25, 25))


def _carry(duration, move, yaw, num_frames) -> ObjectPath:
    """Up, across and down again; the object turns about the vertical only, so it lands flat."""
    tau = np.arange(num_frames) / duration
    share = minimum_jerk((tau - 0.12) / 0.76)
    position = np.stack(
        [share * move[0], share * move[1], move[2] * rise_and_fall(tau) ** 0.75], 1
    )
    turn = np.stack([np.zeros(num_frames), np.zeros(num_frames), share * yaw], 1)
    return ObjectPath(position, Rotation.from_rotvec(turn).as_matrix())


def _pass(rng, direction):
    up = [rng.uniform(-0.03, 0.03), rng.uniform(-0.03, 0.03), rng.uniform(0.10, 0.18)]
    side = {"left": 1, "right": -1}.get(direction, 0) * rng.uniform(0.15, 0.25)
    reach = rng.uniform(0.28, 0.42) if direction == "forward" else rng.uniform(0.22, 0.3)
    over = [reach, side + rng.uniform(-0.03, 0.03), rng.uniform(0.15, 0.30)]
    start = rng.uniform(22, 32)
    return (
        [0, start, start + rng.uniform(26, 38)],
        [np.zeros(3), up, over],
        [np.zeros(3), _wobble(rng, 3), _wobble(rng, 7)],
    )


def _inspect(rng, direction):
    near = np.array([rng.uniform(-0.22, -0.08), rng.uniform(-0.04, 0.10), rng.uniform(0.22, 0.36)])
    axis = np.array([[0, 0, 1.0], [1.0, 0, 0], [0, 1.0, 0]])[rng.integers(3)]
    axis = axis + 0.2 * rng.standard_normal(3)
    axis = axis / np.linalg.norm(axis)
    one, other = np.deg2rad(rng.uniform(50, 80)), -np.deg2rad(rng.uniform(10, 40))
    if rng.random() < 0.5:
        one, other = -one, -other
    raised = rng.uniform(28, 40)
    turned = raised + rng.uniform(20, 28)
    return (
        [0, raised, turned, turned + rng.uniform(22, 32)],
        [np.zeros(3), near, near + 0.01, near],
        [np.zeros(3), _wobble(rng, 4), one * axis, other * axis],
    )


def _pour(rng, direction):
    sign = 1 if direction == "left" else -1
    over = np.array([
        rng.uniform(-0.03, 0.10), sign * rng.uniform(0.05, 0.20), rng.uniform(0.14, 0.26)
    ])
    tilt = np.array([-sign * np.deg2rad(rng.uniform(75, 115)), 0, 0]) + _wobble(rng, 4)
    raised = rng.uniform(26, 36)
    tilted = raised + rng.uniform(20, 28)
    held = tilted + rng.uniform(6, 16)
    return (
        [0, raised, tilted, held, held + rng.uniform(18, 24)],
        [np.zeros(3), over, over + [0, 0.02 * sign, 0.03], over + [0, 0.02 * sign, 0.03], over],
        [np.zeros(3), _wobble(rng, 3), tilt, tilt, _wobble(rng, 3)],
    )


def _drink(rng, direction):
    mouth = np.array([rng.uniform(-0.34, -0.24), rng.uniform(-0.02, 0.12), rng.uniform(0.30, 0.40)])
    tilt = np.array([0, -np.deg2rad(rng.uniform(40, 65)), 0]) + _wobble(rng, 4)
    raised = rng.uniform(32, 42)
    tilted = raised + rng.uniform(16, 22)
    held = tilted + rng.uniform(12, 22)
    return (
        [0, raised, tilted, held, held + rng.uniform(14, 20)],
        [np.zeros(3), mouth, mouth + [-0.02, 0, 0.02], mouth + [-0.02, 0, 0.02], mouth],
        [np.zeros(3), _wobble(rng, 3), tilt, tilt, _wobble(rng, 4)],
    )
