"""What is done with an object once it is held: paths of the object, action by action."""

from .catalog import ACTIONS, HAND_OVER, Action, draw_direction, plan
from .path import ObjectPath
from .scene import DIRECTIONS, MOST_STRAIN, Infeasible, Scene

__all__ = [
    "ACTIONS", "DIRECTIONS", "HAND_OVER", "MOST_STRAIN", "Action", "Infeasible", "ObjectPath",
    "Scene", "draw_direction", "plan",
]  # fmt: skip
