"""The terms of the contact energy, one function each, of batches of posed hands.

Distances enter in centimeters, so that terms are of order 1. Each function gives an energy (B,)
that torch can differentiate. `contact.kernels` has their gradients in machine code, and the tests
hold it to these.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

CM = 100.0  #: meters to centimeters
#: Half an edge of the tetrahedron on which normals are measured, meters.
SPREAD = 0.003
CORNERS = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))
#: Gradients of the field smaller than this have no direction.
FLAT = 1e-2
#: Sum of pad weights under which no pad is drawn.
LEAST_WEIGHT = 1e-6
#: Pads of this weight or more are drawn from afar, too; see `energy.PadDraw`.
WHOLE = 1.0
#: A pad pushes on a surface about this near (meters); what each pushes at least.
PUSH_RANGE, LEAST_PUSH = 0.015, 1e-4
#: Lever that makes torques comparable to forces, meters.
LEVER = 0.05


class DistanceField(Protocol):
    """Anything that answers signed distances (...) at points (..., 3); geometry's grid does."""

    def query(self, points: Tensor) -> Tensor: ...


class Touch(NamedTuple):
    """Where pads (B, P) are on the surface."""

    distance: Tensor  #: (B, P) signed, meters
    normal: Tensor  #: (B, P, 3) outward unit normal of the object


class Fingers(NamedTuple):
    """Spheres of fingers that may collide with other fingers; constant, whatever the pose."""

    index: Tensor  #: (F,) int64, which of the spheres; those past the knuckles
    reach: Tensor  #: (F, F) sums of their radii, meters
    apart: Tensor  #: (F, F) 1 where the row's finger comes before the column's, else 0


def around(pads: Tensor) -> Tensor:
    """(B, P, 4, 3): the tetrahedra on which distance and normal at pads (B, P, 3) are measured."""
    return pads.unsqueeze(-2) + SPREAD * pads.new_tensor(CORNERS)


def touch_of(values: Tensor) -> Touch:
    """Distance and normal from distances (B, P, 4) on the tetrahedra.

    Central values on a tetrahedron of 3 mm (Quilez): smoother than the gradient inside one cell of
    a grid, so that pads can be rotated and moved by it.
    """
    gradient = (values @ values.new_tensor(CORNERS)) / (4 * SPREAD)
    length = gradient.norm(dim=-1, keepdim=True).clamp_min(FLAT)
    return Touch(values.mean(-1), gradient / length)


def distance_and_normal(field: DistanceField, points: Tensor) -> Touch:
    """Signed distances (...) and unit outward normals (..., 3), both differentiable."""
    return touch_of(field.query(around(points)))


def penetration(gap: Tensor, radius: Tensor, clearance: float | Tensor = 0.0) -> Tensor:
    """Spheres inside the object, or nearer than a clearance.

    Args:
        gap: (..., S) signed distance of the centers to the object; radius: (S,); meters.
    """
    return (CM * (radius + clearance - gap).clamp_min(0)).square().sum(-1)


def table(spheres: Tensor, radius: Tensor, height: float) -> Tensor:
    """Spheres (..., S, 3) below a table at z = `height`, meters."""
    return (CM * (height + radius - spheres[..., 2]).clamp_min(0)).square().sum(-1)


def contact(distance: Tensor, weight: Tensor) -> Tensor:
    """Pads off the surface: quadratic near it, linear far from it, so that every pad is drawn and
    none dominates.

    Args:
        distance: (B, P) meters; weight: (B, P) that sum to 1, see `energy.PadDraw`.
    """
    off = CM * distance
    near = off.clamp(-1, 1)
    return (weight * near * (off - 0.5 * near)).sum(-1)


def alignment(pad_normals: Tensor, surface_normals: Tensor, weight: Tensor) -> Tensor:
    """Pads that do not face the surface; normals (B, P, 3), weight (B, P)."""
    return (weight * (1 + (pad_normals * surface_normals).sum(-1))).sum(-1)


def closure(pads: Tensor, touch: Touch, weight: Tensor) -> Tensor:
    """Squared net wrench of the touching pads (B, P, 3): a hold has no net force or torque.

    After Liu et al., "Synthesizing diverse and physically stable grasps" (RA-L 2021). Pads on the
    surface push along the inward normal. How much each pushes is a constant to the gradient:
    letting go must not count as balance.
    """
    push = weight * torch.exp(-((touch.distance.detach() / PUSH_RANGE) ** 2)) + LEAST_PUSH
    push = (push / push.sum(-1, keepdim=True)).unsqueeze(-1)
    arm = (pads - (push * pads).sum(-2, keepdim=True)) / LEVER
    force = (push * touch.normal).sum(-2)
    torque = (push * torch.linalg.cross(arm, touch.normal)).sum(-2)
    return (force.square() + torque.square()).sum(-1)


def self_penetration(spheres: Tensor, fingers: Fingers) -> Tensor:
    """Fingers inside one another, of spheres (..., S, 3).

    The overlap (r^2 - d^2) / 2r is r - d to first order, without the square root's kink at 0.
    """
    far = spheres[..., fingers.index, :]
    far = far - far.mean(-2, keepdim=True).detach()  # small numbers keep the squares exact
    norm = far.square().sum(-1)
    gap = norm.unsqueeze(-1) + norm.unsqueeze(-2) - 2 * far @ far.transpose(-1, -2)
    overlap = (fingers.reach**2 - gap).clamp_min(0) / (2 * fingers.reach) * fingers.apart
    return (CM * overlap).square().sum((-1, -2))


def overlap(spheres: Tensor, others: Tensor, radius: Tensor) -> Tensor:
    """Spheres (B, S, 3) inside those of another hand (B, S, 3), radii (S,)."""
    gap = torch.cdist(spheres, others, compute_mode="donot_use_mm_for_euclid_dist")
    reach = radius[:, None] + radius
    return (CM * (reach - gap).clamp_min(0)).square().sum((-1, -2))


def pull(keypoints: Tensor, points: Tensor) -> Tensor:
    """Mean squared distance of keypoints (B, K, 3) to where they should be."""
    return CM**2 * (keypoints - points).square().sum(-1).mean(-1)
