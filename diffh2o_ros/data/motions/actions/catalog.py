"""The actions by name: who can do them, which words go with them, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.motions.actions import face, raising, table
from diffh2o_ros.data.motions.actions.path import Itinerary
from diffh2o_ros.data.motions.actions.situation import Asked, Infeasible, Situation

#: How much slower or quicker than usual a manner is.
PACES = {None: 1.0, "slowly": 1.4, "quickly": 0.72}
#: How often a hand that holds waits before the object moves: in people for .1 to 1.2 s.
HESITATES = 0.3
#: A path is sped up to fit the time there is, but not beyond recognition.
MOST_HURRY = 0.8

#: From one hand to the other: planned apart (handover.py), for it has two hands in turn.
HAND_OVER = "offhand"

Planner = Callable[[Situation, Itinerary, Asked, np.random.Generator], None]


@dataclass(frozen=True)
class Action:
    """One thing to do.

    Attributes:
        plan: adds the action to an itinerary that starts at rest; raises Infeasible.
        directions: words of which one is true of it, drawn evenly; empty where none applies.
        counts: fewest and most times that what it repeats is done; None where nothing is.
        settles: whether it ends with the object on the table by its nature.
        put_back: how often the object is put back where it stood, if it does not settle.
        two_handed: whether two hands do it as well as one.
        weight: how often it is drawn, beside the others an object affords: what few objects can be
            used for, those few are, so that each action has its share of a data set.
    """

    plan: Planner
    directions: tuple[str, ...] = ()
    counts: tuple[int, int] | None = None
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
    "drink": Action(face.drink, two_handed=True, weight=18.0),
    # Most people pour towards the middle; the other way is hard on the wrist.
    "pour": Action(raising.pour, ("left", "left", "right", "forward"), two_handed=True, weight=5.5),
    "shake": Action(raising.shake, counts=(2, 6), two_handed=True, weight=8.0),
    "toast": Action(raising.toast, counts=(1, 2), weight=11.0),
    "eat": Action(face.eat, put_back=0.3, weight=7.0),
    "stamp": Action(table.stamp, counts=(1, 3), weight=8.0),
    "look_through": Action(face.look_through, weight=7.0),
    "call": Action(face.call, weight=9.0),
    "rotate": Action(
        table.rotate, ("clockwise", "counterclockwise"), settles=True, two_handed=True
    ),
    "turn_over": Action(raising.turn_over, put_back=0.0, weight=1.3),
    "wipe": Action(table.wipe, counts=(2, 5), weight=10.0),
    "hammer": Action(table.hammer, counts=(2, 4), weight=12.0),
}


def draw_direction(action: str, rng: np.random.Generator) -> str | None:
    """A direction word for an action, None where no word tells it apart."""
    words = ACTIONS[action].directions
    return words[rng.integers(len(words))] if words else None


def draw_count(action: str, rng: np.random.Generator) -> int | None:
    """How often an action repeats what it repeats: full shakes, blows, strokes; else None."""
    known = ACTIONS.get(action)
    if known is None or known.counts is None:
        return None
    fewest, most = known.counts
    return int(rng.integers(fewest, most + 1))


def plan(
    action: str,
    manner: str | None,
    direction: str | None,
    put_back: bool,
    situation: Situation,
    rng: np.random.Generator,
    frames: int,
    count: int | None = None,
) -> Itinerary:
    """The object's way through an action, from rest.

    Args:
        direction: as `draw_direction` gives it. put_back: to where it stood, at the end.
        frames: the most it may take, its first one at rest included.
        count: as `draw_count` gives it; left out, it is drawn.

    Raises:
        Infeasible: not with this hold, or not in this time.
    """
    way = Itinerary(pace=PACES[manner] * rng.uniform(0.9, 1.1))
    if rng.random() < HESITATES:
        way.wait(min(rng.exponential(10), 30))
    count = draw_count(action, rng) if count is None else count
    ACTIONS[action].plan(situation, way, Asked(direction, count), rng)
    if put_back:
        return_home(way, rng)
    if way.hurry(frames - 1) < MOST_HURRY:
        raise Infeasible
    return way


def return_home(way: Itinerary, rng: np.random.Generator) -> None:
    """Puts the object back where it stood, coming down from above."""
    way.go([0, 0, rng.uniform(0.04, 0.08)], np.eye(3), overlap=0.1)
    way.go(np.zeros(3), np.eye(3), overlap=0.35)
