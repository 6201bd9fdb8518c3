"""Clears a way to a grasp: moves it, smoothly and as little as needed, out of object and table."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact import terms
from diffh2o_ros.contact.acting_hand import ActingHand, ObjectPose
from diffh2o_ros.contact.backend import KERNELS
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.descent import descend
from diffh2o_ros.contact.kernels.arrays import KnotMoves, ObjectArrays, as_arrays
from diffh2o_ros.contact.moves import grid_array, hands_array

KNOTS, STEPS = 11, 30
#: Meters the hand keeps from the object until it closes, and in how many frames that fades. With 3
#: mm all fingers came at once, and late.
CLEARANCE, CLOSING_FRAMES = 0.001, 14
#: Meters that a hand at rest goes in a frame, for the knots along its way.
LEAST_STEP = 1e-6
#: A step of the descent, and what counts as much: meters and radians.
TRANSLATION_RATE, FLEXION_RATE = 0.003, 0.03
TRANSLATION_UNIT, FLEXION_UNIT = 0.02, 0.5
#: Weights of a squared unit that a knot is away from rest, and from its neighbor.
TO_REST, TO_NEIGHBORS = 0.05, 0.5


def clear_path(
    contact: Contact, path: ActingHand, pose: ObjectPose | None = None, steps: int = STEPS
) -> ActingHand:
    """The path (R, T, ...) with its last frame untouched and the frames before it pushed free.

    Args:
        pose: (R, T, ...) of the object; default at rest.
    """
    frames = path.wrist.shape[1]
    away = (frames - 1 - torch.arange(frames, dtype=torch.float32)).clamp(max=CLOSING_FRAMES)
    clearance = CLEARANCE * away / CLOSING_FRAMES
    clear = _knots_kernels if contact.backend == KERNELS else _knots
    blend = _hat_functions(_traveled(contact, path))
    knots = clear(contact, path, pose, steps, blend, clearance).to(path.wrist)
    moved = blend @ knots
    return path.moved(moved[..., :3], torch.zeros_like(path.wrist), moved[..., 3:])


def _knots(
    contact: Contact,
    path: ActingHand,
    pose: ObjectPose | None,
    steps: int,
    blend: Tensor,
    clearance: Tensor,
) -> Tensor:
    """The knots (R, KNOTS - 1, 3 + D) of translations and flexions that clear the paths.

    Args:
        blend: (R, T, KNOTS - 1) how knots are blended over frames; clearance: (T,) meters.
    """
    clearance = clearance.to(path.wrist)
    shape = len(path.side), KNOTS - 1
    translation = blend.new_zeros(*shape, 3, requires_grad=True)
    flexion = blend.new_zeros(*shape, len(contact.hand.low), requires_grad=True)
    field, radius = contact.field(path, pose), contact.model.radius

    def energy(_: int) -> Tensor:
        spheres = contact.hand.pose(path, blend @ translation, None, blend @ flexion).spheres
        inside = terms.penetration(field.query(spheres), radius, clearance[:, None])
        energy = (inside + terms.table(spheres, radius, contact.scene.table_height)).sum(-1)
        # Few and moved together: knots are held to rest and to their neighbors.
        for knots, unit in ((translation, TRANSLATION_UNIT), (flexion, FLEXION_UNIT)):
            knots = torch.cat([knots, torch.zeros_like(knots[:, :1])], 1) / unit
            energy = energy + TO_REST * knots.square().sum((-1, -2))
            energy = energy + TO_NEIGHBORS * knots.diff(dim=1).square().sum((-1, -2))
        return energy

    descend(energy, [(translation, TRANSLATION_RATE), (flexion, FLEXION_RATE)], np.ones(steps))
    return torch.cat([translation, flexion], -1).detach()


def _knots_kernels(
    contact: Contact,
    path: ActingHand,
    pose: ObjectPose | None,
    steps: int,
    blend: Tensor,
    clearance: Tensor,
) -> Tensor:
    """The same in machine code."""
    from diffh2o_ros.contact.kernels.clearing import clear_row

    rows, frames = path.wrist.shape[:2]
    angles = len(contact.hand.low)
    position, rotation = pose or (blend.new_zeros(3), torch.eye(3).to(blend))
    position, rotation = position.expand(rows, frames, 3), rotation.expand(rows, frames, 3, 3)
    knots = np.zeros((rows, KNOTS - 1, 3 + angles))
    moves = KnotMoves(
        np.array([TRANSLATION_RATE] * 3 + [FLEXION_RATE] * angles),
        np.array([TRANSLATION_UNIT] * 3 + [FLEXION_UNIT] * angles),
        TO_REST,
        TO_NEIGHBORS,
    )
    for row in range(rows):
        one = ActingHand(
            path.side[row : row + 1], path.wrist[row], path.rotation[row], path.hand_pose[row]
        )
        clear_row(
            knots[row],
            np.ones(steps),
            as_arrays(blend[row]),
            moves,
            as_arrays(clearance),
            hands_array(one),
            contact.hand.arrays,
            grid_array(contact.scene.sdf),
            float(contact.scene.table_height),
            as_arrays(ObjectArrays(position[row], rotation[row])),
        )
    return torch.from_numpy(knots)


def _traveled(contact: Contact, path: ActingHand) -> Tensor:
    """The fraction (R, T) of its way that each hand has gone, 0 to 1.

    Knots stand along the way, not in time: a hand that still rests would drift, and a correction
    that hurries through the fast part of a reach costs jerk.
    """
    spheres = contact.hand.pose(path).spheres
    steps = spheres.diff(dim=1).norm(dim=-1).mean(-1) + LEAST_STEP
    way = torch.nn.functional.pad(steps.cumsum(1), (1, 0))
    return way / way[:, -1:]


def _hat_functions(place: Tensor) -> Tensor:
    """(R, T, KNOTS - 1): smooth blending of knots at places (R, T) from 0 to 1; 1 has no knot.

    Raised cosines between neighboring knots, so that the correction starts and ends level.
    """
    knots = torch.arange(KNOTS - 1).to(place)
    gap = ((KNOTS - 1) * place[..., None] - knots).abs().clamp(max=1)
    return 0.5 * (1 + torch.cos(torch.pi * gap))
