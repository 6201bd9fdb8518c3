"""A target grasp on the page: a ghost that moves with the object."""

from __future__ import annotations

import numpy as np
import torch

from diffh2o_ros.export.page.packing import PackedArrays
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.motion.grasp import Grasp


def packed_target(arrays: PackedArrays, grasp: Grasp) -> dict:
    """What is drawn of a grasp, in the object's frame: our own hand's skin, its fingers straight
    where only the wrist is asked for; or the fingertips alone."""
    if grasp.fingertips is not None:
        tips = grasp.fingertips[~np.isnan(grasp.fingertips).any(1)]
        return {"side": grasp.side, "what": "fingertips", "tips": arrays.add(tips, 5e-5, False)}
    hand = OpenHand(grasp.side)
    pose = np.zeros(45) if grasp.hand_pose is None else grasp.hand_pose
    values = (torch.as_tensor(v, dtype=torch.float32) for v in (grasp.global_orient, grasp.transl))
    with torch.no_grad():
        skin = hand(*values, torch.as_tensor(pose, dtype=torch.float32)).vertices
    return {
        "side": grasp.side,
        "what": "wrist" if grasp.wrist_only else "hand",
        "vertices": arrays.add(skin.numpy(), 5e-5, changes=False),
        "faces": arrays.add(hand.faces.numpy()),
    }
