"""Actions in the air before the person: lift, pass, inspect, turn over, shake, toast."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.situation import (
    DIRECTIONS,
    MOST_STRAIN,
    UP,
    Asked,
    Infeasible,
    Situation,
    turned,
    unit,
)

#: An inspected object shows another side of itself: it turns at least so far, degrees.
LEAST_TURN = 50
VIEWS = 40  # that are weighed
#: Half a turn over is about one of these lines; it goes on at least so far, degrees.
LEVEL_AXES = np.array([[np.cos(a), np.sin(a), 0.0] for a in np.arange(16) * np.pi / 8])
UPSIDE_DOWN = (162, 180)


def wobble(rng: np.random.Generator, degrees: float) -> np.ndarray:
    """A small random rotation (3, 3)."""
    return Rotation.from_rotvec(np.deg2rad(degrees) * rng.standard_normal(3)).as_matrix()


def inward(situation: Situation) -> float:
    """+1 where left (+y) is the side of the other hand, -1 where right is; 0 for both hands."""
    return 0.0 if len(situation.holds) == 2 else (1.0 if situation.side == "right" else -1.0)


def lift(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    up = [rng.uniform(-0.05, 0.02), inward(situation) * rng.uniform(-0.03, 0.05)]
    way.go([*up, rng.uniform(0.10, 0.30)], wobble(rng, 4))
    way.wait(rng.uniform(4, 24))


def pass_on(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    way.go([*rng.uniform(-0.03, 0.03, 2), rng.uniform(0.10, 0.18)], wobble(rng, 3))
    along = DIRECTIONS[asked.direction or "forward"]
    reach = rng.uniform(0.24, 0.34) * along
    if asked.direction != "forward":
        reach = reach + rng.uniform(0.08, 0.18) * DIRECTIONS["forward"]
    over = reach + [0, rng.uniform(-0.03, 0.03), rng.uniform(0.14, 0.26)]
    way.go(over, wobble(rng, 6), overlap=0.35)
    way.wait(rng.uniform(10, 26))


def inspect(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    aside = inward(situation)
    low, high = np.array([[-0.22, -0.10, 0.16], [0.0, 0.08, 0.32]])
    near = rng.uniform(low, high, (VIEWS, 3)) * [1, aside or 1, 1]
    first, second = (
        np.stack(
            [
                turned(axis, angle)
                for axis, angle in zip(
                    rng.standard_normal((VIEWS, 3)), rng.uniform(*span, VIEWS), strict=True
                )
            ]
        )
        for span in ((LEAST_TURN, 85), (20, 60))
    )
    one, spot = situation.at_ease(first, near, rng)
    other, _ = situation.at_ease(one @ second, np.repeat(spot[None], VIEWS, 0), rng)
    way.go(spot + rng.uniform(-0.02, 0.02, 3), wobble(rng, 4))
    way.go(spot, one, overlap=0.3)
    way.wait(rng.uniform(2, 8))
    way.go(spot + rng.uniform(-0.02, 0.02, 3), other)
    way.wait(rng.uniform(2, 8))


def turn_over(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    """Lifted, turned upside down by the forearm, or by both wrists, and held so: a hand that does
    not let go of what it holds cannot put it down upside down, it would be in the table."""
    low, high = np.array([[-0.14, -0.08, 0.16], [0.04, 0.08, 0.30]])
    spots = rng.uniform(low, high, (len(LEVEL_AXES), 3)) * [1, inward(situation) or 1, 1]
    end = rng.uniform(*UPSIDE_DOWN)
    turns = np.stack(
        [[turned(axis, share * end) for share in (0.25, 0.5, 0.75, 1)] for axis in LEVEL_AXES]
    )
    # Judged by where the arm is on the way, too: it can turn one way and not the other.
    cost = situation.strain(np.repeat(spots[:, None], turns.shape[1], 1), turns).max(1)
    best = int((cost + 0.15 * rng.random(len(cost))).argmin())
    if cost[best] > MOST_STRAIN:
        raise Infeasible
    spot = spots[best]
    way.go(spot + rng.uniform(-0.03, 0.03, 3), wobble(rng, 3))
    way.go(spot, turns[best, 1], overlap=rng.uniform(0.2, 0.5))
    way.go(spot, turns[best, 3], overlap=0.35)
    way.wait(rng.uniform(6, 20))


def shake(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    spot = np.array(
        [
            rng.uniform(-0.15, 0.02),
            inward(situation) * rng.uniform(-0.05, 0.06),
            rng.uniform(0.16, 0.28),
        ]
    )
    tilt = wobble(rng, 12)
    way.go(spot, tilt)
    # Up and down mostly, else across or anyhow; smaller the faster it is.
    axis = unit(UP * rng.choice([1.0, 1.0, 0.2]) + rng.choice([0.1, 0.5, 1.0]) * _level(rng))
    fast = rng.uniform()
    stroke = (1 - 0.3 * fast) * rng.uniform(0.037, 0.055) * axis
    sway = turned(np.append(rng.standard_normal(2), 0.1), rng.uniform(2, 12))
    # Half a shake at 1.6 to 2.5 Hz; at 30 frames a second fewer than 4.5 frames show no stroke.
    frames = max(9.5 - 3.5 * fast, 4.5 / way.pace)
    for i in range(2 * asked.count):
        out = i % 2 == 0
        reach = rng.uniform(0.96, 1.06) * (stroke if out else -stroke)
        way.go(
            spot + reach, sway @ tilt if out else sway.T @ tilt, frames=frames * rng.normal(1, 0.05)
        )
    way.go(spot, tilt, frames=frames)
    way.wait(rng.uniform(0, 8))


def _level(rng: np.random.Generator) -> np.ndarray:
    """A random horizontal direction (3,)."""
    angle = rng.uniform(0, 2 * np.pi)
    return np.array([np.cos(angle), np.sin(angle), 0.0])


def toast(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    spot = np.array(
        [
            rng.uniform(-0.02, 0.10),
            inward(situation) * rng.uniform(-0.02, 0.08),
            rng.uniform(0.24, 0.34),
        ]
    )
    upright = wobble(rng, 3)
    way.go(spot, upright)
    way.wait(rng.uniform(2, 8))
    nudge = spot + [rng.uniform(0.03, 0.07), 0.0, rng.uniform(0.0, 0.03)]
    tipped = turned([0, 1, 0], rng.uniform(4, 12)) @ upright
    for _ in range(asked.count):
        way.go(nudge, tipped)
        way.wait(rng.uniform(2, 6))
        way.go(spot, upright)


def pour(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    part = situation.parts.get("spout") or situation.parts["mouth"]
    # A mouth looks up at first and has to look down a little; a spout looks ahead already.
    sideways = abs(part.direction[2]) < 0.6
    below = np.deg2rad(rng.uniform(45, 70) if sideways else rng.uniform(2, 28))
    along = DIRECTIONS[asked.direction or "left"]
    facing = np.cos(below) * along - np.sin(below) * UP
    spots = rng.uniform([-0.12, -0.03, 0.14], [0.12, 0.03, 0.28], (8, 3))
    spots = spots + along * rng.uniform(0.02, 0.14, (8, 1))
    rotation, position = situation.bring(part, spots, facing, rng)
    if np.arccos(np.clip(rotation[2, 2], -1, 1)) < np.deg2rad(45):
        raise Infeasible  # it would turn to its goal without tipping
    way.go(position * [1, 1, 0] + [0, 0, max(position[2] - 0.04, 0.1)], wobble(rng, 3))
    way.go(position, rotation, overlap=0.25)
    way.wait(rng.uniform(8, 20))
    way.go(position - 0.03 * along, np.eye(3))
