"""Where the objects of a data set are held, and with which hand, beside what people do."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from diffh2o_ros.data.format import SequenceInfo
from diffh2o_ros.data.people import ON_HANDLE, USES
from diffh2o_ros.markdown import table

#: Words by which a sentence tells the hand; "to the left" tells a direction.
_HAND = re.compile(r"\b(left|right|both|two|other|either)\b[- ](hand|side)|bimanual|hands\b", re.I)


def names_hand(sentence: str) -> bool:
    """Whether a sentence tells which hand, or that both."""
    return _HAND.search(sentence) is not None


def hand_shares(infos: Sequence[SequenceInfo]) -> dict[str, float]:
    """Shares of motions of one hand and of the right one; among all, and by the sentences that
    name no hand. Hand-overs are left out."""
    infos = [info for info in infos if info.action != "offhand"]
    hand = np.array([info.hand for info in infos])
    silent = np.array([sum(not names_hand(s) for s in info.sentences) for info in infos], float)
    found = {}
    for name, weight in (("all", np.ones(len(infos))), ("no hand named", silent)):
        one = weight[hand != "both"].sum()
        if one:
            found[f"one hand, {name}"] = float(one / weight.sum())
            found[f"right of one hand, {name}"] = float(weight[hand == "right"].sum() / one)
    return found


def handle_table(infos: Sequence[SequenceInfo]) -> str:
    """Markdown: by family, the share of one-handed motions by the handle, people's beside it."""
    rows = []
    for family, people in ON_HANDLE.items():
        row = [family]
        for use, goal in zip((False, True), people, strict=True):
            where = [
                info.where
                for info in infos
                if info.family == family and info.hand != "both" and (info.action in USES) == use
            ]
            share = where.count("handle") / max(len(where), 1)
            row += [f"{share:.2f} of {len(where)}" if where else "-", f"{goal:.2f}"]
        if row[1] != "-" or row[3] != "-":
            rows.append(row)
    return table(["by the handle", "moved, passed", "people", "used", "people"], rows)
