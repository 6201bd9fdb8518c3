"""What is done with an object once it is held: paths of the object, action by action."""

from diffh2o_ros.data.motions.actions.catalog import (
    ACTIONS,
    HAND_OVER,
    PACES,
    Action,
    draw_count,
    draw_direction,
    plan,
)
from diffh2o_ros.data.motions.actions.path import ObjectPath
from diffh2o_ros.data.motions.actions.situation import (
    DIRECTIONS,
    MOST_STRAIN,
    Infeasible,
    Situation,
)

__all__ = [
    "ACTIONS",
    "DIRECTIONS",
    "HAND_OVER",
    "MOST_STRAIN",
    "PACES",
    "Action",
    "Infeasible",
    "ObjectPath",
    "Situation",
    "draw_count",
    "draw_direction",
    "plan",
]
