"""Whether a planned motion is free of collisions and of haste, all of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from diffh2o_ros.data.motions.actions import ObjectPath
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.data.motions.reaching import MODEL
from diffh2o_ros.hands.mirror import mirror
from diffh2o_ros.hands.sides import SIDES

#: Depths that pass, meters: hand into object, hand into table, object into table, hand into hand.
OBJECT, TABLE, STAND, HANDS = 0.003, 0.0008, 0.0006, 0.001
#: A hand that does not act stays so far from the object: nobody should take it for one that does.
IDLE = 0.03
#: Fastest step of a wrist, meters a frame: 2.4 m/s.
MOST_STEP = 0.08
#: Frames are checked one in so many.
EVERY = 2


@torch.no_grad()
def is_clear(
    thing: GraspedObject,
    turn: np.ndarray,
    path: ObjectPath,
    hands: Mapping[str, HandPose],
    held: np.ndarray,
) -> bool:
    """Whether neither hands nor object come into the table, one another, or haste.

    Args:
        turn: (3, 3) how the object lies at the start; path: of the object (T,); hands: (T,) each.
            held: (T, 2) which hand holds the object.
    """
    lowest = (path.rotation[:, 2] @ (thing.hull @ turn.T).T).min(1) + path.position[:, 2]
    if lowest.min() < thing.support - STAND:
        return False
    for hand in hands.values():
        if np.linalg.norm(np.diff(hand.wrist, axis=0), axis=1).max() > MOST_STEP:
            return False
    centers = [_spheres(side, hands[side][::EVERY]) for side in SIDES]
    both = torch.cat(centers, 1)
    radius = MODEL.radius.repeat(2)
    if float((thing.support + radius - both[..., 2]).max()) > TABLE:
        return False
    away = both - torch.as_tensor(path.position[::EVERY, None], dtype=torch.float32)
    unturned = torch.as_tensor(path.rotation[::EVERY] @ turn, dtype=torch.float32)
    gap = (thing.sdf.query(away @ unturned) - radius).unflatten(1, (len(SIDES), -1)).amin((0, 2))
    if any(
        float(least) < (-OBJECT if acts else IDLE)
        for least, acts in zip(gap, held.any(0), strict=True)
    ):
        return False
    # Hands can only meet where their wrists are near.
    near = torch.from_numpy(
        np.ascontiguousarray(
            np.linalg.norm(hands["left"].wrist - hands["right"].wrist, axis=1)[::EVERY] < 0.4
        )
    )
    if not bool(near.any()):
        return True
    apart = torch.cdist(centers[0][near], centers[1][near])
    return float((MODEL.radius[:, None] + MODEL.radius - apart).max()) <= HANDS


def _spheres(side: str, hand: HandPose) -> torch.Tensor:
    """Centers (T, S, 3) of a hand's collision spheres."""
    if side == "right":
        return MODEL.place(*hand.kinematics())[0]
    spheres = MODEL.place(*hand.mirrored().kinematics())[0]
    return mirror(spheres)
