"""Contact between a posed hand and an object's distance field: where they touch and collide.

One energy serves the data set's grasp search, the guidance inside the denoising loop and the final
refinement. It sees the hand as collision spheres and palmar pads carried by the skeleton, which is
enough to hold a surface to and hundreds of times cheaper than the mesh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import check_side, mirror_points, rest_joints


class DistanceField(Protocol):
    """Anything that answers signed distances (...) at points (..., 3); geometry's grid does."""

    def query(self, points: Tensor) -> Tensor: ...


def distance_and_normal(field: DistanceField, points: Tensor) -> tuple[Tensor, Tensor]:
    """Signed distances (...) and unit outward normals (..., 3), both differentiable.

    Central values on a tetrahedron of 3 mm (Quilez): smoother than the gradient inside one cell of
    a grid, so that pads can be turned and moved by it.
    """
    corners = points.new_tensor([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]])
    around = field.query(points.unsqueeze(-2) + 0.003 * corners)
    slope = (around.unsqueeze(-1) * corners).sum(-2)
    return around.mean(-1), slope / slope.norm(dim=-1, keepdim=True).clamp_min(1e-4)


@dataclass(frozen=True)
class ContactWeights:
    """Weights of the energy's terms; distances enter in centimetres: terms are of order 1."""

    penetration: float = 8.0
    contact: float = 3.0
    alignment: float = 0.5
    closure: float = 2.0
    table: float = 8.0
    self_penetration: float = 2.0


@dataclass
class ContactState:
    """The energy per sample (B,) and what it was made of."""

    energy: Tensor
    penetration: Tensor = field(repr=False)  #: (B,) deepest sphere inside the object, metres
    pad_distance: Tensor = field(repr=False)  #: (B, P) signed distance of every pad, metres
    pad_normal: Tensor = field(repr=False)  #: (B, P, 3) object normal at every pad
    pads: Tensor = field(repr=False)  #: (B, P, 3) pad positions
    table: Tensor = field(repr=False)  #: (B,) deepest sphere below the support plane, metres


