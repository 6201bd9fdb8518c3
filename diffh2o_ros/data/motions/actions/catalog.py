"""The actions by name: who can do them, which words go with them, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.motions.actions import face, raising, table
from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.situation import Infeasible, Situation

#: How much slower or quicker than usual a manner is.
PACES = {None: 1.0, "slowly": 1.4, "quickly": 0.72}
#: A path is sped up to fit the time there is, but not beyond recognition.
MOST_HURRY = 0.8

#: From one hand to the other: planned apart (handover.py), for it has two hands in turn.
HAND_OVER = "offhand"

Planner = Callable[[Situation, Itinerary, "str | None", np.random.Generator], None]


@dataclass(frozen=True)
class Action:
    """One thing to do.

    Attributes:
        plan: adds the action to an itinerary that starts at rest; raises Infeasible.
        directions: words of which one is true of it, drawn evenly; empty where none applies.
        settles: whether it ends with the object on the table by its nature.
        put_back: how often the object is put back where it stood, if it does not settle.
        two_handed: whether two hands do it as well as one.
        weight: how often it is drawn, beside the others an object affords: what few objects can be
            used for, those few are.
    """

    plan: Planner
    directions: tuple[str, ...] = ()
    settles: bool = False
    put_back: float = 0.5
    two_handed: bool = False
    weight: float = 1.0


ACTIONS: dict[str, Action] = {
    "lift": Action(raising.lift, ("up",), two_handed=True, put_back=0.3),
    "place": Action(
        table.place, ("left", "right", "forward", "back"), settles=True, two_handed=True
    ),
    "pass": Action(
        raising.pass_on, ("forward", "forward", "left", "right"), put_back=0.2, two_handed=True
    ),
    "inspect": Action(raising.inspect, two_handed=True),
    "drink": Action(face.drink, two_handed=True, weight=4.0),
    # Most people pour towards the middle; the other way is hard on the wrist.
    "pour": Action(raising.pour, ("left", "left", "right", "forward"), two_handed=True, weight=3.0),
    "shake": Action(raising.shake, two_handed=True, weight=2.5),
    "toast": Action(raising.toast, weight=3.0),
    "eat": Action(face.eat, put_back=0.3, weight=4.0),
    "stamp": Action(table.stamp, weight=3.0),
    "look_through": Action(face.look_through, weight=6.0),
    "call": Action(face.call, weight=6.0),
    "rotate": Action(
        table.rotate, ("clockwise", "counterclockwise"), settles=True, two_handed=True
    ),
    "turn_over": Action(table.turn_over, settles=True, weight=2.0),
    "wipe": Action(table.wipe, weight=4.0),
    "hammer": Action(table.hammer, weight=6.0),
}


def draw_direction(action: str, rng: np.random.Generator) -> str | None:
    """A direction word for an action, None where no word tells it apart."""
    words = ACTIONS[action].directions
    return words[rng.integers(len(words))] if words else None


def plan(
    action: str,
    manner: str | None,
    direction: str | None,
    put_back: bool,
    situation: Situation,
    rng: np.random.Generator,
    frames: int,
) -> Itinerary:
    """The object's way through an action, from rest.

    Args:
        direction: as `draw_direction` gives it. put_back: to where it stood, at the end.
        frames: the most it may take, its first one at rest included.

    Raises:
        Infeasible: not with this hold, or not in this time.
    """
    way = Itinerary(pace=PACES[manner] * rng.uniform(0.9, 1.1))
    ACTIONS[action].plan(situation, way, direction, rng)
    if put_back:
        return_home(way, rng)
    if way.hurry(frames - 1) < MOST_HURRY:
        raise Infeasible
    return way


def return_home(way: Itinerary, rng: np.random.Generator) -> None:
    """Puts the object back where it stood, coming down from above."""
    way.go([0, 0, rng.uniform(0.04, 0.08)], np.eye(3), overlap=0.1)
    way.go(np.zeros(3), np.eye(3), overlap=0.35)
