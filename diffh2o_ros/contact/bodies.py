"""What of a right hand meets the object: its spheres, pads and keypoints, posed in a batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, pose_directions
from diffh2o_ros.contact.kernels.arrays import Body, Carried, as_arrays
from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.carried import CarriedPoints
from diffh2o_ros.hands.skeleton import PARENTS, keypoint_carriers, rest_joints


class PosedBodies(NamedTuple):
    """What of posed hands (...) meets the object, seen as right ones, meters."""

    spheres: Tensor  #: (..., S, 3) centers of collision spheres
    pads: Tensor  #: (..., P, 3)
    pad_normals: Tensor  #: (..., P, 3)
    keypoints: Tensor  #: (..., 21, 3)


class HandBodies:
    """The right hand's collision spheres, pads and keypoints, and what its fingers can do."""

    def __init__(
        self, device: torch.device | str = "cpu", extra: Sequence[anatomy.Pad] = ()
    ) -> None:
        self.model = model = ContactModel("right", device, extra)
        rest = rest_joints("right").to(device)
        self._keypoints = joints, points = [v.to(device) for v in keypoint_carriers("right")]
        carriers = torch.cat([model.sphere_joint, model.pad_joint, joints])
        own = torch.cat([model.sphere_offset, model.pad_offset]) + rest[carriers[: -len(joints)]]
        self._carried = CarriedPoints(
            "right", carriers, torch.cat([own, points]), model.pad_joint, model.pad_normal, device
        )
        self._counts = (len(model.sphere_joint), len(model.pad_joint), len(joints))
        _, directions, low, high = anatomy.degrees_of_freedom()
        self.directions = pose_directions(torch.device(device))  #: (D, 45)
        #: (45, D): the angles of a pose.
        self.angles = torch.linalg.pinv(torch.as_tensor(directions)).float().to(device)
        self.low = torch.as_tensor(low, dtype=torch.float32, device=device)  #: (D,) radians
        self.high = torch.as_tensor(high, dtype=torch.float32, device=device)

    @cached_property
    def pad_weight(self) -> Tensor:
        """(P,) how much each pad counts where nothing is known of the kind of grasp."""
        weight = [
            2.0 if n == "thumb_distal" else 1.0 if n.endswith("distal") else 0.35
            for n in self.model.pad_names
        ]
        return torch.tensor(weight, dtype=torch.float32, device=self.low.device)

    @cached_property
    def arrays(self) -> Body:
        """All this for kernels."""
        model, rest = self.model, rest_joints("right").double()
        parents = torch.tensor([0, *PARENTS[1:]])
        joints, points = (v.cpu() for v in self._keypoints)
        return as_arrays(
            Body(
                directions=self.directions,
                bones=rest - rest[parents],
                spheres=Carried(model.sphere_joint, model.sphere_offset),
                radii=model.radius,
                far=model.fingers.index,
                finger=model.finger,
                pads=Carried(model.pad_joint, model.pad_offset),
                pad_normals=model.pad_normal,
                keypoints=Carried(joints, points.double() - rest[joints]),
            )
        )

    @staticmethod
    @cache
    def on(device: torch.device) -> HandBodies:
        """The one of a device: nothing of it ever changes."""
        return HandBodies(device)

    def pose(
        self,
        hand: ActingHand,
        translation: Tensor | None = None,
        rotation: Tensor | None = None,
        flexion: Tensor | None = None,
    ) -> PosedBodies:
        """Of hands (...), moved as `ActingHand.moved` moves them."""
        wrist = hand.wrist if translation is None else hand.wrist + translation
        rotvec = torch.zeros_like(wrist) if rotation is None else rotation
        pose = hand.hand_pose if flexion is None else hand.hand_pose + flexion @ self.directions
        points, normals = self._carried(wrist, hand.rotation, rotvec, pose)
        spheres, pads, keypoints = points.split(self._counts, -2)
        return PosedBodies(spheres, pads, normals, keypoints)
