"""The phrases of every action, and what holds for all phrases of one."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache

from diffh2o_ros.data.language.template import PLAIN, Template, expanded, parse, split_clauses
from diffh2o_ros.data.language.words import FOLDER, clauses_of, lists

BODILY = {"inspect", "drink", "eat", "look_through", "call"}  # a hand alone does not do these
ON_TABLE = {"rotate", "wipe"}  # the object is not lifted for it
NO_WAY_BACK = {"place", "rotate"}  # put down elsewhere, or never away: nothing to be put back

_NOT_RAISED = {"rotate", "lift"}  # or not before that is said
TAKES = 3  # clauses for taking the object, each of which a deed is said after


@cache
def actions() -> tuple[str, ...]:
    """All actions that there are phrases for: one file each in `phrases`."""
    return tuple(sorted(path.stem for path in (FOLDER / "phrases").glob("*.txt")))


@cache
def phrases(action: str) -> tuple[Template, ...]:
    """The phrases of an action, one of `actions()`."""
    found = lists(f"phrases/{action}")
    whole = [parse(entry) for entry in found[""]]
    # What most people say first must not drown in the variety.
    whole = [replace(t, weight=3 * t.weight) if t.weight >= PLAIN else t for t in whole]
    deeds = [parse(entry) for entry in found.get("do", ())]
    made = (expanded(deed, _takes(action, number)) for number, deed in enumerate(deeds))
    return tuple({t.text: t for t in (*itertools.chain(*made), *whole)}.values())


def _takes(action: str, number: int) -> tuple[str, ...]:
    """Clauses for taking the object that one phrase for a deed is said after: not all of them, or
    they would drown what is said in one clause."""
    known = clauses_of("take on the table" if action in _NOT_RAISED else "take and do")
    chosen = [known[(number * TAKES + i) % len(known)] for i in range(TAKES)]
    only_here = "!" if action == "offhand" else ""
    return tuple(dict.fromkeys(f"{clause} @{only_here}" for clause in chosen))


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
