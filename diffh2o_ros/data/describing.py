"""What is known of a sequence of the data set, its sentences among it."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.format import SequenceInfo
from diffh2o_ros.data.grasps import APPROACHES, KINDS, WHERE
from diffh2o_ros.data.motions.actions import HAND_OVER
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.planning import PlannedMotion, SequenceRecipe, swap_word
from diffh2o_ros.data.observing import observe
from diffh2o_ros.data.people import HANDEDNESS, RIGHT_SHARE, is_wide, share_named
from diffh2o_ros.data.sentences import sentences
from diffh2o_ros.data.splits import Splits

SENTENCES, HELD_OUT_SENTENCES = 12, 3
#: Actions of which it is told how high the object is held.
LEVELLED = ("lift", "shake", "inspect", "toast", "pass")


def describe(
    name: str,
    recipe: SequenceRecipe,
    motion: PlannedMotion,
    thing: GraspedObject,
    splits: Splits,
    handedness: float = HANDEDNESS,
) -> SequenceInfo:
    """What is known of a sequence, its sentences among it: all true of the motion.

    Args:
        handedness: share of right hands among motions of one hand whose sentence names none.
    """
    rng = np.random.default_rng((recipe.seed, 1))
    hand, direction = _hand_and_direction(recipe)
    kind, where, approach = _grasp_labels(recipe, thing)
    seen = observe(recipe, motion, thing)
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
            hold=_hold_words(kind, where, approach, seen.side),
            count_done=recipe.count,
            level=seen.level if recipe.action in LEVELLED else None,
            upright=seen.upright,
            named=share_named(hand, handedness, RIGHT_SHARE, is_wide(thing.thing.mesh)),
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
        approach=approach,
        count=recipe.count,
        split=splits.of(thing.thing.family, recipe.object_index),
        num_frames=len(motion.held),
        sentences=said["train"],
        held_out_sentences=said["held_out"],
    )


def _hand_and_direction(recipe: SequenceRecipe) -> tuple[str, str | None]:
    """The words for the hand that acts, in a hand-over first, and for where the object goes."""
    if recipe.action == HAND_OVER or recipe.left < 0:
        hand = "right"
    else:
        hand = "left" if recipe.right < 0 else "both"
    direction = recipe.direction
    return (swap_word(hand), swap_word(direction)) if recipe.mirrored else (hand, direction)


def _grasp_labels(
    recipe: SequenceRecipe, thing: GraspedObject
) -> tuple[str | None, str | None, str | None]:
    """Kind, where and approach of the grasps of a recipe; None where two hands differ."""
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
    return kind, where, approach


def _hold_words(
    kind: str | None, where: str | None, approach: str | None, side: str | None
) -> tuple[str, ...]:
    """How the grammar may speak of a hold: all that is true of it."""
    rules = {
        where: where in ("handle", "rim", "neck"),
        approach: approach in ("top", "side"),
        f"{side} side": side is not None and where == "body" and approach == "side",
        "pinch": kind in ("precision", "tripod"),
        "body": kind == "power" and where == "body" and approach == "side",
        "whole": kind == "power",
    }
    return tuple(word for word, true in rules.items() if true)
