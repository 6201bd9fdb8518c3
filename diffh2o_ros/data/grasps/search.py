"""Search: a batch of hands settles on an object, all by one contact energy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from diffh2o_ros.contact.backend import backend_of
from diffh2o_ros.contact.descent import cosine
from diffh2o_ros.contact.energy import ContactWeights, EnergyTerms, Forearm, PadDraw, hand_energy
from diffh2o_ros.contact.moves import Coupling, Moves, move
from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.styles import hand_bodies, pad_weights, relaxed_angles
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy

#: The forearm as spheres: distance behind the wrist and radius, meters; and what it weighs.
FOREARM, FOREARM_WEIGHT = ((0.06, 0.026), (0.11, 0.032), (0.17, 0.038)), 4.0
#: By how much (meters) the collision spheres stay outside: a little inside, as skin gives way.
CLEARANCE = -0.0005
#: An object not higher than this (meters) lies flat: fingertips reach its sides, pads do not.
FLAT = 0.022
WEIGHTS = ContactWeights(contact=4.5, closure=3.0)
#: A step of the descent: meters, radians of the wrist, radians of a finger.
TRANSLATION_RATE, ROTATION_RATE, FLEXION_RATE = 0.003, 0.03, 0.04
#: Weight of a squared radian that a joint is off its relaxed angle: sideways and axial, others.
STIFF, SUPPLE = 0.3, 0.06
#: The last joint of a finger flexes by this share of the one before it; weight of a squared radian.
DIP_BY_PIP, COUPLING = 0.48, 0.4


@dataclass(frozen=True)
class Plan:
    """How long a search goes on. After `sift` steps only the best `keep` share goes further."""

    steps: int = 170
    sift: int = 60
    keep: float = 0.5


def search(
    begin: Hands,
    sdf: SignedDistanceGrid,
    support: float,
    flat: bool,
    plan: Plan | None = None,
    weights: ContactWeights = WEIGHTS,
    backend: str | None = None,
) -> Hands:
    """The hands at the end of the descent, those that were sifted out left away.

    Args:
        begin: starts; support: z of the table; flat: whether the object is low.
        plan: of the descent; weights: of the energy's terms.
        backend: one of `contact.backend`; default the quickest.
    """
    plan = plan or Plan()
    scene = sdf, support, flat, weights, backend or backend_of(torch.device("cpu"))
    lengths = cosine(plan.steps)
    if plan.keep < 1:
        half, energy = _descend(begin, *scene, lengths[: plan.sift])
        begin, lengths = half[_best(half, energy, plan.keep)], lengths[plan.sift :]
    return _descend(begin, *scene, lengths)[0]


def _best(hands: Hands, energy: np.ndarray, keep: float) -> np.ndarray:
    """Indices of the best share of every kind on each side: energies of kinds do not compare."""
    chosen = []
    for group in {(k, bool(s)) for k, s in zip(hands.kind.tolist(), hands.left, strict=True)}:
        mine = np.flatnonzero((hands.kind == group[0]) & (hands.left == group[1]))
        count = max(1, round(keep * len(mine)))
        chosen.append(mine[np.argsort(energy[mine], kind="stable")[:count]])
    return np.sort(np.concatenate(chosen))


@torch.no_grad()
def _descend(
    begin: Hands,
    sdf: SignedDistanceGrid,
    support: float,
    flat: bool,
    weights: ContactWeights,
    backend: str,
    lengths: np.ndarray,
) -> tuple[Hands, np.ndarray]:
    """Some steps of the descent: hands and their energies (N,)."""
    hand, start, moves = hand_bodies(), begin.acting(), _moves(begin)
    pads = torch.stack([pad_weights(kind, flat) for kind in KINDS])[begin.kind]
    behind, radius = torch.tensor(FOREARM).T
    forearm = Forearm(torch.nn.functional.pad(behind[:, None], (0, 2)), radius, FOREARM_WEIGHT)
    given = EnergyTerms(weights, PadDraw(pads), support, CLEARANCE, forearm=forearm)
    around = ObjectField(sdf, start.side)
    values = move(start, hand, around, given, moves, lengths, backend)
    moved = moves.split(values)
    energy = hand_energy(start, moved, hand, around, given) + moves.energy(values)
    end = start.moved(*moved)
    found = Hands(
        end.wrist.numpy().astype(float),
        end.rotation.numpy().astype(float),
        begin.angles + moved[2].numpy(),
        begin.kind,
        begin.left,
    )
    return found, energy.numpy()


def _moves(begin: Hands) -> Moves:
    """How the hands (N,) may move: within their joints' ranges, fingers relaxed where nothing else
    decides."""
    names, _, low, high = anatomy.degrees_of_freedom()
    angles, low, high, relaxed = (
        torch.as_tensor(a, dtype=torch.float32)
        for a in (begin.angles, low, high, np.stack([*map(relaxed_angles, KINDS)])[begin.kind])
    )
    rate = torch.tensor([TRANSLATION_RATE] * 3 + [ROTATION_RATE] * 3 + [FLEXION_RATE] * len(names))
    stiff = [STIFF if "abduction" in n or "rotation" in n else SUPPLE for n in names]
    pip = torch.tensor([i for i, n in enumerate(names) if n.endswith("pip_flexion")])
    dip = torch.tensor([i for i, n in enumerate(names) if n.endswith("dip_flexion")])
    wrist = torch.zeros(len(begin), 6)
    return Moves(
        rate,
        torch.tensor([0.0] * 6 + stiff) * rate.square(),
        torch.cat([wrist, (relaxed - angles) / rate[6:]], 1),
        (low - angles) / rate[6:],
        (high - angles) / rate[6:],
        Coupling(dip, pip, DIP_BY_PIP, COUPLING, angles[:, dip] - DIP_BY_PIP * angles[:, pip]),
    )
