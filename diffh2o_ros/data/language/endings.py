"""How the way back is told, and a hold that has not been told yet."""

from __future__ import annotations

from diffh2o_ros.data.language.facts import pick
from diffh2o_ros.data.language.slots import HOLD
from diffh2o_ros.data.language.template import passive_clause
from diffh2o_ros.data.language.voice import Voice

BACK = (
    "{put} <it> down",
    "{put} <it> back",
    "{put} <it> back",
    "{put} <it> back down",
    "{put} <it> down again",
    "{set} <it> down again",
    "{set} <it> back down",
    "{place} <it> back on the table",
    "{put} <it> back on the table",
    "{lower} <it> back onto the table",
    "{set} <it> down where <was>",
    "{put} <it> back where <was>",
    "{put} <it> down where <was> before",
    "{return} <it> to where <was>",
    "{return} <it> to <its> place",
    "{put} <it> back in <its> place",
    "{place} <it> back in <its> original position",
    "{set} <it> down in the same place",
    "{put} <it> down in the same spot",
)


def way_back(voice: Voice) -> str:
    """A clause for it, in the notation of template.py."""
    return pick(BACK, voice.rng)


def with_way_back(body: str, voice: Voice, aside: bool) -> str:
    """The body with a clause for the way back added; aside: it ends in a phrase set off."""
    clause, chance = way_back(voice), voice.rng.random()
    passive = passive_clause(clause)
    if chance < 0.25:
        said = f"being {passive}" if voice.subject.passive else voice.inflected(clause, "ing")
        return f"{body}{',' if aside else ''} before {said}"
    joint = ", then " if chance < 0.45 else ", and then " if chance < 0.6 else " and then "
    if chance > 0.7:
        joint = ", and " if " and " in body or "," in body else " and "
    elif aside and not joint.startswith(","):
        joint = "," + joint
    return body + joint + (passive if voice.subject.passive else clause)


def with_hold(body: str, voice: Voice) -> str:
    """The body with the hold added as an afterthought."""
    words = ("holding <it> ", "gripping <it> ", "grasping <it> ")
    fresh = [word for word in words if word[:4] not in body]
    lead = "held " if voice.subject.passive else pick(fresh or words, voice.rng)
    return f"{body}, {lead}{pick(HOLD[voice.facts.hold], voice.rng)}"