class ContactModel:
    """The spheres and pads of one hand side; `extra` pads of the right hand follow the others."""

    def __init__(
        self, side: str, device: torch.device | str = "cpu", extra: Sequence[anatomy.Pad] = ()
    ) -> None:
        mirror = check_side(side) == "left"
        rest = rest_joints(side)

        def tensor(array) -> Tensor:
            values = torch.as_tensor(array, dtype=torch.float32)
            return mirror_points(values) if mirror else values

        joints, centres, radii = anatomy.spheres()
        pads = [*anatomy.pads(), *extra]
        self.side = side
        self.sphere_joint = torch.as_tensor(joints).to(device)
        self.sphere_offset = (tensor(centres) - rest[joints]).to(device)
        self.radius = torch.as_tensor(radii, dtype=torch.float32).to(device)
        self.pad_names = [pad.name for pad in pads]
        pad_joint = [pad.joint for pad in pads]
        self.pad_joint = torch.as_tensor(pad_joint).to(device)
        points = tensor([pad.point.tolist() for pad in pads])
        self.pad_offset = (points - rest[pad_joint]).to(device)
        self.pad_normal = tensor([pad.normal.tolist() for pad in pads]).to(device)
        # Knuckles and palm overlap by construction: what can collide are the bones past them.
        self._far = torch.nonzero((self.sphere_joint > 0) & (self.sphere_joint % 3 != 1))[:, 0]
        finger = torch.div(self.sphere_joint[self._far] - 1, 3, rounding_mode="floor")
        self._apart = torch.triu(finger[:, None] != finger[None, :]).float()

    def self_penetration(self, spheres: Tensor) -> Tensor:
        """Summed squared overlap (...,) of the fingers with one another, centimetres squared.

        Args:
            spheres: centres (..., S, 3) of `place`.
        """
        far = spheres[..., self._far, :]
        far = far - far.mean(-2, keepdim=True)  # small numbers keep the squares exact
        norm = far.square().sum(-1)
        gap = norm.unsqueeze(-1) + norm.unsqueeze(-2) - 2 * far @ far.transpose(-1, -2)
        reach = self.radius[self._far, None] + self.radius[self._far]
        # (r^2 - d^2) / 2r is r - d to first order, without the square root's kink at 0.
        overlap = ((reach**2 - gap).clamp_min(0) / (2 * reach)) * self._apart * 100
        return overlap.square().sum((-1, -2))

    def place(self, rotations: Tensor, joints: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Sphere centres (..., S, 3), pads (..., P, 3) and pad normals (..., P, 3) of a posed hand.

        Args:
            rotations: (..., 16, 3, 3) and joints (..., 16, 3) from `forward_kinematics`.
        """
        spheres = joints[..., self.sphere_joint, :] + (
            rotations[..., self.sphere_joint, :, :] @ self.sphere_offset.unsqueeze(-1)
        ).squeeze(-1)
        turned = rotations[..., self.pad_joint, :, :]
        pads = joints[..., self.pad_joint, :] + (turned @ self.pad_offset.unsqueeze(-1)).squeeze(-1)
        return spheres, pads, (turned @ self.pad_normal.unsqueeze(-1)).squeeze(-1)

    def energy(
        self,
        rotations: Tensor,
        joints: Tensor,
        field: DistanceField,
        pad_weight: Tensor,
        weights: ContactWeights,
        support_height: float | None = None,
        clearance: float = 0.0,
    ) -> ContactState:
        """Energy of a batch of posed hands against one object, all in the object's frame.

        Args:
            rotations: (B, 16, 3, 3); joints: (B, 16, 3).
            field: signed distance of the object.
            pad_weight: (B, P) which pads should touch, and how much each counts.
            weights: of the terms.
            support_height: z of the table under the object, or None.
            clearance: metres by which spheres should stay outside the object.

        The closure term is the net wrench of equal forces at the touching pads, after Liu et al.,
        "Synthesizing diverse and physically stable grasps" (RA-L 2021).
        """
        spheres, pads, normals = self.place(rotations, joints)
        depth = self.radius + clearance - field.query(spheres)
        overlap = depth.clamp_min(0) * 100
        distance, surface = distance_and_normal(field, pads)
        share = pad_weight / pad_weight.sum(-1, keepdim=True).clamp_min(1e-6)

        off = distance.abs() * 100
        # Quadratic near the surface, linear far from it: every pad is drawn, none dominates.
        reach = torch.where(off < 1, 0.5 * off**2, off - 0.5)
        opposed = 1 + (normals * surface).sum(-1)
        # Pads on the surface push along the inward normal; a hold has no net force or torque. The
        # weights are constants to autograd: letting go must not count as balance.
        touch = (share * torch.exp(-((distance / 0.015) ** 2))).detach() + 1e-4
        touch = touch / touch.sum(-1, keepdim=True)
        force = (touch.unsqueeze(-1) * surface).sum(-2)
        centre = (touch.unsqueeze(-1) * pads).sum(-2)
        arm = (pads - centre.unsqueeze(-2)) / 0.05
        torque = (touch.unsqueeze(-1) * torch.linalg.cross(arm, surface)).sum(-2)

        energy = (
            weights.penetration * (overlap**2).sum(-1)
            + weights.contact * (share * reach).sum(-1)
            + weights.alignment * (share * opposed).sum(-1)
            + weights.closure * ((force**2).sum(-1) + (torque**2).sum(-1))
        )
        if weights.self_penetration:
            energy = energy + weights.self_penetration * self.self_penetration(spheres)
        below = torch.zeros_like(depth)
        if support_height is not None:
            below = (support_height + self.radius - spheres[..., 2]).clamp_min(0)
            energy = energy + weights.table * ((below * 100) ** 2).sum(-1)
        return ContactState(
            energy=energy,
            penetration=(depth - clearance).amax(-1).clamp_min(0),
            pad_distance=distance,
            pad_normal=surface,
            pads=pads,
            table=below.amax(-1),
        )
