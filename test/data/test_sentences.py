"""Sentences are true of the motion, grammatical, many, and the same for the same seed."""

import re

import numpy as np
import pytest

from diffh2o_ros.data.language.phrases import PHRASES, tails
from diffh2o_ros.data.language.slots import HOLD, MANNER
from diffh2o_ros.data.language.template import PLAIN, Template, parse, passive_clause
from diffh2o_ros.data.language.words import article, inflect, is_plural
from diffh2o_ros.data.sentences import DIRECTIONS, sentences

NAMES = ["mug", "apple", "scissors", "cracker box", "pair of scissors"]
HANDS = [
    (action, hand)
    for action in PHRASES
    for hand in ("left", "right", "both")
    if (action, hand) != ("offhand", "both")
]
SPOKEN = {  # the directions an action's sentences speak of
    "lift": ("left", "right", "forward", "back"),
    "place": ("left", "right", "forward", "back"),
    "pass": ("left", "right", "forward", "back"),
    "pour": ("left", "right", "forward", "back"),
    "rotate": ("clockwise", "counterclockwise"),
}
SIDES = {
    "left": r"\bleft\b",
    "right": r"\bright\b",
    "forward": r"\b(forwards?|ahead|away from|further away|farther|in front|to the front|"
    r"other side of the table|across the table)\b",
    "back": r"\b(backwards?|closer to|toward (?:\w+ body|\w+sel(?:f|ves)|the person)|nearer to|"
    r"further back|at the back)\b",
    "clockwise": r"(?<!counter)(?<!counter-)(?<!anti)(?<!anti-)\bclockwise",
    "counterclockwise": r"counter-?clockwise|anti-?clockwise",
}
PACE = {
    "quickly": r"quick|swift|rapid|hurriedly|\bfast\b|in a hurry",
    "slowly": r"slow|unhurried|without any hurry",
}
HELD = {
    "handle": r"\bhandle\b",
    "rim": r"\b(rim|edge)\b",
    "top": r"from above(?! as)|(?<!as seen )from above|from the top|overhead",
    "pinch": r"fingertips|thumb|tips of the fingers|pinch|precision",
}
PUT_BACK = (
    r"\b(put|puts|putting|place|places|placed|placing|lower\w*|sets?|setting) (\w+ )?back\b|"
    r"\bback (down|on the table|onto|in its|in their|where)|\breturn|\boriginal\b|\bwas before\b|"
    r"\bwere before\b|\bwhere (it|they) (was|were)\b|\bsame (place|spot|position)\b"
)
PUT_DOWN = r"\b(put|puts|putting|sets?|setting) (it|them|\w+ \w+ )? ?(down|back)"


def hands_of(text: str) -> tuple[list[str], str]:
    """The hands a sentence names, in order, and the sentence without them and false friends."""
    rest = re.sub(
        r"go ahead and|closer to look|in front of \w+(?:'s)? (face|eyes)|place another|"
        r"move the \w+ across the table|to another spot across the table|as seen from above",
        "",
        text,
        flags=re.I,
    )
    pattern = r"\b(left|right)\b(?=[- ]hand| to \w+ (?:left|right) hand)|(?<=hand to the )\b(left|"
    pattern += r"right)\b"
    found = [m[0].lower() for m in re.finditer(pattern, rest, re.I)]
    rest = re.sub(pattern, "", rest, flags=re.I)
    if re.search(r"\b(both|two) hands\b|two-handed|bimanual", text, re.I):
        found.append("both")
    if re.search(r"between \w+(?:'s)? hands|hand on (each|either)", text, re.I):
        found.append("both")
    return found, rest


def draw(action, hand="right", manner=None, direction=None, seed=0, count=150, names=NAMES, **more):
    rng = np.random.default_rng(seed)
    return sentences(action, hand, names, manner, direction, rng, count, **more)


def test_the_seventeen_actions():
    assert len(PHRASES) == 17
