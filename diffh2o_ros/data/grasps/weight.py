"""How firmly an object is gripped."""

from __future__ import annotations

from diffh2o_ros.geometry.mass import GRAVITY

#: The push of all contacts together, newtons: a light hold, and this many weights more.
LIGHT_GRIP, GRIP_PER_WEIGHT, FIRMEST_GRIP = 12.0, 6.0, 60.0


def grip_force(mass: float) -> float:
    """Newtons, summed over all contacts, with which a person would hold a mass (kg)."""
    return min(LIGHT_GRIP + GRIP_PER_WEIGHT * mass * GRAVITY, FIRMEST_GRIP)
