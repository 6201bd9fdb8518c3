"""`OpenHand`: a parametric hand of our own, free of license terms, on the published MANO skeleton.

It takes MANO's pose parameters and returns MANO's joints for the mean hand, so what it grasps MANO
grasps. Its surface is skinned linearly, with one more transform at each joint, turned half as far
as the joint itself: bent fingers then keep nearly all of their thickness at the knuckle.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.geometry.rotations import rotvec_to_rotmat
from diffh2o_ros.hands import shape, skeleton
from diffh2o_ros.hands.mirror import REST, mirror
from diffh2o_ros.hands.output import HandOutput
from diffh2o_ros.hands.sides import check_side


class OpenHand(torch.nn.Module):
    """The embedded hand.

    Args:
        side: "right" or "left"; the left hand is the mirror image of the right in x.

    Raises:
        ValueError: for another side, and in `forward` for parameters of a wrong length.
    """

    name = "openhand"

    faces: Tensor
    """(F, 3) int64 triangles, normals outward."""

    def __init__(self, side: str = "right") -> None:
        super().__init__()
        self.side = check_side(side)
        with files("diffh2o_ros.hands").joinpath("open_hand.npz").open("rb") as file:
            asset = np.load(file, allow_pickle=False)
            vertices, faces, weights = (asset[name] for name in ("vertices", "faces", "weights"))

        strains = shape.bone_strains()
        joint_directions = shape.joint_directions(strains)
        skin_directions = shape.skin_directions(strains, vertices, weights)
        offsets = skeleton.tip_offsets("right").numpy()
        tip_directions = np.einsum("ktab,tb->kta", strains[:, list(skeleton.TIP_JOINTS)], offsets)

        def constant(name: str, points: np.ndarray) -> None:
            tensor = torch.as_tensor(points, dtype=torch.float32)
            tensor = tensor if side == "right" else mirror(tensor, REST)
            self.register_buffer(name, tensor, persistent=False)

        constant("template", vertices)
        constant("template_joints", skeleton.rest_joints("right").numpy())
        constant("template_tips", offsets)
        constant("skin_directions", skin_directions)
        constant("joint_directions", joint_directions)
        constant("tip_directions", tip_directions)
        skin = torch.as_tensor(half_joint_weights(weights), dtype=torch.float32)
        self.register_buffer("skin_weights", skin, persistent=False)
        faces = torch.as_tensor(faces, dtype=torch.int64)
        faces = faces if side == "right" else faces.flip(-1)
        self.register_buffer("faces", faces, persistent=False)

    @classmethod
    def load(cls, side: str, model_dir: str | Path | None) -> OpenHand:
        """The hand of one side; it needs no files of the user's."""
        return cls(side)

    @staticmethod
    def installed(model_dir: str | Path | None) -> str:
        """How fine it is: see `loading.Hand`."""
        return f"embedded, {len(OpenHand().template)} vertices"

    def forward(
        self, global_orient: Tensor, transl: Tensor, hand_pose: Tensor, betas: Tensor | None = None
    ) -> HandOutput:
        """Poses the hand. Leading shapes (...) broadcast; all of it is differentiable.

        Args:
            global_orient: (..., 3) axis-angle about rest joint 0.
            transl: (..., 3) meters, added to every point.
            hand_pose: (..., 45) axis-angle of 15 joints, MANO's order; zeros are a flat hand.
            betas: (10,) or (..., 10) size and proportion, see `shape.BETAS`; None is the mean.
        """
        _check(global_orient, 3, "global_orient")
        _check(transl, 3, "transl")
        _check(hand_pose, skeleton.POSE_DIM, "hand_pose")
        if betas is not None:
            _check(betas, shape.NUM_BETAS, "betas")
        batch = np.broadcast_shapes(
            global_orient.shape[:-1],
            transl.shape[:-1],
            hand_pose.shape[:-1],
            () if betas is None else betas.shape[:-1],
        )
        global_orient, transl, hand_pose = (
            values.expand(*batch, -1) for values in (global_orient, transl, hand_pose)
        )
        skin, bones, tips = self.at_rest(betas)
        rotations, joints = skeleton.forward_kinematics(bones, global_orient, transl, hand_pose)

        bent = rotvec_to_rotmat(0.5 * hand_pose.unflatten(-1, (15, 3)))
        halves = rotations[..., list(skeleton.PARENTS[1:]), :, :] @ bent
        turns = torch.cat([rotations, halves], -3)
        centers = torch.cat([bones, bones[..., 1:, :]], -2).unsqueeze(-1)
        targets = torch.cat([joints, joints[..., 1:, :]], -2)
        shifts = targets - (turns @ centers).squeeze(-1)
        transforms = torch.cat([turns.mT, shifts.unsqueeze(-2)], -2)
        vertices = blend(skin, self.skin_weights, transforms)
        return HandOutput(vertices, joints, skeleton.keypoints(joints, rotations, tips), rotations)

    def at_rest(self, betas: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """The flat hand: skin (..., V, 3), joints (..., 16, 3), tips (..., 5, 3) off their joints.

        Args:
            betas: (..., 10), or None for the mean hand, without leading shape.
        """
        parts = (self.template, self.template_joints, self.template_tips)
        if betas is None:
            return parts
        directions = (self.skin_directions, self.joint_directions, self.tip_directions)
        return tuple(
            part + torch.tensordot(betas, direction, 1)
            for part, direction in zip(parts, directions, strict=True)
        )


def blend(points: Tensor, weights: Tensor, transforms: Tensor) -> Tensor:
    """Linear blend skinning: (..., V, 3).

    Args:
        points: (V, 3) or (..., V, 3) at rest.
        weights: (V, J), rows sum to 1.
        transforms: (..., J, 4, 3), each what the x, y and z of a point scale and what is added.
    """
    ones = torch.ones_like(points[..., :1])
    points = torch.cat([points, ones], -1)
    if points.dim() == 2:  # one hand in many poses: a single (V, J x 4) by (J x 4, ... x 3) product
        weighted = (weights.unsqueeze(-1) * points.unsqueeze(-2)).flatten(-2)
        return torch.einsum("vk,...kc->...vc", weighted, transforms.flatten(-3, -2))
    blended = torch.einsum("vj,...jk->...vk", weights, transforms.flatten(-2))
    columns = blended.unflatten(-1, (4, 3)).unbind(-2)
    return sum(column * x for column, x in zip(columns, points.split(1, -1), strict=True))


def half_joint_weights(weights: np.ndarray) -> np.ndarray:
    """Spreads weights (V, 16) over 31 transforms: the 16 joints, then joints 1-15 half turned.

    Along a finger the weights place a vertex at 0 (palm), 1, 2 or 3 (distal bone) or between two of
    them; in the middle between two it belongs to the half-turned joint alone.
    """
    joints = weights.shape[1]
    spread = np.zeros((len(weights), 2 * joints - 1))
    fingers = weights[:, 1:].sum(1)
    spread[fingers == 0, 0] = 1
    for first in skeleton.FINGERS.values():
        share = weights[:, first : first + 3].sum(1)
        held = np.flatnonzero(share)
        part = share[held] / fingers[held]
        position = weights[held, first : first + 3] @ [1.0, 2.0, 3.0] / part
        # Stations every half: palm, half of the first joint, the first joint, half of the second...
        stations = [0] + [i for j in range(first, first + 3) for i in (joints - 1 + j, j)]
        for place, station in enumerate(stations):
            near = np.maximum(0, 1 - np.abs(2 * position - place))
            spread[held, station] += part * near
    return spread


def _check(values: Tensor, length: int, name: str) -> None:
    if values.shape[-1:] != (length,):
        raise ValueError(f"{name} must end in {length} numbers, not shape {tuple(values.shape)}")
