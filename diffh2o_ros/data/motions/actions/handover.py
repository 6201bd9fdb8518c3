"""The hand-over from one's right hand to one's left: both hold the object for a moment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from diffh2o_ros.data.format import GRASP_FRAMES, MAX_FRAMES
from diffh2o_ros.data.motions.actions.catalog import PACES
from diffh2o_ros.data.motions.actions.path import Itinerary, ObjectPath
from diffh2o_ros.data.motions.actions.situation import UP, Infeasible, Situation, turned
from diffh2o_ros.data.motions.hand_planner import HandPlanner
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.hands.sides import SIDES

GIVER, TAKER = "right", "left"
#: How often the taker sets the object down on its side; else it keeps it.
SET_DOWN = 0.5


def plan_handover(
    situation: Situation,
    manner: str | None,
    holds: Mapping[str, HandPose],
    planners: Mapping[str, HandPlanner],
    rng: np.random.Generator,
) -> tuple[ObjectPath, dict[str, HandPose], np.ndarray]:
    """Object path (T,), hands (T,) and which hold it (T, 2), of a whole sequence.

    The object waits in the air while it changes hands. Raises Infeasible and NoWay.
    """
    pace = PACES[manner] * rng.uniform(0.9, 1.1)
    reach, back, end_back = (round(pace * rng.uniform(26, 34)) for _ in range(3))
    set_down = bool(rng.random() < SET_DOWN)

    way = Itinerary(pace=pace)
    way.go(*_meeting(situation, rng))
    meeting = way.path()
    arrive = len(meeting) - 1 + reach - round(0.25 * reach)  # the taker starts before it has come
    release = arrive + int(rng.integers(2, 6))
    leave = release + round(0.55 * back)  # the giver's fingers are off by then
    way.time = float(leave)
    if set_down:
        _put_aside(situation, way, rng)
    else:
        way.go(way.position + rng.uniform([-0.05, 0.02, -0.04], [0.03, 0.12, 0.06]))
        way.wait(rng.uniform(2, 12))
    after = end_back + 2 if set_down else 0
    if GRASP_FRAMES + len(way) + after > MAX_FRAMES:
        raise Infeasible
    path = way.path()

    start = ObjectPath.rest(GRASP_FRAMES)
    whole = start + path
    whole += whole.stay(after)
    total = len(whole)

    giver = planners[GIVER].reach(holds[GIVER], start, GRASP_FRAMES)
    given = whole[GRASP_FRAMES : GRASP_FRAMES + release]
    giver += planners[GIVER].hold(holds[GIVER], given, released=True)
    giver += planners[GIVER].retreat(giver[-1], meeting, total - len(giver) + 1, 1)[1:]

    take = GRASP_FRAMES + arrive + 1
    taker = planners[TAKER].reach(holds[TAKER], meeting, take)
    taken = whole[take : total - after]
    taker += planners[TAKER].hold(holds[TAKER], taken, released=set_down)
    if set_down:
        taker += planners[TAKER].retreat(taker[-1], path, after + 1, 2)[1:]

    held = np.zeros((total, 2), bool)
    held[GRASP_FRAMES : GRASP_FRAMES + release, SIDES.index(GIVER)] = True
    held[take : total - after, SIDES.index(TAKER)] = True
    return whole, {GIVER: giver, TAKER: taker}, held


def _meeting(situation: Situation, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Where and how the object is held out to the other hand: at ease for both arms."""
    spots = rng.uniform([-0.22, -0.08, 0.12], [-0.02, 0.08, 0.28], (64, 3))
    turns = np.stack(
        [
            turned(UP, yaw) @ turned([*rng.standard_normal(2), 0.3], tilt)
            for yaw, tilt in rng.uniform([-100, -70], [100, 70], (len(spots), 2))
        ]
    )
    rotation, position = situation.at_ease(turns, spots, rng)
    return position, rotation


def _put_aside(situation: Situation, way: Itinerary, rng: np.random.Generator) -> None:
    """Onto the table at the taker's side, as it stood, turned so that the arm is at ease."""
    spot = rng.uniform([-0.06, 0.10, 0.0], [0.10, 0.26, 0.0])
    yaws = np.stack([turned(UP, yaw) for yaw in rng.uniform(-60, 60, 12)])
    taker = {TAKER: situation.holds[TAKER]}
    rotation, spot = situation.at_ease(yaws, np.repeat(spot[None], len(yaws), 0), rng, taker)
    way.go(spot + [0, 0, rng.uniform(0.05, 0.1)], rotation)
    way.go(spot, rotation, overlap=0.35)
