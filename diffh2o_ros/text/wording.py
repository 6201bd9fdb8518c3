"""What a sentence says in so many words: of hands, and whether of anything the networks know.

The networks read the whole sentence themselves. This only serves to tell users what cannot be meant
to work.
"""

from __future__ import annotations

import re

#: Words that say which hand acts. "To the left" does not.
_HANDS = re.compile(
    r"\b(left|right)[- ]?(?:hand|palm|fist|finger)"
    r"|\bwith (?:my|your|the|his|her|their) (left|right)\b"
    r"|\b(?:both|two|either|each)\b|\bhands\b",
    re.IGNORECASE,
)
#: Stems of the verbs in the training sentences that say what is done, and their irregular forms.
_VERBS = (
    "agitat answer ate bang beat bite bitt bitten bring brought brush call carr chang check "
    "chew clean consum decant deliver deposit dispens displac drag drank drink drunk dust eat "
    "elevat eras examin explor extend fetch fill find flip gave gaz get giv glanc gnaw grab "
    "grasp grip gulp hammer heav held hit hoist hold inspect invert jiggl jolt knock lay lift "
    "listen look low mov munch nibbl observ offer orient overturn pass peek peer phon "
    "photograph pick pivot plac point polish posit pound pour present press propos pull push "
    "put rais rattl reach relocat remov reorient reposition rotat rub salut scoop scrub scrutin "
    "seiz serv set shak shift shook show sip slid snack speak spin spoke spun stamp stand stood "
    "strik stroke struck study survey swap sweep swept swig swing swip switch swivel swung tak "
    "talk tap tast telephon tilt tip toast took transfer transport turn twist upend use using "
    "view watch wav wiggl wip"
).split()
_ACTION = re.compile(
    rf"\b(?:{'|'.join(_VERBS)})\w*|\bhand(?:ed|ing)\b"
    r"|\bhands? (?:me|it|him|her|them|over|the|this|that|an?)\b",
    re.IGNORECASE,
)


def names_hands(task: str) -> bool:
    """Whether it says which hand or hands act."""
    return _HANDS.search(task) is not None


def only_hand(task: str) -> str | None:
    """left or right, if it names one hand and no other; else None."""
    found = _HANDS.findall(task)
    sides = {(one or other).lower() for one, other in found}
    return next(iter(sides)) if len(sides) == 1 and "" not in sides else None


def names_action(task: str) -> bool:
    """Whether a verb of it is among those that training knows."""
    return _ACTION.search(task) is not None
