"""How well hands meet an object: the terms of `contact.terms`, weighed and summed.

One energy serves the data set's grasp search, the guidance inside the denoising loop and the final
refinement. It sees the hand as collision spheres and palmar pads carried by the skeleton, which is
enough to hold a surface to and hundreds of times cheaper than the mesh.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from diffh2o_ros.contact import terms
from diffh2o_ros.contact.acting_hand import ActingHand, flips
from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.model import ContactModel, Placed
from diffh2o_ros.contact.terms import DistanceField


class ContactWeights(NamedTuple):
    """Weights of the energy's terms; another hand's spheres weigh as penetration."""

    penetration: float = 8.0
    contact: float = 3.0
    alignment: float = 0.5
    closure: float = 2.0
    table: float = 8.0
    self_penetration: float = 2.0


class PadDraw(NamedTuple):
    """How much each pad is drawn to the surface."""

    weight: Tensor  #: (P,) or (R, P)
    reach: float = math.inf  #: pads farther than about this are left alone, meters
    always: float = 0.0  #: fraction of its weight that still draws one of `terms.WHOLE` or more

    def at(self, distance: Tensor) -> Tensor:
        """Weights (R, P) of pads at these distances (R, P), summing to 1; constants to the
        gradient: letting go of a pad must not count as contact."""
        near = torch.exp(-((distance.detach() / self.reach) ** 2))
        whole = (self.weight >= terms.WHOLE).to(self.weight)
        weight = self.weight * (near + self.always * whole)
        return weight / weight.sum(-1, keepdim=True).clamp_min(terms.LEAST_WEIGHT)


class Pull(NamedTuple):
    """What else than contact hands should be near to: some of their keypoints, points."""

    weight: float  #: of the mean squared distance, square centimeters
    index: Tensor  #: (K,) int64, which of the 21 keypoints
    points: Tensor  #: (K, 3) where they should be, canonical frame, meters

    def __call__(self, side: Tensor, keypoints: Tensor) -> Tensor:
        """Energy (R,) of hands of sides (R,), their keypoints (R, 21, 3) seen as right ones."""
        return self.weight * terms.pull(keypoints[:, self.index] * flips(side, 1), self.points)


class Forearm(NamedTuple):
    """Spheres behind the wrist, which keep clear of object and table alone."""

    offset: Tensor  #: (A, 3) meters from the wrist of a right hand at rest
    radius: Tensor  #: (A,) meters
    weight: float


class EnergyTerms(NamedTuple):
    """What moves hands (R,); kernels take the same by the same names."""

    weights: ContactWeights
    pads: PadDraw
    table_height: float = -math.inf  #: z of the table, meters; minus infinity for none
    clearance: float = 0.0  #: meters by which spheres should stay outside the object
    pull: Pull = Pull(0.0, torch.zeros(0, dtype=torch.int64), torch.zeros(0, 3))
    others: Tensor = torch.zeros(0, 0, 3)  #: (R, S, 3) other hands' spheres, as each row sees them
    forearm: Forearm = Forearm(torch.zeros(0, 3), torch.zeros(0), 0.0)


@dataclass
class ContactState:
    """The contact energy per sample (R,) and what it was made of."""

    energy: Tensor
    penetration: Tensor = field(repr=False)  #: (R,) deepest sphere inside the object, meters
    pad_distance: Tensor = field(repr=False)  #: (R, P) signed distance of every pad, meters
    pad_normal: Tensor = field(repr=False)  #: (R, P, 3) object normal at every pad
    pads: Tensor = field(repr=False)  #: (R, P, 3) pad positions
    table: Tensor = field(repr=False)  #: (R,) deepest sphere below the table, meters


def contact_state(
    placed: Placed, model: ContactModel, around: DistanceField, given: EnergyTerms
) -> ContactState:
    """Contact of hands (R, ...) beside an object, all in the object's frame.

    Args:
        placed: the hands, by `model.place`.
        around: signed distance of the object.
    """
    weights, height = given.weights, given.table_height
    spheres, pads, pad_normals = placed[:3]
    points = torch.cat([spheres, terms.around(pads).flatten(-3, -2)], -2)
    values = around.query(points)
    gap = values[..., : spheres.shape[-2]]
    touch = terms.touch_of(values[..., spheres.shape[-2] :].unflatten(-1, (-1, 4)))
    weight = given.pads.at(touch.distance)
    energy = (
        weights.penetration * terms.penetration(gap, model.radius, given.clearance)
        + weights.contact * terms.contact(touch.distance, weight)
        + weights.alignment * terms.alignment(pad_normals, touch.normal, weight)
        + weights.closure * terms.closure(pads, touch, weight)
        + weights.table * terms.table(spheres, model.radius, height)
        + weights.self_penetration * terms.self_penetration(spheres, model.fingers)
    )
    below = (height + model.radius - spheres[..., 2]).clamp_min(0)
    return ContactState(
        energy=energy,
        penetration=(model.radius - gap).detach().amax(-1).clamp_min(0),
        pad_distance=touch.distance.detach(),
        pad_normal=touch.normal.detach(),
        pads=pads,
        table=below.detach().amax(-1),
    )


def hand_energy(
    start: ActingHand,
    moved: Sequence[Tensor],
    hand: HandBodies,
    around: DistanceField,
    given: EnergyTerms,
) -> Tensor:
    """Energy (R,) of hands moved from `start`: contact, and what else moves them.

    Args:
        moved: translation (R, 3), rotation (R, 3) and flexion (R, D), as `ActingHand.moved` has.
        hand: what of them meets the object.
    """
    model, bodies = hand.model, hand.pose(start, *moved)
    energy = contact_state(bodies, model, around, given).energy
    if len(given.pull.index):
        energy = energy + given.pull(start.side, bodies.keypoints)
    if len(given.others):
        overlap = terms.overlap(bodies.spheres, given.others, model.radius)
        energy = energy + given.weights.penetration * overlap
    if len(given.forearm.radius):
        arm, radius, weight = given.forearm
        end = start.moved(*moved)
        arm = end.wrist[:, None] + arm @ end.rotation.transpose(-1, -2)
        energy = energy + weight * terms.penetration(around.query(arm), radius)
        energy = energy + weight * terms.table(arm, radius, given.table_height)
    return energy
