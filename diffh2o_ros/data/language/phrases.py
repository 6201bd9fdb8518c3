"""The phrases of every action, and what holds for all phrases of one."""

from __future__ import annotations

import re
from functools import cache

from diffh2o_ros.data.language.template import Template, parse, split_clauses
from diffh2o_ros.data.language.words import FOLDER, lists

BODILY = {"inspect", "drink", "eat", "look_through", "call"}  # a hand alone does not do these
ON_TABLE = {"rotate", "wipe"}  # the object is not lifted for it
NO_WAY_BACK = {"place", "rotate"}  # put down elsewhere, or never away: nothing to be put back


@cache
def actions() -> tuple[str, ...]:
    """All actions that there are phrases for: one file each in `phrases`."""
    return tuple(sorted(path.stem for path in (FOLDER / "phrases").glob("*.txt")))


@cache
def phrases(action: str) -> tuple[Template, ...]:
    """The phrases of an action, one of `actions()`."""
    return tuple(parse(entry) for entry in lists(f"phrases/{action}")[""])


@cache
def tails(action: str, split: str) -> tuple[Template, ...]:
    """One phrase for each way to go on once the object is taken (its `steps`).

    A way to go on is held out only if all phrases that end in it are.
    """
    found: dict[tuple[str, ...], list[Template]] = {}
    for template in phrases(action):
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
    texts = [template.text for template in phrases(action) if template.held_out]
    return frozenset(split_clauses(re.sub(" ?@!?", "", text)) for text in texts)
