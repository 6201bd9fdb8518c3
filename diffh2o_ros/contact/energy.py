"""How well a hand's spheres and pads meet a surface: one energy, with its gradient in closed form.

The gradient is worked out by hand, since this is what every descent spends its time on: autograd
would be several times slower. It stops at the points; `carried` takes it on to the pose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

CM = 100.0  #: distances enter in centimeters: terms are of order 1
#: Half an edge of the tetrahedron on which normals are measured, meters.
SPREAD = 0.003
CORNERS = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))
#: Slopes smaller than this have no direction.
FLAT = 1e-2


class DistanceField(Protocol):
    """Anything that answers signed distances (...) at points (..., 3); geometry's grid does."""

    def query(self, points: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class ContactWeights:
    """Weights of the energy's terms."""

    penetration: float = 8.0
    contact: float = 3.0
    alignment: float = 0.5
    closure: float = 2.0
    table: float = 8.0
    self_penetration: float = 2.0


@dataclass(frozen=True)
class Bodies:
    """What of a hand takes part in contact; constant, whatever its pose."""

    radius: Tensor  #: (S,) of the spheres, meters
    far: Tensor  #: (F,) int64, the spheres of fingers past the knuckles, which may collide
    reach: Tensor  #: (F, F) sums of their radii
    apart: Tensor  #: (F, F) 1 where the row's finger comes before the column's, else 0


@dataclass(frozen=True)
class Touch:
    """Where pads (B, P) are on the surface."""

    distance: Tensor  #: (B, P) signed, meters
    normal: Tensor  #: (B, P, 3) outward unit normal of the object
    slope: Tensor  #: (B, P, 1) length of the field's slope, about 1, over which it was divided


def around(pads: Tensor) -> Tensor:
    """(B, P, 4, 3): the tetrahedra on which distance and normal at pads (B, P, 3) are measured."""
    return pads.unsqueeze(-2) + SPREAD * pads.new_tensor(CORNERS)


def touch_of(values: Tensor) -> Touch:
    """Distance and normal from distances (B, P, 4) on the tetrahedra.

    Central values on a tetrahedron of 3 mm (Quilez): smoother than the gradient inside one cell of
    a grid, so that pads can be turned and moved by it.
    """
    slope = (values @ values.new_tensor(CORNERS)) / (4 * SPREAD)
    length = slope.norm(dim=-1, keepdim=True).clamp_min(FLAT)
    return Touch(values.mean(-1), slope / length, length)


def self_overlap(spheres: Tensor, bodies: Bodies) -> Tensor:
    """Overlap (..., F, F) of the fingers' spheres with those of later fingers, centimeters.

    (r^2 - d^2) / 2r is r - d to first order, without the square root's kink at 0.
    """
    far = spheres[..., bodies.far, :]
    far = far - far.mean(-2, keepdim=True)  # small numbers keep the squares exact
    norm = far.square().sum(-1)
    gap = norm.unsqueeze(-1) + norm.unsqueeze(-2) - 2 * far @ far.transpose(-1, -2)
    return ((bodies.reach**2 - gap).clamp_min(0) / (2 * bodies.reach)) * bodies.apart * CM


PadWeight = Tensor | Callable[[Tensor], Tensor]
"""(B, P): which pads should touch, and how much each counts; or a function of their distances."""


class ContactEnergy(torch.autograd.Function):
    """(spheres (B, S, 3), pads (B, P, 3), pad normals (B, P, 3), ...) -> energy (B,), distances of
    the spheres (B, S), and pad distances (B, P) and object normals (B, P, 3). Only the first can
    be differentiated. Arguments as in `ContactModel.energy_at`."""

    @staticmethod
    def forward(
        ctx,
        spheres,
        pads,
        normals,
        bodies: Bodies,
        field: DistanceField,
        pad_weight: PadWeight,
        weights: ContactWeights,
        support: float | None,
        clearance: float,
    ):
        with torch.enable_grad():
            points = torch.cat([spheres, around(pads).flatten(-3, -2)], -2).detach()
            points.requires_grad_()
            found = field.query(points)
        values = found.detach()
        count = spheres.shape[-2]
        gaps, touch = values[..., :count], touch_of(values[..., count:].unflatten(-1, (-1, 4)))

        depth = CM * (bodies.radius + clearance - gaps).clamp_min(0)
        energy = weights.penetration * depth.square().sum(-1)
        gap_slope = -2 * CM * weights.penetration * depth

        weight = pad_weight(touch.distance) if callable(pad_weight) else pad_weight
        share = weight / weight.sum(-1, keepdim=True).clamp_min(1e-6)
        # Quadratic near the surface, linear far from it: every pad is drawn, none dominates.
        off = CM * touch.distance
        near = off.clamp(-1, 1)
        energy = energy + weights.contact * (share * near * (off - 0.5 * near)).sum(-1)
        pad_slope = CM * weights.contact * share * near
        opposed = (normals * touch.normal).sum(-1)
        energy = energy + weights.alignment * (share * (1 + opposed)).sum(-1)
        aligned = weights.alignment * share.unsqueeze(-1)

        held, normal_slope, pad_force = _closure(touch, pads, share)
        energy = energy + weights.closure * held
        normal_slope = weights.closure * normal_slope + aligned * normals

        # n = s / |s|: what turns it is square to it. Then back to the four distances.
        along = (normal_slope * touch.normal).sum(-1, keepdim=True)
        turning = (normal_slope - along * touch.normal) / (4 * SPREAD * touch.slope)
        corners = values.new_tensor(CORNERS)
        corner_slope = pad_slope.unsqueeze(-1) / 4 + turning @ corners.T

        slope = torch.cat([gap_slope, corner_slope.flatten(-2)], -1)
        with torch.enable_grad():
            # As a sum: given the slope itself, autograd loads a compiler first.
            (force,) = torch.autograd.grad((found * slope).sum(), points)
        sphere_force = force[..., :count, :]
        pad_force = weights.closure * pad_force
        pad_force = pad_force + force[..., count:, :].unflatten(-2, (-1, 4)).sum(-2)
        if weights.self_penetration:
            overlap = self_overlap(spheres, bodies)
            energy = energy + weights.self_penetration * overlap.square().sum((-1, -2))
            pull = 2 * CM * weights.self_penetration * overlap / bodies.reach
            pull = pull + pull.transpose(-1, -2)
            far = spheres[..., bodies.far, :]
            apart = pull @ far - pull.sum(-1, keepdim=True) * far
            sphere_force.index_add_(-2, bodies.far, apart)
        if support is not None:
            below = CM * (support + bodies.radius - spheres[..., 2]).clamp_min(0)
            energy = energy + weights.table * below.square().sum(-1)
            sphere_force[..., 2] -= 2 * CM * weights.table * below
        ctx.save_for_backward(sphere_force, pad_force, aligned * touch.normal)
        ctx.mark_non_differentiable(gaps, touch.distance, touch.normal)
        return energy, gaps, touch.distance, touch.normal

    @staticmethod
    def backward(ctx, slope, *_):
        scale = slope[..., None, None]
        return *(scale * force for force in ctx.saved_tensors), *(None,) * 6


def _closure(touch: Touch, pads: Tensor, share: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Squared net wrench (B,) of equal forces at the touching pads, and its slopes in the object's
    normals and in the pads, (B, P, 3) each.

    After Liu et al., "Synthesizing diverse and physically stable grasps" (RA-L 2021).
    """
    # Pads on the surface push along the inward normal; a hold has no net force or torque. How much
    # each pushes is a constant to the gradient: letting go must not count as balance.
    push = share * torch.exp(-((touch.distance / 0.015) ** 2)) + 1e-4
    push = (push / push.sum(-1, keepdim=True)).unsqueeze(-1)
    center = (push * pads).sum(-2, keepdim=True)
    arm = (pads - center) / 0.05
    force = (push * touch.normal).sum(-2, keepdim=True)
    torque = (push * torch.linalg.cross(arm, touch.normal)).sum(-2, keepdim=True)
    energy = (force.square() + torque.square()).sum((-1, -2))
    normal_slope = 2 * push * (force + torch.linalg.cross(torque.expand_as(arm), arm))
    arm_slope = 2 * push * torch.linalg.cross(touch.normal, torque.expand_as(arm)) / 0.05
    return energy, normal_slope, arm_slope - push * arm_slope.sum(-2, keepdim=True)
