"""Clears a way to a grasp: moves it, smoothly and as little as needed, out of object and table."""

from __future__ import annotations

import torch
from torch import Tensor

from diffh2o_ros.synthesis.acting_hand import ActingHand, ObjectPose
from diffh2o_ros.synthesis.settling import Settler

KNOTS = 11
#: Metres the hand keeps from the object until it closes, and in how many frames that fades.
CLEARANCE, CLOSING_FRAMES = 0.003, 14


def clear_path(
    settler: Settler, path: ActingHand, pose: ObjectPose | None = None, steps: int = 30
) -> ActingHand:
    """The path (R, T, ...) with its last frame untouched and the frames before it pushed free.

    Args:
        pose: (R, T, ...) of the object; default at rest.
    """
    frames = path.wrist.shape[1]
    device = path.wrist.device
    blend = _hat_functions(frames, device)
    away = (frames - 1 - torch.arange(frames, device=device)).clamp(max=CLOSING_FRAMES)
    clearance = CLEARANCE * away / CLOSING_FRAMES
    count, dims = len(path.side), settler.num_angles
    shift = torch.zeros(count, KNOTS - 1, 3, device=device, requires_grad=True)
    bend = torch.zeros(count, KNOTS - 1, dims, device=device, requires_grad=True)
    optimiser = torch.optim.Adam(
        [{"params": [shift], "lr": 0.003}, {"params": [bend], "lr": 0.03}]
    )
    field = settler.field(path, pose)
    still = torch.zeros(count, frames, 3, device=device)
    with torch.enable_grad():
        for _ in range(steps):
            optimiser.zero_grad()
            moved = path.moved(blend @ shift, still, blend @ bend)
            spheres, _, _ = settler.model.place(*moved.kinematics())
            depth = settler.model.radius + clearance[:, None] - field.query(spheres)
            below = settler.support + settler.model.radius - spheres[..., 2]
            energy = (depth.clamp_min(0) * 100).square().sum((-1, -2, -3))
            energy = energy + (below.clamp_min(0) * 100).square().sum((-1, -2, -3))
            # Few and bent together: knots are held to rest and to their neighbours.
            for knots, unit in ((shift, 0.02), (bend, 0.5)):
                knots = torch.cat([knots, torch.zeros_like(knots[:, :1])], 1) / unit
                energy = energy + 0.05 * knots.square().sum((-1, -2))
                energy = energy + 0.5 * knots.diff(dim=1).square().sum((-1, -2))
            energy.sum().backward()
            optimiser.step()
    with torch.no_grad():
        return path.moved(blend @ shift, still, blend @ bend)


def _hat_functions(frames: int, device: torch.device) -> Tensor:
    """(T, KNOTS - 1): smooth blending of knots over frames; the last frame has no knot.

    Raised cosines between neighbouring knots, so that the correction starts and ends level.
    """
    place = torch.linspace(0, KNOTS - 1, frames, device=device)
    gap = (place[:, None] - torch.arange(KNOTS - 1, device=device)).abs().clamp(max=1)
    return 0.5 * (1 + torch.cos(torch.pi * gap))
