"""Ranks grasp candidates by physics: contact, collision, hold."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, HandRows, flips
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.energy import ContactState
from diffh2o_ros.contact.hold import hold_residual
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.hands import anatomy

TOUCH = 0.004  #: meters within which a pad touches
#: What a hand costs none of whose pads comes so near (meters): the worst of grasps is better.
NOTHING, NEAR = 100.0, 0.010


@torch.no_grad()
def grasp_costs(
    contact: Contact,
    settling: Settling,
    rows: HandRows,
    grasps: ActingHand,
    reaches: ActingHand | None,
    predicted: ActingHand,
    count: int,
) -> Tensor:
    """Cost (B,) of settled candidates, about 1 a millimeter of collision or a missing finger.

    Args:
        rows: which hands of the B = `count` candidates act.
        grasps: (R, ...) settled; reaches: (R, T, ...) that end in them, None to judge
            the grasps alone.
        predicted: (R, ...) the grasps before they were settled: a grasp far from what the network
            meant no longer fits its reach.
    """
    state = contact.state(grasps, settling)
    touching = state.pad_distance.abs() < TOUCH
    fingers = [n.split("_")[0] for n in contact.model.pad_names]
    by_finger = {
        f: touching[:, [i for i, n in enumerate(fingers) if n == f]].any(1)
        for f in anatomy.FINGER_RADII
    }
    thumb = by_finger.pop("thumb").float()
    opposed = torch.stack(list(by_finger.values())).float().sum(0)
    depth = 0.0
    if reaches is not None:
        depth = -contact.clearance(reaches)[:, :-1].amin(1).clamp_max(0)
    moved = (grasps.wrist - predicted.wrist).norm(dim=-1)
    clash = contact.model.self_penetration(contact.hand.pose(grasps).spheres)
    others = contact.spheres_of_others(grasps, rows.partner)
    if others is not None:
        clash = clash + contact.overlap(grasps, others)
    by_hand = (
        1000 * (state.penetration + state.table)
        + 500 * depth
        + 3 * (1 - thumb)
        + (3 - opposed).clamp_min(0)
        + clash
        + 50 * moved
        + NOTHING * (state.pad_distance.abs().amin(1) > NEAR)
    )
    return rows.summed(by_hand, count) + 5 * _holds(contact, rows, grasps, state, touching, count)


def _holds(
    contact: Contact,
    rows: HandRows,
    grasps: ActingHand,
    state: ContactState,
    touching: Tensor,
    count: int,
) -> Tensor:
    """Share (B,) of the object's weight that all hands of a candidate together cannot carry."""
    flip = flips(grasps.side, 1)
    pads, normals, touched, sample = (
        x.cpu().numpy() for x in (state.pads * flip, state.pad_normal * flip, touching, rows.sample)
    )
    residuals = []
    for candidate in range(count):
        mine = touched & (sample == candidate)[:, None]
        residuals.append(
            hold_residual(pads[mine], normals[mine], np.zeros(3), 2 * contact.scene.half_extent)
        )
    return torch.tensor(residuals, dtype=state.pads.dtype, device=state.pads.device)
