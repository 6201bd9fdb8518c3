"""Words for the slots of a template: directions, receivers, liquids, manners."""

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
    "some water",
    "a drink",
    "some liquid",
    "something",
    "a bit of water",
    "juice",
    "some tea",
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
