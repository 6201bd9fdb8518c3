"""GRAB's names for objects and actions, in this project's words."""

from __future__ import annotations

import re

_SIZES = ("small", "medium", "large")

_OBJECTS = {
    "airplane": ("toy airplane", "airplane", "toy plane"),
    "alarmclock": ("alarm clock", "clock"),
    "cube": ("cube", "block"),
    "doorknob": ("door knob", "knob"),
    "duck": ("toy duck", "duck"),
    "elephant": ("toy elephant", "elephant"),
    "eyeglasses": ("glasses", "eyeglasses"),
    "flashlight": ("flashlight", "torch"),
    "fryingpan": ("frying pan", "pan"),
    "gamecontroller": ("game controller", "controller"),
    "hand": ("model of a hand", "hand sculpture"),
    "lightbulb": ("light bulb", "bulb"),
    "mouse": ("computer mouse", "mouse"),
    "mug": ("mug", "cup"),
    "phone": ("phone", "mobile phone"),
    "piggybank": ("piggy bank",),
    "sphere": ("sphere", "ball"),
    "stanfordbunny": ("toy rabbit", "rabbit", "bunny"),
    "toothpaste": ("tube of toothpaste", "toothpaste tube"),
    "torus": ("torus", "ring"),
    "train": ("toy train", "train"),
    "watch": ("wristwatch", "watch"),
    "waterbottle": ("water bottle", "bottle"),
    "wineglass": ("wine glass", "glass"),
}

# Actions of this project, by GRAB's action, or by object and action where that depends.
_ACTIONS = {
    **{
        name: name
        for name in (
            "lift",
            "pass",
            "offhand",
            "inspect",
            "drink",
            "pour",
            "shake",
            "toast",
            "eat",
            "stamp",
            "call",
        )
    },
    "pick_all": "lift",
    "binoculars see": "look_through",
    "hammer use": "hammer",
    "alarmclock see": "inspect",
}

# What people do with an object, for actions that this project has no name of its own for.
_DEEDS = {
    "browse": "look at the pictures on",
    "brush": "brush their teeth with",
    "chop": "chop something with",
    "clean": "clean",
    "cook": "cook with",
    "fly": "fly",
    "on": "switch on",
    "open": "open",
    "peel": "peel",
    "play": "play with",
    "screw": "screw in",
    "see": "look at",
    "set": "set",
    "squeeze": "squeeze",
    "staple": "staple something with",
    "takepicture": "take a picture with",
    "wear": "put on",
    "knife peel": "peel something with",
}


def family_of(thing: str) -> str:
    """The kind of object: `cubesmall` is a `cube`."""
    size = next((s for s in _SIZES if thing.endswith(s) and thing != s), "")
    return thing.removesuffix(size)


def object_names(thing: str) -> tuple[str, ...]:
    """Nouns for an object of GRAB, the usual one first: `cubesmall` is a `small cube`."""
    family = family_of(thing)
    size = thing.removeprefix(family)
    names = _OBJECTS.get(family, (family.replace("_", " "),))
    return tuple(f"{size} {name}".strip() for name in names)


def action_of(thing: str, action: str) -> str | None:
    """This project's action for one of GRAB's, None where it has none."""
    return _ACTIONS.get(f"{thing} {action}") or _ACTIONS.get(action)


def deed_of(thing: str, action: str) -> str:
    """A verb phrase that ends where the object's name follows: `take a picture with`."""
    word = action.partition("_")[0]
    return _DEEDS.get(f"{thing} {word}") or _DEEDS.get(word) or "use"


def plain_sentences(deed: str, names: tuple[str, ...], hand: str) -> tuple[str, ...]:
    """Sentences that say no more than what is done with which object and hand.

    Args:
        deed: as `deed_of` gives it; hand: `left`, `right` or `both`.
    """
    grip = "both hands" if hand == "both" else f"the {hand} hand"
    own = "both hands" if hand == "both" else f"their {hand} hand"
    told = deed.replace("their teeth", "your teeth")
    name, other = names[0], names[-1]
    return (
        f"{told} the {name} with {grip}",
        f"{told} the {other}",
        f"using {grip}, {told} the {other}",
        f"The person uses {own} to {deed} the {name}.",
    )


def hands_named(text: str) -> set[str]:
    """The sides whose hand a sentence names."""
    return set(re.findall(r"\b(left|right)[ -]hand", text.lower()))


def tells_hands(text: str, names: tuple[str, ...]) -> bool:
    """Whether a sentence says anything of hands, besides the object's name."""
    for name in names:
        text = text.replace(name, "")
    return re.search(r"hand|bimanual", text.lower()) is not None


def swap_sides(text: str) -> str:
    """The sentence of a mirrored motion: left for right, and the other way round."""
    other = {"left": "right", "clockwise": "counterclockwise"}
    other |= {value: key for key, value in other.items()}

    def swapped(match: re.Match) -> str:
        word = match[0]
        found = other[word.lower().replace("-", "")]
        if word.isupper():
            return found.upper()
        return found.capitalize() if word[0].isupper() else found

    words = r"\b(left|right|clockwise|counter-?clockwise)(?=\b|ward|most|hand)"
    return re.sub(words, swapped, text, flags=re.IGNORECASE)
