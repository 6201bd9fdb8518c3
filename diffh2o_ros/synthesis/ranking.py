"""Ranks grasp candidates by physics: contact, collision, hold."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.hold import hold_residual
from diffh2o_ros.synthesis.acting_hand import ActingHand
from diffh2o_ros.synthesis.settling import Settler, Settling

TOUCH = 0.004  #: metres within which a pad touches


@torch.no_grad()
def grasp_costs(
    settler: Settler, settling: Settling, grasps: ActingHand, reaches: ActingHand,
    predicted: ActingHand, half_size: float,
) -> Tensor:
    """Cost (B,) of settled candidates, about 1 a millimetre of collision or a missing finger.

    Args:
        grasps: (B, ...) settled; reaches: (B, T, ...) that end in them.
        predicted: (B, ...) the grasps before they were settled: a grasp far from what the network
            meant no longer fits its reach.
        half_size: of the object's longest side, metres.
    """
    state = settler.contact(grasps, settling)
    touching = state.pad_distance.abs() < TOUCH
    fingers = [n.split("_")[0] for n in settler.model.pad_names]
    by_finger = {
        f: touching[:, [i for i, n in enumerate(fingers) if n == f]].any(1)
        for f in anatomy.FINGER_RADII
    }
    thumb = by_finger.pop("thumb").float()
    others = torch.stack(list(by_finger.values())).float().sum(0)
    depth = -settler.clearance(reaches)[:, :-1].amin(1).clamp_max(0)
    moved = (grasps.wrist - predicted.wrist).norm(dim=-1)
    pads, normals, touched = (
        x.cpu().numpy() for x in (state.pads, state.pad_normal, touching)
    )
    hold = [
        hold_residual(pads[i][touched[i]], normals[i][touched[i]], np.zeros(3), 2 * half_size)
        for i in range(len(touched))
    ]
    clash = settler.model.self_penetration(settler.model.place(*grasps.kinematics())[0])
    return (
        1000 * (state.penetration + state.table)
        + 500 * depth
        + 3 * (1 - thumb)
        + (3 - others).clamp_min(0)
        + 5 * torch.tensor(hold, device=thumb.device)
        + clash
        + 50 * moved
    )
