"""From a motion in the canonical frame to the `Interaction` a user gets."""

from __future__ import annotations

import numpy as np
import roma
import torch
from torch import Tensor

from diffh2o_ros.geometry.object import ObjectGeometry
from diffh2o_ros.hands.skeleton import SIDES, rest_joints
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.motion.interaction import HandMotion, Interaction


def hand_parameters(motion: Motion, side: int, center: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """MANO's global_orient (T, 3), transl (T, 3) and hand_pose (T, 45) in the request's frame.

    Args:
        motion: (T, ...) canonical; side: 0 left, 1 right; center: (3,) the canonical origin.
    """
    orient = roma.rotmat_to_rotvec(motion.rotation[:, side])
    rest = rest_joints(SIDES[side])[0].to(orient)
    return orient, motion.wrist[:, side] + center - rest, motion.hand_pose[:, side]


def assemble(
    motion: Motion, side: int, geometry: ObjectGeometry, hand, *, fps: float, text: str,
    grasp_frame: int, quality: dict[str, float],
) -> Interaction:
    """One interaction of a motion (T, ...) with one acting hand.

    Args:
        hand: OpenHand or ManoHand of that side.
    """
    center = geometry.center.to(motion.wrist)
    orient, transl, pose = hand_parameters(motion, side, center)
    with torch.no_grad():
        output = hand(orient, transl, pose)

    def array(values: Tensor) -> np.ndarray:
        return values.cpu().numpy()

    object_pose = torch.eye(4).repeat(len(transl), 1, 1).to(motion.wrist)
    object_pose[:, :3, :3] = motion.object_rotation
    # The canonical frame turns the object about its centre, the mesh's frame about its origin.
    object_pose[:, :3, 3] = (
        motion.object_position + center - (motion.object_rotation @ center)
    )
    name = SIDES[side]
    moving = HandMotion(
        side=name, global_orient=array(orient), transl=array(transl), hand_pose=array(pose),
        betas=np.zeros(10, np.float32), joints=array(output.keypoints),
        vertices=array(output.vertices), faces=np.asarray(hand.faces),
    )
    return Interaction(
        fps=fps, text=text, grasp_frame=grasp_frame, hands={name: moving},
        object_pose=array(object_pose), object_vertices=geometry.mesh.vertices,
        object_faces=geometry.mesh.faces, quality=quality,
    )
