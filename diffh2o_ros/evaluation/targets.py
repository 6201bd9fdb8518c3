"""Annotated grasps as targets of guided runs: their file, and how near a motion came to one.

The file is JSON: an object that has, for each mesh's file name without suffix, a list of grasps in
that mesh's frame, each with `global_orient` [3], `transl` [3], `hand_pose` [45] and, if it is not
the right hand's, `side`. Further fields, such as the number in a taxonomy, are not read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.skeleton import forward_kinematics, keypoints, rest_joints, tip_offsets
from diffh2o_ros.json_file import read_json
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.interaction import Interaction

KINDS = ("full", "wrist", "fingertips")
WRIST, TIPS = 0, [4, 8, 12, 16, 20]
LARGEST_FILE = 256 * 2**20  # bytes: some hundred thousand grasps


def read_grasps(path: str | Path) -> dict[str, list[Grasp]]:
    """Whole-hand grasps by mesh name. Raises GraspError with one line."""
    content = read_json(path, "grasp file", GraspError, LARGEST_FILE, nan=True)
    if not isinstance(content, dict) or not all(isinstance(v, list) for v in content.values()):
        raise GraspError(f"grasp file {path} must hold, for each mesh's name, a list of grasps")
    return {
        stem: [
            _grasp(entry, f"grasp file {path}, {stem}, entry {number}")
            for number, entry in enumerate(entries, 1)
        ]
        for stem, entries in content.items()
    }


def _grasp(entry: object, where: str) -> Grasp:
    names = ("global_orient", "transl", "hand_pose")
    missing = [name for name in names if not isinstance(entry, dict) or name not in entry]
    if missing:
        raise GraspError(f"{where} lacks {missing[0]}: it takes {', '.join(names)} (and side)")
    try:
        return Grasp(side=entry.get("side", "right"), **{name: entry[name] for name in names})
    except GraspError as error:
        raise GraspError(f"{where}: {error}") from error


def grasp_keypoints(grasp: Grasp) -> np.ndarray:
    """(21, 3) keypoints of a whole-hand grasp on the published skeleton, object's frame, meters."""
    values = (grasp.global_orient, grasp.transl, grasp.hand_pose)
    pose = [torch.as_tensor(value, dtype=torch.float32) for value in values]
    rotations, joints = forward_kinematics(rest_joints(grasp.side), *pose)
    return keypoints(joints, rotations, tip_offsets(grasp.side)).numpy()


def partial_target(grasp: Grasp, kind: str) -> Grasp:
    """What a guided run is given of an annotated grasp: all of it, the wrist, or the fingertips."""
    if kind == "wrist":
        return Grasp(grasp.side, global_orient=grasp.global_orient, transl=grasp.transl)
    if kind == "fingertips":
        return Grasp(grasp.side, fingertips=grasp_keypoints(grasp)[TIPS])
    return grasp


def target_errors(interaction: Interaction, grasp: Grasp) -> dict[str, float]:
    """How far the last frame of the reach is from an annotated grasp, in the object's frame.

    Where the interaction lacks the target's hand, the hand it has is measured.

    Returns:
        grasp_error_m: mean distance of the 21 keypoints to the target's, meters.
        wrist_error_mm: distance of the wrists; wrist_error_deg: angle between their orientations.
        tip_error_mm: mean distance of the five fingertips.
    """
    hand = interaction.hands.get(grasp.side) or next(iter(interaction.hands.values()))
    frame = max(interaction.grasp_frame - 1, 0)
    pose = interaction.object_pose[frame].astype(float)
    reached = (hand.joints[frame] - pose[:3, 3]) @ pose[:3, :3]
    away = np.linalg.norm(reached - grasp_keypoints(grasp), axis=1)
    rotation = Rotation.from_matrix(pose[:3, :3]).inv() * Rotation.from_rotvec(
        hand.global_orient[frame]
    )
    angle = (rotation * Rotation.from_rotvec(grasp.global_orient).inv()).magnitude()
    return {
        "grasp_error_m": float(away.mean()),
        "wrist_error_mm": 1e3 * float(away[WRIST]),
        "wrist_error_deg": float(np.rad2deg(angle)),
        "tip_error_mm": 1e3 * float(away[TIPS].mean()),
    }
