"""The phrases of every action, and what holds for all phrases of one."""

from __future__ import annotations

import re
from functools import cache

from diffh2o_ros.data.language import (
    emptying,
    handing_over,
    looking,
    moving,
    tasting,
    turning,
    working,
)
from diffh2o_ros.data.language.slots import TO, WAYS
from diffh2o_ros.data.language.template import Template, split_clauses

PHRASES: dict[str, tuple[Template, ...]] = {
    "lift": moving.LIFT,
    "place": moving.PLACE,
    "pass": moving.PASS,
    "inspect": looking.INSPECT,
    "offhand": handing_over.OFFHAND,
    "drink": tasting.DRINK,
    "pour": emptying.POUR,
    "shake": emptying.SHAKE,
    "toast": tasting.TOAST,
    "eat": tasting.EAT,
    "stamp": working.STAMP,
    "look_through": looking.LOOK_THROUGH,
    "call": looking.CALL,
    "rotate": turning.ROTATE,
    "turn_over": turning.TURN_OVER,
    "wipe": working.WIPE,
    "hammer": working.HAMMER,
}
BODILY = {"inspect", "drink", "eat", "look_through", "call"}  # a hand alone does not do these
ON_TABLE = {"rotate", "wipe"}  # the object is not lifted for it
NO_WAY_BACK = {"place", "rotate"}  # put down elsewhere, or never away: nothing to be put back


def ways(action: str) -> dict[str, tuple[str, ...]]:
    """The directions an action's sentences may speak of, and the words for each."""
    return WAYS.get(action, TO)


@cache
def tails(action: str, split: str) -> tuple[Template, ...]:
    """One phrase for each way to go on once the object is taken (its `steps`).

    A way to go on is held out only if all phrases that end in it are.
    """
    found: dict[tuple[str, ...], list[Template]] = {}
    for template in PHRASES[action]:
        if template.steps:
            found.setdefault(template.steps, []).append(template)
    if split == "all":
        return tuple(owners[0] for owners in found.values())
    trained = {steps: [o for o in owners if not o.held_out] for steps, owners in found.items()}
    if split == "train":
        return tuple(owners[0] for owners in trained.values() if owners)
    return tuple(owners[0] for steps, owners in found.items() if not trained[steps])


@cache
def kept_wordings(action: str) -> frozenset[tuple[str, ...]]:
    """The clauses of the held-out phrases, which single clauses must not be joined to."""
    texts = [template.text for template in PHRASES[action] if template.held_out]
    return frozenset(split_clauses(re.sub(" ?@!?", "", text)) for text in texts)
