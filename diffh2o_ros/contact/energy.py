"""How well hands meet an object: the terms of `contact.terms`, weighed and summed.

One energy serves the data set's grasp search, the guidance inside the denoising loop and the final
refinement. It sees the hand as collision spheres and palmar pads carried by the skeleton, which is
enough to hold a surface to and hundreds of times cheaper than the mesh.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from diffh2o_ros.contact import terms
from diffh2o_ros.contact.acting_hand import flips
from diffh2o_ros.contact.model import ContactModel, Placed
from diffh2o_ros.contact.terms import DistanceField


class ContactWeights(NamedTuple):
    """Weights of the energy's terms, floats; another hand's spheres weigh as penetration."""

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
    always: float = 0.0  #: share of its weight that still draws one of `terms.WHOLE` or more

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
    """Spheres behind the wrist, which keep clear of object and table."""

    behind: Tensor  #: (A,) meters from the wrist along the hand's x axis
    radius: Tensor  #: (A,) meters
    weight: float

    def __call__(
        self, wrist: Tensor, rotation: Tensor, around: DistanceField, height: float
    ) -> Tensor:
        """Energy (R,) of wrists (R, 3) with rotations (R, 3, 3)."""
        arm = wrist[:, None] + self.behind[:, None] * rotation[:, None, :, 0]
        inside = terms.penetration(around.query(arm), self.radius)
        return self.weight * (inside + terms.table(arm, self.radius, height))


@dataclass
class ContactState:
    """The energy per sample (R,) and what it was made of."""

    energy: Tensor
    penetration: Tensor = field(repr=False)  #: (R,) deepest sphere inside the object, meters
    pad_distance: Tensor = field(repr=False)  #: (R, P) signed distance of every pad, meters
    pad_normal: Tensor = field(repr=False)  #: (R, P, 3) object normal at every pad
    pads: Tensor = field(repr=False)  #: (R, P, 3) pad positions
    table: Tensor = field(repr=False)  #: (R,) deepest sphere below the table, meters


@dataclass(frozen=True, eq=False)
class ContactEnergy:
    """The energy of hands (R, ...) beside an object, all in the object's frame.

    Attributes:
        model: the spheres and pads.
        around: signed distance of the object.
        pads: which should touch.
        weights: of the terms.
        table_height: z of the table under the object, meters; minus infinity for none.
        clearance: meters by which spheres should stay outside the object.
    """

    model: ContactModel
    around: DistanceField
    pads: PadDraw
    weights: ContactWeights
    table_height: float = -math.inf
    clearance: float = 0.0

    def __call__(self, placed: Placed) -> ContactState:
        """Of hands posed by `ContactModel.place`."""
        model, weights = self.model, self.weights
        spheres, pads, pad_normals = placed[:3]
        points = torch.cat([spheres, terms.around(pads).flatten(-3, -2)], -2)
        values = self.around.query(points)
        gap = values[..., : spheres.shape[-2]]
        touch = terms.touch_of(values[..., spheres.shape[-2] :].unflatten(-1, (-1, 4)))
        weight = self.pads.at(touch.distance)
        energy = (
            weights.penetration * terms.penetration(gap, model.radius, self.clearance)
            + weights.contact * terms.contact(touch.distance, weight)
            + weights.alignment * terms.alignment(pad_normals, touch.normal, weight)
            + weights.closure * terms.closure(pads, touch, weight)
            + weights.table * terms.table(spheres, model.radius, self.table_height)
            + weights.self_penetration * terms.self_penetration(spheres, model.fingers)
        )
        below = (self.table_height + model.radius - spheres[..., 2]).clamp_min(0)
        return ContactState(
            energy=energy,
            penetration=(model.radius - gap).detach().amax(-1).clamp_min(0),
            pad_distance=touch.distance.detach(),
            pad_normal=touch.normal.detach(),
            pads=pads,
            table=below.detach().amax(-1),
        )
