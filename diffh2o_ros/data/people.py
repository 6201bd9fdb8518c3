"""Where people hold what they use, and with which hand: proportions that the data set follows.

Shares of recorded or annotated grasps with more than half of the contact on the handle come from
a survey of motion capture of nine people with ten hand-to-forearm-sized objects (310 reaches, 906
one-second holds) and of annotated grasps; handedness from the same, nine in ten people using the
right hand for a small object when nothing says otherwise, and two hands only for what is wide (over
some 20 cm) or heavy. Families that it does not have follow the nearest that it has.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.mass import mass_of
from diffh2o_ros.geometry.mesh import Mesh

#: Actions in which a tool is used; in others it is picked up, moved or handed over.
USES = frozenset({"drink", "pour", "toast", "shake", "stamp", "wipe", "hammer", "look_through"})
#: By family: share on the handle when it is moved or passed, and when it is used.
ON_HANDLE: dict[str, tuple[float, float]] = {
    "mug": (0.40, 0.36),
    "tankard": (0.45, 0.45),
    "pitcher": (0.65, 0.75),
    "teapot": (0.65, 0.85),
    "watering_can": (0.65, 0.85),
    "pan": (0.86, 1.0),
    "knife": (0.85, 1.0),
    "scissors": (0.9, 1.0),
    "hammer": (0.85, 1.0),
    "mallet": (0.85, 1.0),
    "gavel": (0.85, 1.0),
    "tenderizer": (0.85, 1.0),
    "spatula": (1.0, 1.0),
    "spoon": (1.0, 1.0),
    "screwdriver": (1.0, 1.0),
    "flashlight": (0.9, 1.0),
    "spray_bottle": (0.6, 0.6),
    "telescope": (0.6, 1.0),
}
#: Of other families with a handle; and of all with a rim and no handle: a plate, a bowl, a tray.
OTHER_HANDLES, OTHER_RIMS = (0.85, 1.0), (0.75, 0.75)
#: A rim beside a handle, and the rim of what is drunk from or is tall, is held now and then.
SELDOM_RIM = 0.06
#: Share of right hands among motions of one hand whose sentence names none.
HANDEDNESS = 0.9
#: Share of right hands in the data, whatever is said: left ones are there to be learned, too.
RIGHT_SHARE = 0.6
#: Share of sentences that name the hand: a right one, both at something wide, both otherwise.
NAMED_RIGHT, NAMED_WIDE, NAMED_BOTH = 0.6, 0.6, 0.97
#: An object is wide or heavy from here on: its middle extent, meters, and kg.
WIDE, HEAVY = 0.15, 0.9


def places(family: str, action: str, has_handle: bool, low_rim: bool) -> dict[str, float]:
    """How often people take an object at its handle, its rim and its body; they sum to 1.

    Args:
        has_handle: whether it has a handle. low_rim: whether it is an open vessel or a plate that
            is lower than it is wide, and so is taken by the rim.
    """
    passed, used = ON_HANDLE.get(family, OTHER_HANDLES)
    handle = (used if action in USES else passed) if has_handle else 0.0
    rim = OTHER_RIMS[action in USES] if low_rim and not has_handle else SELDOM_RIM
    rim *= 1.0 - handle
    return {"handle": handle, "rim": rim, "body": 1.0 - handle - rim}


def is_wide(mesh: Mesh) -> bool:
    """Whether people take it with two hands although one can hold it."""
    return bool(np.sort(np.ptp(mesh.vertices, axis=0))[1] > WIDE or mass_of(mesh)[0] > HEAVY)


def has_low_rim(thing: ProceduralObject) -> bool:
    """Whether it is a plate, a bowl, a tray: a rim, lower than it is wide."""
    x, y, z = np.ptp(thing.mesh.vertices, axis=0)
    return thing.rim is not None and bool(z < 0.6 * min(x, y))


def share_named(hand: str, handedness: float, right_share: float, wide: bool) -> float:
    """Share of sentences that name the hand, such that those which do not are of right hands as
    often as `handedness` says, and of two hands only for what is wide.

    Args:
        hand: left, right or both; right_share: of right hands among all motions of one hand.
    """
    if hand == "both":
        return NAMED_WIDE if wide else NAMED_BOTH
    left_share, unnamed = 1 - right_share, right_share * (1 - NAMED_RIGHT)
    wanted = unnamed * (1 - handedness) / handedness
    if wanted <= left_share:
        return NAMED_RIGHT if hand == "right" else 1 - wanted / left_share
    # Left-handers: their left hand goes without saying.
    return 0.0 if hand == "left" else 1 - left_share * handedness / (1 - handedness) / right_share
