"""What is done with an object of the data set: recipes that lead to motions free of faults."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from diffh2o_ros.data.format import SequenceInfo
from diffh2o_ros.data.grasps import APPROACHES, KINDS, WHERE
from diffh2o_ros.data.motions.actions import ACTIONS, HAND_OVER, draw_direction
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.person import draw_person, strain
from diffh2o_ros.data.motions.planning import (
    PlannedMotion,
    SequenceRecipe,
    planned_motion,
    swap_word,
    yaw_matrix,
)
from diffh2o_ros.data.sentences import sentences
from diffh2o_ros.data.splits import Splits

SEQUENCES_PER_OBJECT = 12
#: Tries for each sequence: a grasp, a yaw and an action may not go together.
TRIES = 8
MANNERS = (None, None, "slowly", "quickly")
#: How often two hands are used where either will do, and how often a hand-over is drawn.
BOTH_WEIGHT, HAND_OVER_WEIGHT = 1.5, 1.5
SENTENCES, HELD_OUT_SENTENCES = 6, 2
#: Share of a hammer's length that is between the hand and the head.
LEAST_SWING = 0.35
#: Yaws tried for each grasp, and how strained an arm may be in it.
YAWS, MOST_STRAIN = 24, 0.95


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
        for _ in range(TRIES):
            recipe = _draw(action, rows[rng.integers(len(rows))], index, thing, rng)
            motion = planned_motion(recipe, thing) if recipe else None
            if motion is not None:
                yield recipe, motion
                break


def _options(thing: GraspedObject) -> list[tuple[str, np.ndarray, float]]:
    """Actions with the holds (N, 2) (left row, right row, -1 for none) that can do them, and how
    often each is drawn."""
    grasps = thing.grasps
    alone = np.flatnonzero(grasps.alone)
    single = np.full((len(alone), 2), -1)
    single[np.arange(len(alone)), grasps.side[alone]] = alone
    options = []
    for action in sorted(thing.thing.affordances):
        if action == HAND_OVER:
            if len(grasps.handovers):
                options.append((action, grasps.handovers, HAND_OVER_WEIGHT))
            continue
        known = ACTIONS[action]
        for rows, weight in ((single, 1.0), (grasps.pairs, BOTH_WEIGHT * known.two_handed)):
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
        elif action == "turn_over":
            # Upside down, what was above the object's top is below the table's.
            fits[used] &= thing.hand_tops[column[used]] < -thing.support
    return fits


def _draw(
    action: str, rows: np.ndarray, index: int, thing: GraspedObject, rng: np.random.Generator
) -> SequenceRecipe | None:
    left, right = (int(row) for row in rows)
    # In a hand-over the right hand comes first: the object lies as suits it. What is turned over
    # is at ease at the end, as people plan it (end-state comfort, Rosenbaum et al., 1990).
    yaw = _easy_yaw(thing, -1 if action == HAND_OVER else left, right, rng)
    if yaw is None:
        return None
    inverted = action == "turn_over"
    direction = None if action == HAND_OVER else draw_direction(action, rng)
    put_back = action != HAND_OVER and bool(
        not ACTIONS[action].settles and rng.random() < ACTIONS[action].put_back
    )
    return SequenceRecipe(
        object_index=index,
        left=left,
        right=right,
        inverted=inverted,
        action=action,
        yaw=yaw + (rng.uniform(-np.pi, np.pi) if inverted else 0.0),
        manner=MANNERS[rng.integers(len(MANNERS))],
        direction=swap_word(direction) if right < 0 else direction,
        put_back=put_back,
        mirrored=bool(rng.random() < 0.5),
        seed=int(rng.integers(2**62)),
    )


def _easy_yaw(
    thing: GraspedObject, left: int, right: int, rng: np.random.Generator
) -> float | None:
    """A turn of the object about the vertical in which the hands come to it at ease."""
    person = draw_person(rng, thing.support)
    yaws = rng.uniform(-np.pi, np.pi, YAWS)
    turns = np.stack([yaw_matrix(yaw) for yaw in yaws])
    cost = np.zeros(YAWS)
    for side, row in (("left", left), ("right", right)):
        if row >= 0:
            hand = thing.hold(row, np.eye(3))
            found = strain(person, turns @ hand.wrist, turns @ hand.rotation, side)
            cost = np.maximum(cost, found)
    easy = np.flatnonzero(cost < MOST_STRAIN)
    if not len(easy):
        return None
    weight = np.exp(-4 * cost[easy])
    return float(yaws[rng.choice(easy, p=weight / weight.sum())])


def describe(
    name: str, recipe: SequenceRecipe, num_frames: int, thing: GraspedObject, splits: Splits
) -> SequenceInfo:
    """What is known of a sequence, its sentences among it: all true of the motion."""
    rng = np.random.default_rng((recipe.seed, 1))
    hand = (
        "both"
        if min(recipe.left, recipe.right) >= 0
        else ("right" if recipe.right >= 0 else "left")
    )
    if recipe.action == HAND_OVER:
        hand = "right"
    direction = recipe.direction
    if recipe.mirrored:
        hand, direction = swap_word(hand), swap_word(direction)
    grasps, rows = thing.grasps, [r for r in (recipe.left, recipe.right) if r >= 0]
    labels = [
        {names[values[row]] for row in rows}
        for values, names in (
            (grasps.kind, KINDS),
            (grasps.where, WHERE),
            (grasps.approach, APPROACHES),
        )
    ]
    kind, where, approach = (next(iter(s)) if len(s) == 1 else None for s in labels)
    words = (
        recipe.action,
        hand,
        (thing.thing.name, *thing.thing.synonyms),
        recipe.manner,
        direction,
    )
    said = {
        split: sentences(
            *words,
            rng,
            count,
            split=split,
            put_back=recipe.put_back,
            hold=_hold_word(kind, where, approach),
        )
        for split, count in (("train", SENTENCES), ("held_out", HELD_OUT_SENTENCES))
    }
    return SequenceInfo(
        name=name,
        source="procedural",
        family=thing.thing.family,
        object_name=thing.thing.name,
        object_index=recipe.object_index,
        action=recipe.action,
        hand=hand,
        manner=recipe.manner,
        direction=direction,
        put_back=recipe.put_back,
        kind=kind,
        where=where,
        split=splits.of(thing.thing.family, recipe.object_index),
        num_frames=num_frames,
        sentences=said["train"],
        held_out_sentences=said["held_out"],
    )


def _hold_word(kind: str | None, where: str | None, approach: str | None) -> str | None:
    """How the grammar may speak of a hold."""
    if where in ("handle", "rim"):
        return where
    if approach == "top":
        return "top"
    return "pinch" if kind in ("precision", "tripod") else None
