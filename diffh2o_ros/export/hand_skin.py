"""A posed hand as glTF has it: bones that move a surface by linear blend skinning with four weights
a vertex, and morph targets that add what this leaves over.

Only the stored motion is read, so any hand can be written: one whose weights are not known, such
as MANO's, gets those that fit its motion best. What they leave, MANO's pose blend shapes above all,
lies in few directions, since the fingers of one motion do: as many morph targets are added as bring
every vertex of every frame within `TOLERANCE`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import nnls
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.skeleton import (
    KEYPOINT_FROM,
    NUM_JOINTS,
    PARENTS,
    forward_kinematics,
    rest_joints,
)
from diffh2o_ros.motion.hand_motion import HandMotion

TOLERANCE = 1.5e-4  #: meters from a stored vertex to where it is drawn, at most
NUM_BONES = 2 * NUM_JOINTS - 1
_FINGER_NAMES = {1: "index", 4: "middle", 7: "little", 10: "ring", 13: "thumb"}
_MOST_WEIGHTS = 4  # what glTF has in one attribute
_FITTED_FRAMES = 40
_FITS = 4  # times that weights and surface are fitted in turn
_SINGULAR = 0.1  # determinant of blended rotations below which they cannot be undone


def bone_names(side: str) -> list[str]:
    """Of the 31 bones: MANO's 16 joints, then joints 1 to 15 rotated half as far."""
    names = [f"{side}_wrist"]
    for first, finger in _FINGER_NAMES.items():
        parts = ("cmc", "mcp", "ip") if finger == "thumb" else ("mcp", "pip", "dip")
        names += [f"{side}_{finger}_{part}" for part in parts]
        assert len(names) == first + 3
    return [*names, *(f"{name}_half" for name in names[1:])]


#: The bone that each of the 31 hangs on.
BONE_PARENTS = (*PARENTS, *PARENTS[1:])


@dataclass(frozen=True)
class HandSkin:
    """A hand of V vertices in T frames, moved by B = 31 bones.

    Attributes:
        surface: (V, 3) at rest, m, its wrist at the origin. centers: (B, 3) of the bones there.
        bones: (V, 4) and weights (V, 4) of each vertex.
        poses: (T, B, 4, 4) of the bones in the frames of their parents.
        morphs: (K, V, 3) added to the surface at rest, times morph_weights (T, K).
    """

    surface: np.ndarray
    centers: np.ndarray
    bones: np.ndarray
    weights: np.ndarray
    poses: np.ndarray
    morphs: np.ndarray
    morph_weights: np.ndarray


def skin_of(hand: HandMotion) -> HandSkin:
    """The skin that draws a hand within `TOLERANCE` of its stored vertices."""
    centers, poses = _skeleton(hand)
    rotations, shifts = _in_wrist(poses, centers)
    wrist = hand.wrist_pose
    seen = (hand.vertices - wrist[:, None, :3, 3]) @ wrist[:, :3, :3]
    model = OpenHand(hand.side)
    if np.array_equal(model.faces, hand.faces):
        weights = model.skin_weights.numpy().astype(float)
    else:
        weights = _fitted_weights(seen, rotations, shifts)
    bones = np.argsort(-weights, 1, kind="stable")[:, :_MOST_WEIGHTS]
    weights = np.take_along_axis(weights, bones, 1)
    weights = weights / weights.sum(1, keepdims=True)
    turns, moves = _blended(bones, weights, rotations, shifts)
    folded = np.linalg.det(turns).min(0) < _SINGULAR
    if folded.any():  # these go with one bone, and morph targets do the rest
        weights[folded] = np.eye(_MOST_WEIGHTS)[0]
        turns, moves = _blended(bones, weights, rotations, shifts)
    surface = _surface(seen, turns, moves)
    left = np.linalg.solve(turns, (seen - moves)[..., None])[..., 0] - surface
    morphs, morph_weights = _morphs(left)
    return HandSkin(surface, centers, bones, weights, poses, morphs, morph_weights)


