"""Actions at the face: drink, eat, look through, call."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.raising import wobble
from diffh2o_ros.data.motions.actions.situation import (
    DIRECTIONS,
    UP,
    Asked,
    Situation,
    rotations_onto,
    turned,
    unit,
)

AHEAD, BACK = DIRECTIONS["forward"], DIRECTIONS["back"]


def drink(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    mouth = situation.parts["mouth"]
    little, much = np.deg2rad(rng.uniform(15, 30)), np.deg2rad(rng.uniform(55, 80))

    def facing(angle: float) -> np.ndarray:
        return np.cos(angle) * UP + np.sin(angle) * BACK

    def lip(angle: float) -> np.ndarray:
        # The point of the rim that lies at the mouth is the one nearest to the drinker.
        towards = unit(BACK - facing(angle) * (facing(angle) @ BACK))
        return situation.person.mouth - situation.mouth_radius * towards

    turns = rotations_onto(mouth.direction, facing(much))
    rotation, position = situation.at_ease(turns, lip(much) - turns @ np.asarray(mouth.point), rng)
    # The same turn about its own axis, less tilted, a little before the lips.
    less = turned([0, 1, 0], np.rad2deg(much - little)) @ rotation
    before = lip(little) - less @ np.asarray(mouth.point) + 0.02 * AHEAD
    way.go(before, less)
    way.go(position, rotation, overlap=0.2)
    way.wait(rng.uniform(10, 20))
    way.go(before + 0.02 * AHEAD, less)


def eat(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    towards = unit(BACK + 0.15 * rng.standard_normal(3))
    rotation, position = situation.bring(
        situation.parts["bite"], situation.person.mouth, towards, rng, 0.004
    )
    away = position + rng.uniform(0.03, 0.07) * AHEAD + [0, 0, -0.02]
    way.go(away, rotation)
    for _ in range(int(rng.integers(1, 3))):
        way.go(position, rotation, overlap=0.15)
        way.wait(rng.uniform(4, 9))
        way.go(away, wobble(rng, 4) @ rotation)


def look_through(
    situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator
) -> None:
    gaze = unit(AHEAD + [0, *(0.12 * rng.standard_normal(2))])
    if "eyes" in situation.parts:  # made for both
        part, eye = (
            situation.parts["eyes"],
            (situation.person.eye("left") + situation.person.eye("right")) / 2,
        )
    else:
        part, eye = situation.parts["eye"], situation.person.eye(situation.side)

    def upright(turns: np.ndarray) -> np.ndarray:
        return turns[:, 2, 2] > turns[:, 2, 2].max() - 0.15

    rotation, position = situation.bring(part, eye, gaze, rng, -0.012, among=upright)
    way.go(position + 0.04 * gaze, rotation)
    way.go(position, rotation, overlap=0.4)
    way.wait(rng.uniform(18, 36))


def call(situation: Situation, way: Itinerary, asked: Asked, rng: np.random.Generator) -> None:
    towards = DIRECTIONS["left" if situation.side == "right" else "right"]
    towards = unit(towards + 0.12 * rng.standard_normal(3))
    part, ear = situation.parts["ear"], situation.person.ear(situation.side)
    to_mouth = unit(situation.person.mouth - ear)

    def mouth_end_down(turns: np.ndarray) -> np.ndarray:
        # The rest of a phone lies towards the mouth; what is all ear may turn as it will.
        rest = -turns @ np.asarray(part.point)
        long = np.linalg.norm(np.cross(rest, turns @ part.direction), axis=1) > 0.02
        return ~long | (rest @ to_mouth > 0.6 * np.linalg.norm(rest, axis=1))

    rotation, position = situation.bring(part, ear, towards, rng, 0.006, among=mouth_end_down)
    way.go(position - 0.05 * towards, rotation)
    way.go(position, rotation, overlap=0.4)
    way.wait(rng.uniform(20, 40))
