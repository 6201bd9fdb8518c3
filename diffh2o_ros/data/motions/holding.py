"""A hand that holds an object along its path, and adjusts to it."""

from __future__ import annotations

import numpy as np
import torch

from diffh2o_ros.contact.acting_hand import ActingHand
from diffh2o_ros.contact.adjusting import adjusted
from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.load import Carry
from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.data.format import FPS
from diffh2o_ros.data.motions.actions import ObjectPath
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror, mirror_rotation
from diffh2o_ros.hands.sides import LEFT


def holding(
    grasp: HandPose,
    path: ObjectPath,
    field: ObjectField,
    support: float,
    released: bool,
    rng: np.random.Generator,
    amount: float = 1.0,
) -> HandPose:
    """The hand (T, ...) in the object's frame, which is the canonical one at the start.

    Args:
        grasp: as it is on the object at the start; a left hand's in the mirror.
        path: of the object (T,), as it is.
        field: the object at the start, as the hand meets it.
        support: z of the table.
        released: whether the hand lets go after the last frame.
        amount: of all that it adjusts; 0 is a rigid hand.
    """
    position, rotation = path.position, path.rotation
    if int(field.side) == LEFT:
        position, rotation = mirror(position), mirror_rotation(rotation)
    basis = anatomy.degrees_of_freedom()[1]
    start = ActingHand(
        field.side,
        *(
            torch.as_tensor(part, dtype=torch.float32)[None]
            for part in (grasp.wrist, grasp.rotation, grasp.angles @ basis)
        ),
    )
    carry = Carry(position, rotation, FPS, released)
    hand = adjusted(start, field, carry, support, rng, amount)
    angles = hand.hand_pose @ HandBodies.on(hand.wrist.device).angles
    return HandPose(*(part[0].double().numpy() for part in (hand.wrist, hand.rotation, angles)))
