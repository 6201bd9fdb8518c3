"""Descent: a batch of hands settles on an object, all by one contact energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import roma
import torch

from diffh2o_ros.contact.model import ContactWeights
from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.data.grasps.hands import Hands, MirroredField
from diffh2o_ros.data.grasps.styles import hand_model, pad_weights, relaxed_angles
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import wrist_kinematics

#: The forearm as spheres: distance behind the wrist and radius, meters.
FOREARM = ((0.06, 0.026), (0.11, 0.032), (0.17, 0.038))
#: By how much (meters) the collision spheres stay outside: a little inside, as skin gives way.
CLEARANCE = -0.0005
#: An object not higher than this (meters) lies flat: fingertips reach its sides, pads do not.
FLAT = 0.022
WEIGHTS = ContactWeights(contact=4.5, closure=3.0)


@dataclass(frozen=True)
class Descent:
    """How long a search goes on. After `sift` steps only the best `keep` share goes further."""

    steps: int = 170
    sift: int = 60
    keep: float = 0.5


def descend(
    begin: Hands,
    sdf: SignedDistanceGrid,
    support: float,
    flat: bool,
    plan: Descent | None = None,
    weights: ContactWeights | None = None,
) -> Hands:
    """The hands at the end of the descent, those that were sifted out left away.

    Args:
        begin: starts; support: z of the table; flat: whether the object is low.
        plan: of the descent; weights: of the energy's terms.
    """
    plan, weights = plan or Descent(), weights or WEIGHTS
    if plan.keep < 1:
        half, energy = _adam(begin, sdf, support, flat, weights, plan.sift, plan.steps, 0)
        begin = half[_best(half, energy, plan.keep)]
        return _adam(
            begin, sdf, support, flat, weights, plan.steps - plan.sift, plan.steps, plan.sift
        )[0]
    return _adam(begin, sdf, support, flat, weights, plan.steps, plan.steps, 0)[0]


def _best(hands: Hands, energy: np.ndarray, keep: float) -> np.ndarray:
    """Indices of the best share of every kind on each side: energies of kinds do not compare."""
    chosen = []
    for group in {(k, bool(s)) for k, s in zip(hands.kind.tolist(), hands.left, strict=True)}:
        mine = np.flatnonzero((hands.kind == group[0]) & (hands.left == group[1]))
        count = max(1, round(keep * len(mine)))
        chosen.append(mine[np.argsort(energy[mine], kind="stable")[:count]])
    return np.sort(np.concatenate(chosen))


def _adam(
    begin: Hands,
    sdf: SignedDistanceGrid,
    support: float,
    flat: bool,
    weights: ContactWeights,
    steps: int,
    total: int,
    first: int,
) -> tuple[Hands, np.ndarray]:
    """Some steps of the descent: hands and their energies (N,) before the last of them."""
    model, field = hand_model(), MirroredField(sdf, begin.left)
    names, basis, low, high = anatomy.degrees_of_freedom()
    weight = torch.stack([pad_weights(kind, flat) for kind in KINDS])[begin.kind]
    prior = np.stack([relaxed_angles(kind) for kind in KINDS])[begin.kind]
    basis, low, high, prior, start_rotation = (
        torch.as_tensor(a, dtype=torch.float32) for a in (basis, low, high, prior, begin.rotation)
    )
    stiff = torch.tensor([0.3 if "abduction" in n or "rotation" in n else 0.03 for n in names])
    pip = [i for i, n in enumerate(names) if n.endswith("pip_flexion")]
    dip = [i for i, n in enumerate(names) if n.endswith("dip_flexion")]
    wrist = torch.as_tensor(begin.wrist, dtype=torch.float32).clone().requires_grad_()
    turn = torch.zeros(len(begin), 3, requires_grad=True)
    angles = torch.as_tensor(begin.angles, dtype=torch.float32).clone().requires_grad_()
    behind, radius = torch.tensor(FOREARM).T
    optimizer = torch.optim.Adam(
        [
            {"params": wrist, "lr": 0.003},
            {"params": turn, "lr": 0.03},
            {"params": angles, "lr": 0.04},
        ]
    )
    base = [group["lr"] for group in optimizer.param_groups]
    for step in range(first, first + steps):
        for group, rate in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = rate * 0.5 * (1 + np.cos(np.pi * step / total))
        optimizer.zero_grad()
        rotation = start_rotation @ roma.rotvec_to_rotmat(turn)
        rotations, joints = wrist_kinematics(wrist, rotation, angles @ basis, "right")
        state = model.energy(rotations, joints, field, weight, weights, support, CLEARANCE)
        arm = wrist[:, None] + behind[:, None] * rotation[:, None, :, 0]
        beyond = (radius - field.query(arm)).clamp_min(0)
        under = (support + radius - arm[..., 2]).clamp_min(0)
        habit = (stiff * (angles - prior) ** 2).sum(-1)
        coupled = ((angles[:, dip] - 0.66 * angles[:, pip]) ** 2).sum(-1)
        energy = (
            state.energy
            + habit
            + 0.2 * coupled
            + 4 * ((beyond * 100).square() + (under * 100).square()).sum(-1)
        )
        energy.sum().backward()
        optimizer.step()
        with torch.no_grad():
            angles.copy_(torch.minimum(torch.maximum(angles, low), high))
    with torch.no_grad():
        rotation = start_rotation @ roma.rotvec_to_rotmat(turn)
    found = Hands(
        wrist.detach().numpy().astype(float),
        rotation.numpy().astype(float),
        angles.detach().numpy().astype(float),
        begin.kind,
        begin.left,
    )
    return found, energy.detach().numpy()
