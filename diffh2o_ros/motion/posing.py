"""From a motion in the canonical frame to the interaction a user gets: hands with skin, poses in
the request's frame."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.rotations import rotmat_to_rotvec
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.motion.interaction import HandMotion, Interaction


@torch.no_grad()
def interaction_from_motion(
    motion: Motion,
    mesh: Mesh,
    hands: Mapping[str, torch.nn.Module],
    *,
    text: str,
    grasp_frame: int,
    fps: float,
) -> Interaction:
    """Poses the hands of a motion and moves it from the canonical frame to the mesh's.

    Args:
        motion: leading shape (T,); the object's bounding-box center starts at the origin.
        mesh: the object as the request gave it, in the request's frame.
        hands: the hand models of the active sides, `OpenHand` or `ManoHand`; the others stay out.
        grasp_frame: first frame of the interaction stage.
    """
    # Hands are posed about the object, in single precision; only then is all moved, in double.
    origin = mesh.center
    posed = {}
    for side in (side for side in SIDES if side in hands):
        i, hand = SIDES.index(side), hands[side]
        global_orient = rotmat_to_rotvec(motion.rotation[:, i])
        transl = motion.wrist[:, i] - rest_joints(side).to(motion.wrist)[0]
        output = hand(global_orient, transl, motion.hand_pose[:, i], None)
        posed[side] = HandMotion(
            side=side,
            global_orient=global_orient.numpy(),
            transl=transl.numpy() + origin,
            hand_pose=motion.hand_pose[:, i].numpy(),
            betas=np.zeros(10),
            joints=output.keypoints.numpy() + origin,
            vertices=output.vertices.numpy() + origin,
            faces=hand.faces.numpy(),
        )
    pose = np.tile(np.eye(4), (len(motion.wrist), 1, 1))
    # A rotation that is one to seven digits moves what is 100 km away by centimeters.
    rotation = Rotation.from_matrix(motion.object_rotation.numpy()).as_matrix()
    pose[:, :3, :3] = rotation
    pose[:, :3, 3] = motion.object_position.numpy() + origin - rotation @ origin
    return Interaction(
        fps=fps,
        text=text,
        grasp_frame=grasp_frame,
        hands=posed,
        object_pose=pose,
        object_vertices=mesh.vertices,
        object_faces=mesh.faces,
    )
