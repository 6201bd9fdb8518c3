"""Actions in the air before the person: lift, pass, inspect, shake, toast."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.situation import (
    DIRECTIONS,
    UP,
    Infeasible,
    Situation,
    turned,
    unit,
)

#: An inspected object shows another side of itself: it turns at least so far, degrees.
LEAST_TURN = 50
VIEWS = 40  # that are weighed


def wobble(rng: np.random.Generator, degrees: float) -> np.ndarray:
    """A small random rotation (3, 3)."""
    return Rotation.from_rotvec(np.deg2rad(degrees) * rng.standard_normal(3)).as_matrix()


def inward(situation: Situation) -> float:
    """+1 where left (+y) is the side of the other hand, -1 where right is; 0 for both hands."""
    return 0.0 if len(situation.holds) == 2 else (1.0 if situation.side == "right" else -1.0)


def lift(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    up = [rng.uniform(-0.05, 0.02), inward(situation) * rng.uniform(-0.03, 0.05)]
    way.go([*up, rng.uniform(0.10, 0.30)], wobble(rng, 4))
    way.wait(rng.uniform(4, 24))


def pass_on(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    way.go([*rng.uniform(-0.03, 0.03, 2), rng.uniform(0.10, 0.18)], wobble(rng, 3))
    along = DIRECTIONS[direction or "forward"]
    reach = rng.uniform(0.24, 0.34) * along
    if direction != "forward":
        reach = reach + rng.uniform(0.08, 0.18) * DIRECTIONS["forward"]
    over = reach + [0, rng.uniform(-0.03, 0.03), rng.uniform(0.14, 0.26)]
    way.go(over, wobble(rng, 6), overlap=0.35)
    way.wait(rng.uniform(10, 26))


def inspect(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
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


def shake(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    spot = np.array(
        [
            rng.uniform(-0.15, 0.02),
            inward(situation) * rng.uniform(-0.05, 0.06),
            rng.uniform(0.16, 0.28),
        ]
    )
    tilt = wobble(rng, 12)
    way.go(spot, tilt)
    axis = unit(UP + rng.choice([0.0, 0.6, 3.0]) * np.append(rng.standard_normal(2), 0))
    stroke = rng.uniform(0.025, 0.055) * axis
    sway = turned(np.append(rng.standard_normal(2), 0.1), rng.uniform(2, 10))
    frames = rng.uniform(6.5, 9)
    for i in range(int(rng.integers(4, 8))):
        out = i % 2 == 0
        way.go(
            spot + (stroke if out else -stroke),
            sway @ tilt if out else sway.T @ tilt,
            frames=frames,
        )
    way.go(spot, tilt, frames=frames)


def toast(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
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
    way.go(nudge, turned([0, 1, 0], rng.uniform(4, 12)) @ upright)
    way.wait(rng.uniform(2, 6))
    way.go(spot, upright)


def pour(
    situation: Situation, way: Itinerary, direction: str | None, rng: np.random.Generator
) -> None:
    part = situation.parts.get("spout") or situation.parts["mouth"]
    # A mouth looks up at first and has to look down a little; a spout looks ahead already.
    sideways = abs(part.direction[2]) < 0.6
    below = np.deg2rad(rng.uniform(45, 70) if sideways else rng.uniform(2, 28))
    along = DIRECTIONS[direction or "left"]
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
