"""Actions on the table: place, rotate, turn over, stamp, wipe, hammer."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.raising import wobble
from diffh2o_ros.data.motions.actions.situation import (
    DIRECTIONS,
    UP,
    Infeasible,
    Situation,
    rotations_onto,
    turned,
    unit,
)


def place(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    along = DIRECTIONS[direction] * rng.uniform(0.15, 0.30)
    x, y, _ = along + np.append(rng.uniform(-0.02, 0.02, 2), 0)
    yaw = turned(UP, rng.uniform(-25, 25))
    high = rng.uniform(0.06, 0.14)
    way.go([0.1 * x, 0.1 * y, high], wobble(rng, 2))
    way.go([x, y, high], yaw, overlap=0.5)
    way.go([x, y, 0.0], yaw, overlap=0.35)


def rotate(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    sign = 1 if direction == "counterclockwise" else -1  # seen from above
    yaws = np.stack([turned(UP, sign * angle) for angle in rng.uniform(45, 120, 12)])
    spots = rng.uniform([-0.05, -0.05, 0], [0.05, 0.05, 0], (12, 3))
    yaw, spot = situation.at_ease(yaws, spots, rng)
    high = np.array([0, 0, rng.uniform(0.008, 0.04)])
    way.go(high)
    way.go(spot + high, yaw, overlap=0.5)
    way.go(spot, yaw, overlap=0.3)


def turn_over(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    spot = rng.uniform([-0.04, -0.08], [0.08, 0.08])
    around = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    axes = np.stack([np.cos(around), np.sin(around), 0 * around], 1)
    over = np.stack([turned(axis, 180) for axis in axes])
    half = np.stack([turned(axis, 90) for axis in axes])
    end = np.repeat(situation.on_table(over[0], *spot)[None], len(over), 0)
    high = max(-situation.lowest(h) for h in half) + situation.support + rng.uniform(0.05, 0.12)
    middle = np.array([*(0.5 * spot), high])
    # Judged by where the arm is at half way too: it can turn one way and not the other.
    good = situation.strain(np.repeat(middle[None], len(half), 0), half) < 1.1
    if not good.any():
        raise Infeasible
    rotation, position = situation.at_ease(over[good], end[good], rng)
    axis = axes[good][np.abs(over[good] - rotation).sum((1, 2)).argmin()]
    way.go([0, 0, max(high - 0.03, 0.06)])
    way.go(middle, turned(axis, 90), overlap=0.4)
    way.go([*spot, max(high, position[2] + 0.04)], rotation, overlap=0.2)
    way.go(position, rotation, overlap=0.2)


def _sole_down(situation: Situation, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (3, 3) and position (3,) with the working face flat on the table, near."""
    facing = np.repeat(rotations_onto(situation.parts["sole"].direction, -UP), 4, 0)
    spots = rng.uniform([-0.10, -0.12], [0.10, 0.12], (len(facing), 2))
    positions = [situation.on_table(turn, *spot) for turn, spot in zip(facing, spots, strict=True)]
    return situation.at_ease(facing, np.stack(positions), rng)


def stamp(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    rotation, down = _sole_down(situation, rng)
    above = down + [0, 0, rng.uniform(0.05, 0.11)]
    way.go(above, rotation)
    for i in range(int(rng.integers(1, 4))):
        way.go(down, rotation, overlap=0.1 if i == 0 else 0.0)
        way.wait(rng.uniform(4, 9))
        way.go(above, rotation)


def wipe(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    rotation, down = _sole_down(situation, rng)
    heading = rng.uniform(-0.6, 0.6) + rng.choice([0.0, np.pi / 2])
    stroke = rng.uniform(0.04, 0.09) * np.array([np.sin(heading), np.cos(heading), 0.0])
    way.go(down + [0, 0, rng.uniform(0.04, 0.07)], rotation)
    way.go(down, rotation, overlap=0.3)
    frames = rng.uniform(10, 14)
    for i in range(int(rng.integers(3, 6))):
        way.go(down + (stroke if i % 2 == 0 else -stroke), frames=frames)
    way.go(down + [0, 0, rng.uniform(0.04, 0.07)], rotation, overlap=0.2)


def hammer(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    head = situation.parts["head"]
    targets = rng.uniform([-0.10, -0.15, 0.03], [0.12, 0.15, 0.08], (8, 3))
    targets = targets + [0, 0, situation.support]
    rotation, position = situation.bring(head, targets, -UP, rng)
    wrist, target = situation.holds[situation.side][0], rotation @ head.point + position
    pivot = rotation @ wrist + position
    lever = target - pivot
    axis = np.cross(lever, UP)
    if np.linalg.norm(axis) < 0.05:
        raise Infeasible  # the hand is above the head: there is nothing to swing
    swing = turned(axis, rng.uniform(30, 50)) @ rotation
    raised = pivot + [0, 0, rng.uniform(0.02, 0.06)] - swing @ wrist
    if situation.strain(raised[None], swing[None])[0] > 1.1:
        raise Infeasible
    way.go(raised, swing)
    for _ in range(int(rng.integers(3, 5))):
        way.go(position, rotation, frames=rng.uniform(6, 8))
        way.wait(1)
        way.go(raised, swing, frames=rng.uniform(10, 13))
    # The tool hangs again as it was taken up.
    way.go(unit([0, 0, 1]) * rng.uniform(0.12, 0.2), wobble(rng, 3))
