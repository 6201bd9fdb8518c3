"""A hand as contact sees it: collision spheres and palmar pads, carried by the skeleton."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from diffh2o_ros.contact import terms
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import REST, mirror
from diffh2o_ros.hands.sides import check_side
from diffh2o_ros.hands.skeleton import rest_joints


class Placed(NamedTuple):
    """Spheres and pads of posed hands (...), meters."""

    spheres: Tensor  #: (..., S, 3) centers of collision spheres
    pads: Tensor  #: (..., P, 3)
    pad_normals: Tensor  #: (..., P, 3)


class ContactModel:
    """The spheres and pads of one hand side; `extra` pads of the right hand follow the others."""

    def __init__(
        self, side: str, device: torch.device | str = "cpu", extra: Sequence[anatomy.Pad] = ()
    ) -> None:
        left = check_side(side) == "left"
        rest = rest_joints(side)

        def tensor(array) -> Tensor:
            values = torch.as_tensor(array, dtype=torch.float32)
            return mirror(values, REST) if left else values

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
        #: (F,) the finger that each of these spheres is of
        self.finger = torch.div(self.sphere_joint[far] - 1, 3, rounding_mode="floor")
        self.fingers = terms.Fingers(
            far,
            self.radius[far, None] + self.radius[far],
            torch.triu(self.finger[:, None] != self.finger[None, :]).float(),
        )

    def self_penetration(self, spheres: Tensor) -> Tensor:
        """Summed squared overlap (...,) of the fingers with one another, centimeters squared.

        Args:
            spheres: centers (..., S, 3) of `place`.
        """
        return terms.self_penetration(spheres, self.fingers)

    def place(self, rotations: Tensor, joints: Tensor) -> Placed:
        """Spheres and pads of posed hands.

        Args:
            rotations: (..., 16, 3, 3) and joints (..., 16, 3) from `forward_kinematics`.
        """
        spheres = joints[..., self.sphere_joint, :] + (
            rotations[..., self.sphere_joint, :, :] @ self.sphere_offset.unsqueeze(-1)
        ).squeeze(-1)
        turned = rotations[..., self.pad_joint, :, :]
        pads = joints[..., self.pad_joint, :] + (turned @ self.pad_offset.unsqueeze(-1)).squeeze(-1)
        return Placed(spheres, pads, (turned @ self.pad_normal.unsqueeze(-1)).squeeze(-1))
