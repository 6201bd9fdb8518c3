"""Clears a way to a grasp: moves it, smoothly and as little as needed, out of object and table."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, ObjectPose, flips
from diffh2o_ros.contact.settling import Settler
from diffh2o_ros.synthesis.device import compiles

KNOTS = 11
#: Meters the hand keeps from the object until it closes, and in how many frames that fades.
CLEARANCE, CLOSING_FRAMES = 0.003, 14
#: A step of the descent, and what counts as much: meters and radians.
SHIFT_RATE, BEND_RATE = 0.003, 0.03
SHIFT_UNIT, BEND_UNIT = 0.02, 0.5


def clear_path(
    settler: Settler, path: ActingHand, pose: ObjectPose | None = None, steps: int = 30
) -> ActingHand:
    """The path (R, T, ...) with its last frame untouched and the frames before it pushed free.

    Args:
        pose: (R, T, ...) of the object; default at rest.
    """
    frames = path.wrist.shape[1]
    away = (frames - 1 - torch.arange(frames, dtype=torch.float32)).clamp(max=CLOSING_FRAMES)
    clearance = CLEARANCE * away / CLOSING_FRAMES
    clear = _knots_compiled if compiles(path.wrist.device) else _knots
    blend = _hat_functions(frames)
    knots = clear(settler, path, pose, steps, blend, clearance).to(path.wrist)
    moved = blend.to(path.wrist) @ knots
    return path.moved(moved[..., :3], torch.zeros_like(path.wrist), moved[..., 3:])


def _knots(
    settler: Settler,
    path: ActingHand,
    pose: ObjectPose | None,
    steps: int,
    blend: Tensor,
    clearance: Tensor,
) -> Tensor:
    """The knots (R, KNOTS - 1, 3 + D) of shifts and bends that clear the paths."""
    blend, clearance = blend.to(path.wrist), clearance.to(path.wrist)
    shape = len(path.side), KNOTS - 1
    shift = blend.new_zeros(*shape, 3, requires_grad=True)
    bend = blend.new_zeros(*shape, len(settler.hand.low), requires_grad=True)
    optimizer = torch.optim.Adam(
        [{"params": [shift], "lr": SHIFT_RATE}, {"params": [bend], "lr": BEND_RATE}]
    )
    field = settler.field(path, pose)
    with torch.enable_grad():
        for _ in range(steps):
            optimizer.zero_grad()
            spheres = settler.hand.pose(path, blend @ shift, None, blend @ bend).spheres
            depth = settler.model.radius + clearance[:, None] - field.query(spheres)
            below = settler.support + settler.model.radius - spheres[..., 2]
            energy = (depth.clamp_min(0) * 100).square().sum((-1, -2, -3))
            energy = energy + (below.clamp_min(0) * 100).square().sum((-1, -2, -3))
            # Few and bent together: knots are held to rest and to their neighbors.
            for knots, unit in ((shift, SHIFT_UNIT), (bend, BEND_UNIT)):
                knots = torch.cat([knots, torch.zeros_like(knots[:, :1])], 1) / unit
                energy = energy + 0.05 * knots.square().sum((-1, -2))
                energy = energy + 0.5 * knots.diff(dim=1).square().sum((-1, -2))
            energy.sum().backward()
            optimizer.step()
    return torch.cat([shift, bend], -1).detach()


def _knots_compiled(
    settler: Settler,
    path: ActingHand,
    pose: ObjectPose | None,
    steps: int,
    blend: Tensor,
    clearance: Tensor,
) -> Tensor:
    """The same in machine code."""
    from diffh2o_ros.contact.kernels.clearing import clear_row

    def numbers(values: Tensor) -> np.ndarray:
        return np.ascontiguousarray(values.double().numpy())

    rows, frames = path.wrist.shape[:2]
    angles = len(settler.hand.low)
    place, turn = pose or (blend.new_zeros(1, 1, 3), torch.eye(3).to(blend).expand(1, 1, 3, 3))
    place, turn = place.expand(rows, frames, 3), turn.expand(rows, frames, 3, 3)
    knots = np.zeros((rows, KNOTS - 1, 3 + angles))
    rate = np.array([SHIFT_RATE] * 3 + [BEND_RATE] * angles)
    unit = np.array([SHIFT_UNIT] * 3 + [BEND_UNIT] * angles)
    flip = flips(path.side)[:, 1].double().numpy()
    for row in range(rows):
        clear_row(
            knots[row],
            steps,
            numbers(blend),
            rate,
            unit,
            numbers(clearance),
            numbers(path.wrist[row]),
            numbers(path.rotation[row]),
            numbers(path.hand_pose[row]),
            flip[row],
            settler.hand.arrays,
            settler.grid,
            float(settler.support),
            numbers(place[row]),
            numbers(turn[row]),
        )
    return torch.from_numpy(knots)


def _hat_functions(frames: int) -> Tensor:
    """(T, KNOTS - 1): smooth blending of knots over frames; the last frame has no knot.

    Raised cosines between neighboring knots, so that the correction starts and ends level.
    """
    place = torch.linspace(0, KNOTS - 1, frames, dtype=torch.float32)
    gap = (place[:, None] - torch.arange(KNOTS - 1)).abs().clamp(max=1)
    return 0.5 * (1 + torch.cos(torch.pi * gap))
