"""Contact between a posed hand and an object's distance field: where they touch and collide.

One energy serves the data set's grasp search, the guidance inside the denoising loop and the final
refinement. It sees the hand as collision spheres and palmar pads carried by the skeleton, which is
enough to hold a surface to and hundreds of times cheaper than the mesh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from diffh2o_ros.contact.energy import (
    Bodies,
    ContactEnergy,
    ContactWeights,
    DistanceField,
    PadWeight,
    around,
    self_overlap,
    touch_of,
)
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.carried import CarriedPoints
from diffh2o_ros.hands.skeleton import check_side, mirror_points, rest_joints

__all__ = ["ContactModel", "ContactState", "ContactWeights", "DistanceField", "distance_and_normal"]


def distance_and_normal(field: DistanceField, points: Tensor) -> tuple[Tensor, Tensor]:
    """Signed distances (...) and unit outward normals (..., 3), both differentiable."""
    touch = touch_of(field.query(around(points)))
    return touch.distance, touch.normal


@dataclass
class ContactState:
    """The energy per sample (B,) and what it was made of."""

    energy: Tensor
    penetration: Tensor = field(repr=False)  #: (B,) deepest sphere inside the object, meters
    pad_distance: Tensor = field(repr=False)  #: (B, P) signed distance of every pad, meters
    pad_normal: Tensor = field(repr=False)  #: (B, P, 3) object normal at every pad
    pads: Tensor = field(repr=False)  #: (B, P, 3) pad positions
    table: Tensor = field(repr=False)  #: (B,) deepest sphere below the support plane, meters


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

        joints, centers, radii = anatomy.spheres()
        pads = [*anatomy.pads(), *extra]
        self.side = side
        self.sphere_joint = torch.as_tensor(joints).to(device)
        self.sphere_offset = (tensor(centers) - rest[joints]).to(device)
        self.radius = torch.as_tensor(radii, dtype=torch.float32).to(device)
        self.pad_names = [pad.name for pad in pads]
        pad_joint = [pad.joint for pad in pads]
        self.pad_joint = torch.as_tensor(pad_joint).to(device)
        points = tensor([pad.point.tolist() for pad in pads])
        self.pad_offset = (points - rest[pad_joint]).to(device)
        self.pad_normal = tensor([pad.normal.tolist() for pad in pads]).to(device)
        # Knuckles and palm overlap by construction: what can collide are the bones past them.
        far = torch.nonzero((self.sphere_joint > 0) & (self.sphere_joint % 3 != 1))[:, 0]
        finger = torch.div(self.sphere_joint[far] - 1, 3, rounding_mode="floor")
        self.bodies = Bodies(
            self.radius,
            far,
            self.radius[far, None] + self.radius[far],
            torch.triu(finger[:, None] != finger[None, :]).float(),
        )

    def carried(self, extra_joints: Tensor, extra_points: Tensor) -> CarriedPoints:
        """The spheres' centers, the pads and more points (K, 3) at rest, in this order, and the
        pads' normals, for descents on the pose."""
        rest = rest_joints(self.side).to(self.radius.device)
        joints = torch.cat([self.sphere_joint, self.pad_joint, extra_joints.to(self.pad_joint)])
        own = torch.cat([self.sphere_offset, self.pad_offset]) + rest[joints[: -len(extra_joints)]]
        points = torch.cat([own, extra_points.to(own)])
        return CarriedPoints(
            self.side, joints, points, self.pad_joint, self.pad_normal, self.radius.device
        )

    def self_penetration(self, spheres: Tensor) -> Tensor:
        """Summed squared overlap (...,) of the fingers with one another, centimeters squared.

        Args:
            spheres: centers (..., S, 3) of `place`.
        """
        return self_overlap(spheres, self.bodies).square().sum((-1, -2))

    def place(self, rotations: Tensor, joints: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Sphere centers (..., S, 3), pads (..., P, 3) and pad normals (..., P, 3) of a posed hand.

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
        pad_weight: PadWeight,
        weights: ContactWeights,
        support_height: float | None = None,
        clearance: float = 0.0,
    ) -> ContactState:
        """`energy_at` of posed hands: rotations (B, 16, 3, 3), joints (B, 16, 3)."""
        return self.energy_at(
            *self.place(rotations, joints), field, pad_weight, weights, support_height, clearance
        )

    def energy_at(
        self,
        spheres: Tensor,
        pads: Tensor,
        normals: Tensor,
        field: DistanceField,
        pad_weight: PadWeight,
        weights: ContactWeights,
        support_height: float | None = None,
        clearance: float = 0.0,
    ) -> ContactState:
        """Energy of a batch of hands against one object, all in the object's frame.

        Args:
            spheres: (B, S, 3); pads, normals: (B, P, 3), as `place` gives them.
            field: signed distance of the object.
            pad_weight: (B, P) which pads should touch, and how much each counts, or a function
                that tells it from their distances (B, P).
            weights: of the terms.
            support_height: z of the table under the object, or None.
            clearance: meters by which spheres should stay outside the object.
        """
        energy, gaps, distance, surface = ContactEnergy.apply(
            spheres,
            pads,
            normals,
            self.bodies,
            field,
            pad_weight,
            weights,
            support_height,
            clearance,
        )
        below = torch.zeros_like(gaps)
        if support_height is not None:
            below = (support_height + self.radius - spheres.detach()[..., 2]).clamp_min(0)
        return ContactState(
            energy=energy,
            penetration=(self.radius - gaps).amax(-1).clamp_min(0),
            pad_distance=distance,
            pad_normal=surface,
            pads=pads,
            table=below.amax(-1),
        )
