"""Moves a batch of hands down the contact energy, each near where it began."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, flips
from diffh2o_ros.contact.backend import KERNELS
from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.descent import OnStep, descend
from diffh2o_ros.contact.energy import EnergyTerms, hand_energy
from diffh2o_ros.contact.kernels.arrays import Grid, HandArrays, as_arrays
from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

#: Steps of kernels between two looks at whether the work is still wanted.
STEPS_AT_ONCE = 15


class Coupling(NamedTuple):
    """Joint angles that follow others: driven = ratio * driver."""

    driven: Tensor  #: (J,) int64, which of the D degrees of freedom
    driver: Tensor  #: (J,) int64
    ratio: float
    weight: float  #: of a squared radian off
    off: Tensor  #: (R, J) radians off at the start


_NONE = torch.zeros(0, dtype=torch.int64)


class Moves(NamedTuple):
    """How hands may move: translation, rotation and flexion (6 + D,), in units of a step, since
    one step size serves all. Kernels take the same by the same names."""

    rate: Tensor  #: (6 + D,) meters or radians a step
    stiffness: Tensor  #: (6 + D,) weight of a squared distance from `rest`
    rest: Tensor  #: (R, 6 + D) what moves tend to where nothing else decides
    low: Tensor  #: (R, D) bounds of the flexion
    high: Tensor  #: (R, D)
    coupling: Coupling = Coupling(_NONE, _NONE, 0.0, 0.0, torch.zeros(0, 0))

    def split(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Translation (R, 3), rotation (R, 3) and flexion (R, D) of values (R, 6 + D), in meters
        and radians."""
        return (values * self.rate).split((3, 3, self.low.shape[-1]), -1)

    def energy(self, values: Tensor) -> Tensor:
        """What moving so far costs, (R,)."""
        energy = (values - self.rest).square() @ self.stiffness
        driven, driver, ratio, weight, off = self.coupling
        if len(driven):
            flexion = self.split(values)[2]
            off = off + flexion[:, driven] - ratio * flexion[:, driver]
            energy = energy + weight * off.square().sum(-1)
        return energy


def move(
    start: ActingHand,
    hand: HandBodies,
    around: ObjectField,
    given: EnergyTerms,
    moves: Moves,
    lengths: np.ndarray,
    backend: str,
    on_step: OnStep | None = None,
) -> Tensor:
    """The moves (R, 6 + D), in units of a step, that lead hands (R,) down the energy.

    Args:
        hand: what of them meets the object `around` them.
        lengths: of the steps.
        backend: one of `contact.backend`.
        on_step: called now and then.
    """
    if backend == KERNELS:
        return _move_kernels(start, hand, around, given, moves, lengths, on_step)
    values = torch.zeros_like(moves.rest, requires_grad=True)

    def energy(_: int) -> Tensor:
        return hand_energy(start, moves.split(values), hand, around, given) + moves.energy(values)

    def confine() -> None:
        values[:, 6:].clamp_(moves.low, moves.high)

    descend(energy, [(values, 1.0)], lengths, confine, on_step)
    return values.detach()


def _move_kernels(
    start: ActingHand,
    hand: HandBodies,
    around: ObjectField,
    given: EnergyTerms,
    moves: Moves,
    lengths: np.ndarray,
    on_step: OnStep | None,
) -> Tensor:
    from diffh2o_ros.contact.kernels.descent import descend_rows

    pads = given.pads._replace(weight=given.pads.weight.expand(len(moves.rest), -1))
    arrays = (
        as_arrays(moves),
        hands_array(start),
        hand.arrays,
        grid_array(around.sdf),
        as_arrays(given._replace(pads=pads)),
    )
    values, mean, square = np.zeros((3, *moves.rest.shape))
    for first in range(0, len(lengths), STEPS_AT_ONCE):
        some = np.ascontiguousarray(lengths[first : first + STEPS_AT_ONCE])
        descend_rows(values, mean, square, first, some, *arrays)
        if on_step is not None:
            on_step(first + len(some), len(lengths))
    return torch.as_tensor(values, dtype=torch.float32)


def hands_array(hand: ActingHand) -> HandArrays:
    """Hands (R,) for kernels."""
    return as_arrays(HandArrays(hand.wrist, hand.rotation, hand.hand_pose, flips(hand.side)[:, 1]))


def grid_array(sdf: SignedDistanceGrid) -> Grid:
    """A distance grid for kernels."""
    return Grid(sdf.values.numpy(), as_arrays(sdf.origin), float(sdf.spacing))
