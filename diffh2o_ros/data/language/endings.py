"""How the way back is told, and a hold that has not been told yet."""

from __future__ import annotations

from diffh2o_ros.data.language.template import passive_clause
from diffh2o_ros.data.language.voice import Voice
from diffh2o_ros.data.language.words import clauses_of, kinds, pick


def way_back(voice: Voice) -> str:
    """A clause for it, in the notation of `notation.py`; one that has a passive if need be."""
    known = clauses_of("put back")
    if voice.subject.passive:
        known = [clause for clause in known if passive_clause(clause) is not None]
    return pick(known, voice.rng)


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
    verbs = ("holding <it> ", "gripping <it> ", "grasping <it> ")
    fresh = [verb for verb in verbs if verb[:4] not in body]
    lead = "held " if voice.subject.passive else pick(fresh or verbs, voice.rng)
    return f"{body}, {lead}{pick(kinds('hold')[voice.facts.hold], voice.rng)}"
