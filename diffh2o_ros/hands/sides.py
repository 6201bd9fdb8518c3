"""The two hands, in the order that all arrays have them."""

from __future__ import annotations

from diffh2o_ros.errors import OptionError

SIDES = ("left", "right")
LEFT, RIGHT = range(2)  #: indices into SIDES


def check_side(side: str) -> str:
    """Returns ``side`` if it is "left" or "right"; raises OptionError otherwise."""
    if side not in SIDES:
        raise OptionError(f"hand side must be 'left' or 'right', not {side!r}")
    return side
