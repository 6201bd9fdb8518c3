"""Interactions as SPIDER reads them (facebookresearch/spider): a folder of processed data, from
which it retargets to robots by sampling in simulation."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import trimesh
from scipy.interpolate import interp1d
from scipy.spatial.transform import Rotation, Slerp

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.export.episode import Episode
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import TIP_JOINTS, TIP_KEYPOINTS, forward_kinematics, rest_joints
from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.motion.interaction import Interaction

DATASET = "diffh2o"
REF_DT = 0.02  #: seconds between its frames
TIP_CONTACT = 0.010  #: meters within which a fingertip touches, see docs/evaluation.md


class Spider:
    """Interactions in SPIDER's dataset_dir, the robot trajectories left out."""

    name = "spider"
    suffix = ""
    many = True

    @staticmethod
    def installed() -> str:
        return "SPIDER's folders"

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        numbers: Counter[str] = Counter()
        for episode in episodes:  # those of one sentence are numbered
            save_spider(episode.interaction, path, numbers[episode.interaction.text])
            numbers[episode.interaction.text] += 1


def save_spider(interaction: Interaction, folder: str | Path, data_id: int = 0) -> Path:
    """Writes an interaction below `folder`, SPIDER's dataset_dir.

    processed/diffh2o/mano/EMBODIMENT/TASK/DATA_ID/trajectory_keypoints.npz has the wrists, five
    fingertips a hand (thumb to little finger) and the object, each (x, y, z, qw, qx, qy, qz), m, z
    up, every 20 ms; contact_SIDE (T, 5) and contact_pos_SIDE (5, 3), where fingertips touch the
    object, in its frame. task_info.json is above it, the mesh beside in assets/objects/TASK.

    EMBODIMENT is right, left or bimanual. A wrist is rotated as MANO's global_orient, a fingertip
    as the joint before it. The object is that of the right hand where both act.

    Returns:
        The path of trajectory_keypoints.npz.
    """
    sides = [side for side in SIDES if side in interaction.hands]
    embodiment = sides[0] if len(sides) == 1 else "bimanual"
    task = re.sub(r"[^a-z0-9]+", "_", interaction.text.lower()).strip("_")[:80] or "task"
    processed = Path(folder, "processed", DATASET)
    out = processed / "mano" / embodiment / task / str(data_id)
    meshes = processed / "assets" / "objects" / task
    owner = "left" if embodiment == "left" else "right"
    out.mkdir(parents=True, exist_ok=True)
    meshes.mkdir(parents=True, exist_ok=True)
    with whole_file(meshes / "visual.obj") as partial:
        surface = trimesh.Trimesh(
            interaction.object_vertices, interaction.object_faces, process=False
        )
        Path(partial).write_text(trimesh.exchange.obj.export_obj(surface, include_normals=False))
    relative = str(meshes.relative_to(folder))
    info = {
        "task": task,
        "dataset_name": DATASET,
        "robot_type": "mano",
        "embodiment_type": embodiment,
        "data_id": data_id,
        "right_object_mesh_dir": relative if owner == "right" else None,
        "left_object_mesh_dir": relative if owner == "left" else None,
        "ref_dt": REF_DT,
    }
    with whole_file(out.parent / "task_info.json") as partial:
        Path(partial).write_text(json.dumps(info, indent=2) + "\n")
    path = out / "trajectory_keypoints.npz"
    with whole_file(path) as partial, open(partial, "wb") as file:
        np.savez(file, **_arrays(interaction, owner))
    return path


def _arrays(interaction: Interaction, owner: str) -> dict[str, np.ndarray]:
    now = np.arange(interaction.num_frames) / interaction.fps
    times = np.minimum(np.arange(0.0, now[-1] + 1e-9, REF_DT), now[-1])
    still = np.tile([0.0, 0, 0, 1, 0, 0, 0], (len(times), 1))
    pose = interaction.object_pose.astype(float)
    arrays = {}
    for side in SIDES:
        hand = interaction.hands.get(side)
        arrays[f"qpos_obj_{side}"] = _resampled(now, pose, times) if side == owner else still
        if hand is None:
            arrays[f"qpos_wrist_{side}"] = still
            arrays[f"qpos_finger_{side}"] = np.repeat(still[:, None], 5, 1)
            arrays[f"contact_{side}"] = np.zeros((len(times), 5))
            arrays[f"contact_pos_{side}"] = np.zeros((5, 3))
            continue
        tips = fingertip_poses(hand)
        arrays[f"qpos_wrist_{side}"] = _resampled(now, hand.wrist_pose, times)
        arrays[f"qpos_finger_{side}"] = np.stack(
            [_resampled(now, tips[:, finger], times) for finger in range(5)], 1
        )
        rows = np.minimum(np.round(times * interaction.fps).astype(int), len(now) - 1)
        touches, where = _contacts(interaction, tips[:, :, :3, 3])
        arrays[f"contact_{side}"], arrays[f"contact_pos_{side}"] = touches[rows], where
    return {
        name: values.astype(np.float32 if "qpos" in name else np.float64)
        for name, values in arrays.items()
    }


def fingertip_poses(hand: HandMotion) -> np.ndarray:
    """(T, 5, 4, 4) of the fingertips, thumb to little finger, rotated as their last joints."""
    zero = torch.zeros(hand.num_frames, 3)
    rotations, _ = forward_kinematics(
        rest_joints(hand.side),
        torch.as_tensor(hand.global_orient, dtype=torch.float32),
        zero,
        torch.as_tensor(hand.hand_pose, dtype=torch.float32),
    )
    poses = np.tile(np.eye(4), (hand.num_frames, 5, 1, 1))
    poses[..., :3, :3] = rotations[:, list(TIP_JOINTS)].numpy()
    poses[..., :3, 3] = hand.joints[:, list(TIP_KEYPOINTS)]
    return poses


def _contacts(interaction: Interaction, tips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of fingertips (T, 5, 3): (T, 5) 1 where they touch the object, and (5, 3) where in the mean,
    in its frame, 0 of those that never do."""
    pose = interaction.object_pose.astype(float)
    local = np.einsum("tfi,tij->tfj", tips - pose[:, None, :3, 3], pose[:, :3, :3])
    mesh = Mesh(interaction.object_vertices, interaction.object_faces)
    distance, _ = closest_points(mesh, local.reshape(-1, 3))
    touches = (np.abs(distance) <= TIP_CONTACT).reshape(tips.shape[:2])
    count = np.maximum(touches.sum(0), 1)[:, None]
    return touches.astype(float), (local * touches[..., None]).sum(0) / count


def _resampled(now: np.ndarray, poses: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Poses (T, 4, 4) at other times, as (K, 7): x y z, qw qx qy qz."""
    rotations = Slerp(now, Rotation.from_matrix(poses[:, :3, :3]))(times)
    positions = interp1d(now, poses[:, :3, 3], axis=0)(times)
    return np.concatenate([positions, rotations.as_quat(scalar_first=True)], 1)
