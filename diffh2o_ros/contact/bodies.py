"""What of a hand meets the object: its spheres, pads and keypoints, posed in a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, pose_directions
from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import PARENTS, keypoint_carriers, rest_joints


@dataclass(frozen=True)
class PosedBodies:
    """What of posed hands (...) meets the object, seen as right ones, meters."""

    spheres: Tensor  #: (..., S, 3) centers of collision spheres
    pads: Tensor  #: (..., P, 3)
    pad_normals: Tensor  #: (..., P, 3)
    keypoints: Tensor  #: (..., 21, 3)


class HandBodies:
    """The right hand's collision spheres, pads and keypoints, and what its fingers can do."""

    def __init__(self, device: torch.device) -> None:
        self.model = ContactModel("right", device)
        self._carried = self.model.carried(*keypoint_carriers("right"))
        self._counts = (len(self.model.sphere_joint), len(self.model.pad_joint), 21)
        _, directions, low, high = anatomy.degrees_of_freedom()
        self.directions = pose_directions(device)  #: (D, 45)
        #: (45, D): the angles of a pose.
        self.angles = torch.linalg.pinv(torch.as_tensor(directions)).float().to(device)
        self.low = torch.as_tensor(low, dtype=torch.float32, device=device)  #: (D,) radians
        self.high = torch.as_tensor(high, dtype=torch.float32, device=device)
        weight = [
            2.0 if n == "thumb_distal" else 1.0 if n.endswith("distal") else 0.35
            for n in self.model.pad_names
        ]
        self.pad_weight = torch.tensor(weight, dtype=torch.float32, device=device)

    @cached_property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All this for `compiled_settling`: directions (D, 45), bones (16, 3); joints, offsets and
        radii of the spheres, which of them may collide (F,) and the fingers these are of; joints,
        offsets, normals and weights of the pads; joints and offsets of the keypoints."""
        model, rest = self.model, rest_joints("right").double()
        parents = torch.tensor([0, *PARENTS[1:]])
        joints, points = keypoint_carriers("right")
        far = model.bodies.far.cpu()

        def numbers(values: Tensor) -> np.ndarray:
            return np.ascontiguousarray(values.cpu().double().numpy())

        def indices(values: Tensor) -> np.ndarray:
            return np.ascontiguousarray(values.cpu().numpy())

        return (
            numbers(self.directions),
            numbers(rest - rest[parents]),
            indices(model.sphere_joint),
            numbers(model.sphere_offset),
            numbers(model.radius),
            indices(far),
            indices((model.sphere_joint.cpu()[far] - 1) // 3),
            indices(model.pad_joint),
            numbers(model.pad_offset),
            numbers(model.pad_normal),
            numbers(self.pad_weight),
            indices(joints),
            numbers(points.double() - rest[joints]),
        )

    @staticmethod
    @cache
    def on(device: torch.device) -> HandBodies:
        """The one of a device: nothing of it ever changes."""
        return HandBodies(device)

    def pose(
        self,
        hand: ActingHand,
        shift: Tensor | None = None,
        turn: Tensor | None = None,
        bend: Tensor | None = None,
    ) -> PosedBodies:
        """Of hands (...), moved as `ActingHand.moved` moves them."""
        wrist = hand.wrist if shift is None else hand.wrist + shift
        turn = torch.zeros_like(wrist) if turn is None else turn
        pose = hand.hand_pose if bend is None else hand.hand_pose + bend @ self.directions
        points, normals = self._carried(wrist, hand.rotation, turn, pose)
        spheres, pads, keypoints = points.split(self._counts, -2)
        return PosedBodies(spheres, pads, normals, keypoints)
