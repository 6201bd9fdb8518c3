"""Words for the slots of a template: directions, receivers, liquids, manners, holds."""

from __future__ import annotations

# Direction phrases: of a movement (<to>), of a place where something is put (<at>), of a receiver.
TO = {
    "left": (
        "to the left",
        "to the left",
        "to the left",
        "toward the left",
        "over to the left",
        "to the left side",
        "towards the left",
        "to <poss> left",
    ),
    "right": (
        "to the right",
        "to the right",
        "to the right",
        "toward the right",
        "over to the right",
        "to the right side",
        "towards the right",
        "to <poss> right",
    ),
    "forward": (
        "forward",
        "forward",
        "forwards",
        "further away",
        "away from <poss> body",
        "further forward",
        "to a spot further ahead",
    ),
    "back": (
        "backward",
        "backwards",
        "closer to <poss> body",
        "toward <poss> body",
        "closer to <self>",
        "toward <self>",
    ),
}
AT = {
    "left": (
        "on the left",
        "on the left",
        "to the left",
        "on the left side",
        "further to the left",
        "over on the left",
        "on <poss> left",
    ),
    "right": (
        "on the right",
        "on the right",
        "to the right",
        "on the right side",
        "further to the right",
        "over on the right",
        "on <poss> right",
    ),
    "forward": (
        "further forward",
        "further away",
        "farther away",
        "further ahead",
        "farther from <poss> body",
        "in a spot further away",
    ),
    "back": (
        "closer to <poss> body",
        "closer to <self>",
        "nearer to <self>",
        "further back",
        "nearer to <poss> body",
    ),
}
RECEIVER = {
    "left": (
        "to the person on the left",
        "to someone on the left",
        "to the person on <poss> left",
        "to somebody on the left",
        "to someone to the left",
    ),
    "right": (
        "to the person on the right",
        "to someone on the right",
        "to the person on <poss> right",
        "to somebody on the right",
        "to someone to the right",
    ),
    "forward": (
        "to the person in front",
        "to someone in front",
        "to the person ahead",
        "to the person on the other side of the table",
        "to the person straight ahead",
        "to someone across the table",
    ),
    "back": ("to someone further back", "to the person at the back"),
}
PASS_TO = {  # passing is towards a side or towards somebody there
    "left": ("to the left", "toward the left", "over to the left", *RECEIVER["left"]),
    "right": ("to the right", "toward the right", "over to the right", *RECEIVER["right"]),
    "forward": ("forward", "forward", "forwards", "straight ahead", *RECEIVER["forward"]),
    "back": ("backward", "backwards", *RECEIVER["back"]),
}
POUR_TO = {
    "left": TO["left"],
    "right": TO["right"],
    "forward": ("forward", "forward", "forwards", "to the front", "away from <poss> body"),
    "back": ("backward", "backwards", "toward <poss> body", "toward <self>"),
}
TURN = {
    "clockwise": (
        "clockwise",
        "clockwise",
        "clockwise",
        "in a clockwise direction",
        "clockwise as seen from above",
    ),
    "counterclockwise": (
        "counterclockwise",
        "counterclockwise",
        "counter-clockwise",
        "anticlockwise",
        "anti-clockwise",
        "in a counterclockwise direction",
        "counterclockwise as seen from above",
    ),
}
WAYS = {"pass": PASS_TO, "pour": POUR_TO, "rotate": TURN}  # <to> of an action; others: TO
SOMEONE = (
    "to someone",
    "to someone",
    "to someone else",
    "to another person",
    "to somebody",
    "to the other person",
    "to me",
    "to a friend",
    "to a colleague",
    "to a partner",
)
LIQUID = (
    "water",
    "water",
    "some water",
    "some liquid",
    "a bit of water",
    "a little water",
    "a beverage",
)
MANNER = {  # adverbs that may stand before the verb, and phrases that may only follow
    "slowly": (
        ("slowly", "slowly", "slowly", "very slowly", "unhurriedly"),
        ("at a slow pace", "in slow motion", "with a slow movement", "without any hurry"),
    ),
    "quickly": (
        ("quickly", "quickly", "quickly", "swiftly", "rapidly", "very quickly", "hurriedly"),
        ("fast", "at a fast pace", "in a quick motion", "with a quick movement", "in a hurry"),
    ),
}
HOLD = {  # how the object is taken
    "handle": (
        "by the handle",
        "by the handle",
        "by <its> handle",
        "by <its> handle",
        "at the handle",
    ),
    "rim": ("by the rim", "by <its> rim", "by the edge", "by <its> edge", "at the rim"),
    "top": ("from above", "from above", "from above", "from the top"),
    "pinch": (
        "with the fingertips",
        "with the fingertips",
        "between thumb and fingers",
        "between the thumb and the fingers",
        "with the tips of the fingers",
        "in a pinch grip",
        "with a precision grip",
    ),
}
PINCH_WITH = (  # a hold in the fingertips and the hand, said together
    "with the fingertips of <hand>",
    "between thumb and fingers of <hand>",
    "between the thumb and fingers of <hand>",
    "with the tips of the fingers of <hand>",
)