def _skeleton(hand: HandMotion) -> tuple[np.ndarray, np.ndarray]:
    """Centers (31, 3) of the bones at rest, the wrist's at the origin, and their poses (T, 31, 4,
    4) in the frames of their parents, the wrist's in that of the motion."""
    frames = hand.num_frames
    rotations, _ = forward_kinematics(
        rest_joints(hand.side).double(),
        torch.as_tensor(hand.global_orient, dtype=torch.float64),
        torch.zeros(frames, 3, dtype=torch.float64),
        torch.as_tensor(hand.hand_pose, dtype=torch.float64),
    )
    joints = hand.joints[:, np.argsort(KEYPOINT_FROM)[:NUM_JOINTS]].astype(float)
    parents = list(PARENTS[1:])
    offsets = np.einsum(
        "tjba,tjb->ja", rotations[:, parents].numpy(), joints[:, 1:] - joints[:, parents]
    )
    offsets /= frames
    centers = np.zeros((NUM_JOINTS, 3))
    for joint, parent in enumerate(parents, 1):
        centers[joint] = centers[parent] + offsets[joint - 1]
    poses = np.tile(np.eye(4), (frames, NUM_BONES, 1, 1))
    poses[:, 0] = hand.wrist_pose
    vectors = hand.hand_pose.reshape(-1, 3)
    for bones, part in ((slice(1, NUM_JOINTS), 1.0), (slice(NUM_JOINTS, None), 0.5)):
        turned = Rotation.from_rotvec(part * vectors).as_matrix()
        poses[:, bones, :3, :3] = turned.reshape(frames, -1, 3, 3)
        poses[:, bones, :3, 3] = offsets
    return np.concatenate([centers, centers[1:]]), poses


def _in_wrist(poses: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What moves points at rest as each bone does, in the frame of the wrist: rotations (T, B, 3,
    3) and shifts (T, B, 3)."""
    found = np.tile(np.eye(4), (*poses.shape[:2], 1, 1))
    for bone, parent in enumerate(BONE_PARENTS):
        if bone:
            found[:, bone] = found[:, parent] @ poses[:, bone]
    rotations, places = found[..., :3, :3], found[..., :3, 3]
    return rotations, places - np.einsum("tbij,bj->tbi", rotations, centers)


def _blended(
    bones: np.ndarray, weights: np.ndarray, rotations: np.ndarray, shifts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What moves each vertex: matrices (T, V, 3, 3) and shifts (T, V, 3)."""
    spread = np.zeros((len(bones), rotations.shape[1]))
    np.put_along_axis(spread, bones, weights, 1)
    turns = np.einsum("vb,tbij->tvij", spread, rotations, optimize=True)
    return turns, np.einsum("vb,tbi->tvi", spread, shifts, optimize=True)


def _surface(seen: np.ndarray, turns: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """The surface (V, 3) at rest that is moved nearest to where it is seen (T, V, 3)."""
    squared = np.einsum("tvki,tvkj->vij", turns, turns, optimize=True)
    towards = np.einsum("tvki,tvk->vi", turns, seen - moves, optimize=True)
    return np.linalg.solve(squared, towards[..., None])[..., 0]


def _fitted_weights(seen: np.ndarray, rotations: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Weights (V, B), each row 0 or more and 1 in all, that move a surface most as it is seen."""
    chosen = np.unique(np.linspace(0, len(seen) - 1, _FITTED_FRAMES).round().astype(int))
    seen, rotations, shifts = seen[chosen], rotations[chosen], shifts[chosen]
    # Begin with the bone to which a vertex keeps its place best.
    kept = np.stack(
        [
            np.einsum("tij,tvi->tvj", rotations[:, bone], seen - shifts[:, None, bone])
            for bone in range(rotations.shape[1])
        ]
    )
    nearest = kept.var(1).sum(-1).argmin(0)
    surface = kept.mean(1)[nearest, np.arange(seen.shape[1])]
    whole = np.ones((1, rotations.shape[1]))  # meters, as heavy as all the rest
    weights = np.zeros((seen.shape[1], rotations.shape[1]))
    for _ in range(_FITS):
        for vertex, point in enumerate(surface):
            carried = (rotations @ point + shifts).transpose(0, 2, 1).reshape(-1, whole.shape[1])
            target = np.append(seen[:, vertex].ravel(), 1.0)
            weights[vertex] = nnls(np.concatenate([carried, whole]), target)[0]
        weights /= weights.sum(1, keepdims=True)
        every = np.tile(np.arange(rotations.shape[1]), (len(surface), 1))
        surface = _surface(seen, *_blended(every, weights, rotations, shifts))
    return weights


def _morphs(left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The fewest principal directions (K, V, 3), with weights (T, K), without which nothing of
    (T, V, 3) is longer than `TOLERANCE`."""
    frames = len(left)
    flat = left.reshape(frames, -1)
    _, directions = np.linalg.eigh(flat @ flat.T)
    rest, kept = flat.copy(), []
    for direction in directions.T[::-1]:
        if np.linalg.norm(rest.reshape(left.shape), axis=-1).max() <= TOLERANCE:
            break
        kept.append(direction)
        rest -= np.outer(direction, direction @ rest)
    weights = np.array(kept).reshape(-1, frames).T
    scale = np.abs(weights).max(0, initial=0)
    weights = weights / scale  # within -1 ... 1, as people who edit them expect
    morphs = (scale[:, None] * np.array(kept).reshape(-1, frames)) @ flat
    return morphs.reshape(-1, *left.shape[1:]), weights
