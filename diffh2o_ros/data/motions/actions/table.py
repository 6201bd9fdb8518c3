"""Actions on the table: place, rotate, stamp, wipe, hammer."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.raising import wobble
from diffh2o_ros.data.motions.actions.situation import (
    DIRECTIONS,
    MOST_STRAIN,
    UP,
    Asked,
    Infeasible,
    Situation,
    rotations_onto,
    turned,
    unit,
)

#: A blow: degrees that the tool is swung back, meters that its head falls at least, and how far
#: above the table it ends; degrees that the handle rises from the head towards the hand.
SWING, LEAST_BLOW, STRIKES = (40, 60), 0.08, (0.002, 0.025)
TILTS = (0.0, 8.0, 16.0, 24.0, 32.0)
#: The middle of what a right hand holds, from its wrist, and how high above the table it and the
#: wrist have to be, meters.
GRIP, HAND_HEIGHT = (-0.095, -0.03, 0.01), 0.048


def place(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    along = DIRECTIONS[asked.direction] * rng.uniform(0.15, 0.30)
    x, y, _ = along + np.append(rng.uniform(-0.02, 0.02, 2), 0)
    yaw = turned(UP, rng.uniform(-25, 25))
    high = rng.uniform(0.06, 0.14)
    way.go([0.1 * x, 0.1 * y, high], wobble(rng, 2))
    way.go([x, y, high], yaw, overlap=0.5)
    way.go([x, y, 0.0], yaw, overlap=0.35)


def rotate(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    sign = 1 if asked.direction == "counterclockwise" else -1  # seen from above
    yaws = np.stack([turned(UP, sign * angle) for angle in rng.uniform(45, 120, 12)])
    spots = rng.uniform([-0.05, -0.05, 0], [0.05, 0.05, 0], (12, 3))
    yaw, spot = situation.at_ease(yaws, spots, rng)
    high = np.array([0, 0, rng.uniform(0.008, 0.04)])
    way.go(high)
    way.go(spot + high, yaw, overlap=0.5)
    way.go(spot, yaw, overlap=0.3)


def _sole_down(situation: Situation, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (3, 3) and position (3,) with the working face flat on the table, near."""
    facing = np.repeat(rotations_onto(situation.parts["sole"].direction, -UP), 4, 0)
    spots = rng.uniform([-0.10, -0.12], [0.10, 0.12], (len(facing), 2))
    positions = [situation.on_table(turn, *spot) for turn, spot in zip(facing, spots, strict=True)]
    return situation.at_ease(facing, np.stack(positions), rng)


def stamp(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    rotation, down = _sole_down(situation, rng)
    above = down + [0, 0, rng.uniform(0.05, 0.11)]
    way.go(above, rotation)
    for i in range(asked.count):
        way.go(down, rotation, overlap=0.1 if i == 0 else 0.0)
        way.wait(rng.uniform(4, 9))
        way.go(above, rotation)


def wipe(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    rotation, down = _sole_down(situation, rng)
    heading = rng.uniform(-0.6, 0.6) + rng.choice([0.0, np.pi / 2])
    half = rng.uniform(0.045, 0.09) * np.array([np.sin(heading), np.cos(heading), 0.0])
    way.go(down - half + [0, 0, rng.uniform(0.04, 0.07)], rotation)
    way.go(down - half, rotation, overlap=0.3)
    frames = rng.uniform(9, 14)
    # Every stroke from one end to the other, each a little off the last one's line.
    for i in range(asked.count):
        aside = rng.uniform(-0.012, 0.012) * np.array([np.cos(heading), -np.sin(heading), 0.0])
        along = half if i % 2 == 0 else -half
        way.go(down + along + aside, frames=frames * rng.uniform(0.9, 1.1))
    way.go(way.position + [0, 0, rng.uniform(0.04, 0.07)], rotation)


def hammer(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    rotation, position = _struck(situation, rng)
    wrist, head = situation.holds[situation.side][0], situation.parts["head"].point
    pivot = rotation @ wrist + position
    lever = rotation @ (head - wrist)
    swing = turned(np.cross(lever, UP), rng.uniform(*SWING)) @ rotation
    raised = pivot + [0, 0, rng.uniform(0.03, 0.07)] - swing @ wrist
    if (swing @ head + raised - rotation @ head - position)[2] < LEAST_BLOW:
        raise Infeasible  # too short a handle to be swung
    if situation.strain(raised[None], swing[None])[0] > MOST_STRAIN:
        raise Infeasible
    way.go(raised, swing)
    for _ in range(asked.count):
        # The tool falls as fast whatever the manner: who hammers slowly takes longer to raise it.
        way.go(position, rotation, frames=rng.uniform(5.5, 7) / way.pace)
        way.wait(rng.uniform(1.6, 3))  # one frame at least shows the blow
        way.go(raised, swing, frames=rng.uniform(10, 13))
    # The tool hangs again as it was taken up.
    way.go(unit([0, 0, 1]) * rng.uniform(0.12, 0.2), wobble(rng, 3))


def _struck(situation: Situation, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (3, 3) and position (3,) of a tool whose head strikes a little above the table, the
    hand higher than the head where it has to be to stay off the table."""
    wrist, around = situation.holds[situation.side]
    head, inside = situation.parts["head"], np.array(GRIP)
    inside = wrist + around @ (inside if situation.side == "right" else inside * [-1, 1, 1])
    flat = np.repeat(rotations_onto(head.direction, -UP), len(TILTS), 0)
    tilts = np.tile(TILTS, len(flat) // len(TILTS))
    axes = np.cross(flat @ (head.point - wrist), UP)
    swung = np.linalg.norm(axes, axis=1) > 0.05  # else the hand is above the head
    turns = np.stack(
        [turned(-axis, tilt) @ turn for axis, tilt, turn in zip(axes, tilts, flat, strict=True)]
    )
    lowest = (turns[:, 2] @ situation.hull.T).min(1)
    gap = rng.uniform(*STRIKES)
    spots = rng.uniform([-0.10, -0.15], [0.12, 0.15], (len(turns), 2))
    heights = situation.support + gap - lowest
    positions = np.column_stack([spots, heights]) - (turns @ head.point) * [1, 1, 0]
    hand = np.minimum(turns[:, 2] @ inside, turns[:, 2] @ wrist) + heights - situation.support
    good = swung & (hand > HAND_HEIGHT)
    if not good.any():
        raise Infeasible
    return situation.at_ease(turns[good], positions[good], rng)
