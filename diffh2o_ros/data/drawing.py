"""What is done with an object of the data set: recipes that lead to motions free of faults."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from diffh2o_ros.data.grasps import APPROACHES, WHERE
from diffh2o_ros.data.motions.actions import ACTIONS, HAND_OVER, draw_count, draw_direction
from diffh2o_ros.data.motions.actions.raising import LEVEL_AXES
from diffh2o_ros.data.motions.actions.situation import turned
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.person import draw_person, strain
from diffh2o_ros.data.motions.planning import (
    PlannedMotion,
    SequenceRecipe,
    planned_motion,
    swap_word,
    yaw_matrix,
)
from diffh2o_ros.data.people import RIGHT_SHARE, has_low_rim, is_wide, places

SEQUENCES_PER_OBJECT = 12
#: Tries for each sequence: a grasp, a yaw and an action may not go together.
TRIES = 8
MANNERS = (None, None, "slowly", "quickly")
#: How often two hands are used for what is wide or heavy, where one hand does it as well, how often
#: for other things, and how often a hand-over is drawn.
BOTH_WIDE, BOTH_WEIGHT, HAND_OVER_WEIGHT = 1.5, 0.12, 1.2
#: Share of a hammer's length that is between the hand and the head.
LEAST_SWING = 0.35
#: Share of an opening that a hand which drinks or pours may be above.
MOST_COVERED = 0.2
#: Yaws tried for each grasp, and how strained an arm may be in it.
YAWS, MOST_STRAIN = 24, 0.95
#: The same of what is turned over, at these degrees of the turn.
MOST_TWIST, HALF_TURN = 1.05, (0, 45, 90, 135, 180)


def draw_sequences(
    seed: int, index: int, thing: GraspedObject
) -> Iterator[tuple[SequenceRecipe, PlannedMotion]]:
    """Up to SEQUENCES_PER_OBJECT recipes of object `index`, and their motions."""
    rng = np.random.default_rng((seed, index, 1))
    options = _options(thing)
    if not options:
        return
    weights = np.array([weight for _, _, weight in options])
    for _ in range(SEQUENCES_PER_OBJECT):
        action, rows, _ = options[rng.choice(len(options), p=weights / weights.sum())]
        right = bool(rng.random() < RIGHT_SHARE)
        for row in _in_order(action, rows, thing, rng):
            recipe = _draw(action, row, index, thing, right, rng)
            motion = planned_motion(recipe, thing) if recipe else None
            if motion is not None:
                yield recipe, motion
                break


def _in_order(
    action: str, rows: np.ndarray, thing: GraspedObject, rng: np.random.Generator
) -> np.ndarray:
    """TRIES of the holds (N, 2), drawn as people choose: the place first, and in it what is
    natural; other places only once that one does not go."""
    share = places(
        thing.thing.family, action, thing.thing.handle is not None, has_low_rim(thing.thing)
    )
    where = thing.grasps.where[rows.max(1)]
    ease = np.where(rows >= 0, thing.ease[rows], 1.0).min(1)
    there = np.array([share[name] * (where == k).any() for k, name in enumerate(WHERE)])
    there = there + 1e-6 * np.array([(where == k).any() for k in range(len(WHERE))])
    place = rng.choice(len(WHERE), p=there / there.sum())
    # Milder than what is natural: people differ, and one does not always grasp alike.
    weight = np.sqrt(ease) * np.array([share[name] + 1e-3 for name in WHERE])[where]
    mine = where == place
    drawn = []
    for among, count in ((mine, TRIES - 2), (np.ones_like(mine), 2)):
        chance = weight * among
        drawn += rng.choice(len(rows), size=count, p=chance / chance.sum()).tolist()
    return rows[drawn]


def _options(thing: GraspedObject) -> list[tuple[str, np.ndarray, float]]:
    """Actions with the holds (N, 2) (left row, right row, -1 for none) that can do them, and how
    often each is drawn."""
    grasps = thing.grasps
    alone = np.flatnonzero(grasps.alone)
    single = np.full((len(alone), 2), -1)
    single[np.arange(len(alone)), grasps.side[alone]] = alone
    by_handle = (grasps.where[alone] == WHERE.index("handle")).any()
    wide = (is_wide(thing.thing.mesh) and not by_handle) or not len(single)
    options = []
    for action in sorted(thing.thing.affordances):
        if action == HAND_OVER:
            if len(grasps.handovers):
                options.append((action, grasps.handovers, HAND_OVER_WEIGHT))
            continue
        known = ACTIONS[action]
        both = BOTH_WIDE if wide else BOTH_WEIGHT
        for rows, weight in ((single, 1.0), (grasps.pairs, both * known.two_handed)):
            rows = rows[_fits(action, rows, thing)]
            if len(rows) and weight:
                options.append((action, rows, known.weight * weight))
    return options


def _fits(action: str, rows: np.ndarray, thing: GraspedObject) -> np.ndarray:
    """Which holds (N,) bool go with an action at all."""
    fits = np.ones(len(rows), bool)
    for column in rows.T:
        used = column >= 0
        if action in ("hammer", "wipe", "look_through") and thing.thing.handle is not None:
            fits[used] &= thing.grasps.where[column[used]] == WHERE.index("handle")
        if action == "hammer":
            fits[used] &= thing.swing(column[used]) > LEAST_SWING
        elif action in ("drink", "pour", "toast"):
            # A hand at the rim, or from above, is before the mouth.
            fits[used] &= thing.grasps.where[column[used]] != WHERE.index("rim")
            fits[used] &= thing.grasps.approach[column[used]] != APPROACHES.index("top")
            fits[used] &= thing.over_mouth[column[used]] < MOST_COVERED
    return fits


def _draw(
    action: str,
    rows: np.ndarray,
    index: int,
    thing: GraspedObject,
    by_right: bool,
    rng: np.random.Generator,
) -> SequenceRecipe | None:
    """The recipe of a hold (2,) that is seen as of the right hand or, mirrored, of the left."""
    left, right = (int(row) for row in rows)
    # In a hand-over the right hand comes first: the object lies as suits it.
    first = -1 if action == HAND_OVER else left
    yaw = _easy_yaw(thing, first, right, action == "turn_over", rng)
    if yaw is None:
        return None
    direction = None if action == HAND_OVER else draw_direction(action, rng)
    put_back = action != HAND_OVER and bool(
        not ACTIONS[action].settles and rng.random() < ACTIONS[action].put_back
    )
    return SequenceRecipe(
        object_index=index,
        left=left,
        right=right,
        action=action,
        yaw=yaw,
        manner=MANNERS[rng.integers(len(MANNERS))],
        direction=swap_word(direction) if right < 0 else direction,
        put_back=put_back,
        mirrored=by_right != (right >= 0),
        seed=int(rng.integers(2**62)),
        count=draw_count(action, rng),
    )


def _easy_yaw(
    thing: GraspedObject, left: int, right: int, over: bool, rng: np.random.Generator
) -> float | None:
    """A turn of the object about the vertical in which the hands come to it at ease, and can turn
    it `over`."""
    person = draw_person(rng, thing.support)
    yaws = rng.uniform(-np.pi, np.pi, YAWS)
    turns = np.stack([yaw_matrix(yaw) for yaw in yaws])[:, None, None]
    spots = np.zeros(3)
    if over:
        # (yaws, lines to turn about, turns about them)
        ways = [[turned(axis, angle) for angle in HALF_TURN] for axis in LEVEL_AXES]
        turns = np.array(ways) @ turns
        spots = np.outer(np.array(HALF_TURN) > 0, [0, 0, 0.22])
    cost = np.zeros(turns.shape[:3])
    for side, row in (("left", left), ("right", right)):
        if row >= 0:
            hand = thing.hold(row, np.eye(3))
            found = strain(person, turns @ hand.wrist + spots, turns @ hand.rotation, side)
            cost = np.maximum(cost, found)
    cost = cost.max(2).min(1)
    easy = np.flatnonzero(cost < (MOST_TWIST if over else MOST_STRAIN))
    if not len(easy):
        return None
    weight = np.exp(-4 * cost[easy])
    return float(yaws[rng.choice(easy, p=weight / weight.sum())])
