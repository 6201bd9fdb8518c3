"""Moves a batch of hands down the contact energy, each near where it began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact import terms
from diffh2o_ros.contact.acting_hand import ActingHand, flips
from diffh2o_ros.contact.backend import KERNELS
from diffh2o_ros.contact.bodies import HandBodies, PosedBodies, indices, numbers
from diffh2o_ros.contact.descent import OnStep, descend
from diffh2o_ros.contact.energy import ContactEnergy, Forearm, Pull
from diffh2o_ros.contact.kernels import arrays
from diffh2o_ros.geometry.rotations import rotvec_to_rotmat
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

#: Steps of kernels between two looks at whether the work is still wanted.
STEPS_AT_ONCE = 15


@dataclass(frozen=True)
class Coupling:
    """Joint angles that follow others: driven = ratio * driver."""

    driven: Tensor  #: (J,) int64, which of the D degrees of freedom
    driver: Tensor  #: (J,)
    ratio: float
    weight: float  #: of a squared radian off
    off: Tensor  #: (R, J) radians off at the start


@dataclass(frozen=True)
class Moves:
    """How hands may move: translation, rotation and flexion (6 + D,), in units of a step, since
    one step size serves all."""

    rate: Tensor  #: (6 + D,) meters or radians a step
    stiffness: Tensor  #: (6 + D,) weight of a squared distance from `rest`
    rest: Tensor  #: (R, 6 + D) what moves tend to where nothing else decides
    low: Tensor  #: (R, D) bounds of the flexion
    high: Tensor
    coupling: Coupling | None = None

    def split(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Translation (R, 3), rotation (R, 3) and flexion (R, D) of values (R, 6 + D), in meters
        and radians."""
        return (values * self.rate).split((3, 3, self.low.shape[-1]), -1)

    def energy(self, values: Tensor) -> Tensor:
        """What moving so far costs, (R,)."""
        energy = (values - self.rest).square() @ self.stiffness
        coupling = self.coupling
        if coupling is not None:
            flexion = self.split(values)[2]
            off = flexion[:, coupling.driven] - coupling.ratio * flexion[:, coupling.driver]
            energy = energy + coupling.weight * (coupling.off + off).square().sum(-1)
        return energy


@dataclass(frozen=True)
class HandEnergy:
    """All that moves hands (R,): contact, and what else they should be near to or clear of."""

    contact: ContactEnergy  #: beside an `ObjectField`
    pull: Pull | None = None
    others: Tensor | None = None  #: (R, S, 3) spheres of other hands, as each row sees them
    forearm: Forearm | None = None

    def __call__(
        self, start: ActingHand, bodies: PosedBodies, translation: Tensor, rotation: Tensor
    ) -> Tensor:
        """Energy (R,) of hands moved from `start` to where `bodies` are."""
        energy = self.contact(bodies).energy
        if self.pull is not None:
            energy = energy + self.pull(start.side, bodies.keypoints)
        if self.others is not None:
            weight = self.contact.weights.penetration
            radius = self.contact.model.radius
            energy = energy + weight * terms.overlap(bodies.spheres, self.others, radius)
        if self.forearm is not None:
            turned = rotvec_to_rotmat(rotation) @ start.rotation
            around, height = self.contact.around, self.contact.table_height
            energy = energy + self.forearm(start.wrist + translation, turned, around, height)
        return energy


def move(
    start: ActingHand,
    hand: HandBodies,
    energy: HandEnergy,
    moves: Moves,
    lengths: np.ndarray,
    backend: str,
    on_step: OnStep | None = None,
) -> Tensor:
    """The moves (R, 6 + D), in units of a step, that lead hands (R,) down the energy.

    Args:
        hand: what of them meets the object.
        lengths: of the steps.
        backend: one of `contact.backend`.
        on_step: called now and then.
    """
    if backend == KERNELS:
        return _move_kernels(start, hand, energy, moves, lengths, on_step)
    values = torch.zeros_like(moves.rest, requires_grad=True)

    def total(_: int) -> Tensor:
        translation, rotation, flexion = moves.split(values)
        bodies = hand.pose(start, translation, rotation, flexion)
        return energy(start, bodies, translation, rotation) + moves.energy(values)

    def confine() -> None:
        values[:, 6:].clamp_(moves.low, moves.high)

    descend(total, [(values, 1.0)], lengths, confine, on_step)
    return values.detach()


def _move_kernels(
    start: ActingHand,
    hand: HandBodies,
    energy: HandEnergy,
    moves: Moves,
    lengths: np.ndarray,
    on_step: OnStep | None,
) -> Tensor:
    from diffh2o_ros.contact.kernels.descent import descend_rows

    begin = hands_array(start)
    given = (
        _moves_array(moves),
        begin,
        hand.arrays,
        grid_array(energy.contact.around.sdf),
        _terms_array(energy, len(begin.wrist)),
    )
    values, mean, square = np.zeros((3, *moves.rest.shape))
    for first in range(0, len(lengths), STEPS_AT_ONCE):
        some = np.ascontiguousarray(lengths[first : first + STEPS_AT_ONCE])
        descend_rows(values, mean, square, first, some, *given)
        if on_step is not None:
            on_step(first + len(some), len(lengths))
    return torch.as_tensor(values, dtype=torch.float32)


def hands_array(hand: ActingHand) -> arrays.Hands:
    """Hands (R,) for kernels."""
    return arrays.Hands(
        numbers(hand.wrist),
        numbers(hand.rotation),
        numbers(hand.hand_pose),
        numbers(flips(hand.side)[:, 1]),
    )


def grid_array(sdf: SignedDistanceGrid) -> arrays.Grid:
    """A distance grid for kernels."""
    return arrays.Grid(sdf.values.numpy(), numbers(sdf.origin), float(sdf.spacing))


def _moves_array(moves: Moves) -> arrays.Moves:
    none, rows = torch.zeros(0, dtype=torch.int64), len(moves.rest)
    coupling = moves.coupling or Coupling(none, none, 0.0, 0.0, torch.zeros(rows, 0))
    return arrays.Moves(
        *(numbers(v) for v in (moves.rate, moves.stiffness, moves.rest, moves.low, moves.high)),
        indices(coupling.driven),
        indices(coupling.driver),
        float(coupling.ratio),
        float(coupling.weight),
        numbers(coupling.off),
    )


def _terms_array(energy: HandEnergy, rows: int) -> arrays.Terms:
    contact, pads = energy.contact, energy.contact.pads
    none = torch.zeros(0)
    forearm = energy.forearm or Forearm(none, none, 0.0)
    pull = energy.pull or Pull(0.0, none.long(), torch.zeros(0, 3))
    others = torch.zeros(0, 0, 3)
    if energy.others is not None:
        others = energy.others.expand(rows, -1, -1)
    return arrays.Terms(
        weights=type(contact.weights)(*map(float, contact.weights)),
        table_height=float(contact.table_height),
        clearance=float(contact.clearance),
        pad_weight=numbers(pads.weight.expand(rows, -1)),
        pad_reach=float(pads.reach),
        pad_always=float(pads.always),
        forearm=arrays.Carried(
            np.zeros(len(forearm.behind), np.int64),
            numbers(torch.nn.functional.pad(forearm.behind[:, None], (0, 2))),
        ),
        forearm_radii=numbers(forearm.radius),
        forearm_weight=float(forearm.weight),
        pull_weight=float(pull.weight),
        pull_index=indices(pull.index),
        pull_points=numbers(pull.points),
        others=numbers(others),
    )
