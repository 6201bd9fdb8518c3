"""The paper-compatible protocol: contact and penetration the way the field's tables count them.

What published figures of hand-object motion share: a few frames of each sequence, the object as
voxels of 5 mm, and contact that counts only where hand and object overlap. Our own reading of the
protocol, from its description; figures of it compare with published ones, those of `metrics` do
not. It is the laxer one: what is averaged includes frames in which nothing moves, contact without
overlap is not seen, and voxels of 5 mm see little of an overlap that is thinner than that.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.evaluation.metrics import CONTACT, in_object_frame, surface_distances
from diffh2o_ros.geometry.distance import inside
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction

NUM_FRAMES = 15
PITCH = 0.005  # meters, edge of a voxel


def compatible_metrics(interaction: Interaction) -> dict[str, float]:
    """The figures of one interaction over 15 frames, evenly from `grasp_frame` to the last.

    Returns:
        depth_mm: depth of the deepest hand vertex inside the object, mean over frames.
        volume_cm3: volume of the object's voxels whose centers lie inside a hand, summed over
            hands, mean over frames.
        contact_ratio: fraction of hand vertices within 5 mm of the object's surface, mean over the
            frames with penetration. Left out where there is none.
        penetrating: fraction of the frames with penetration.
    """
    stage = np.linspace(interaction.grasp_frame, interaction.num_frames - 1, NUM_FRAMES)
    frames = np.unique(stage.round().astype(int))
    body = Mesh(interaction.object_vertices, interaction.object_faces)
    hands = list(interaction.hands.values())
    posed = [in_object_frame(interaction, hand.vertices[frames], frames) for hand in hands]
    distance = np.concatenate([surface_distances(body, p, 2 * CONTACT) for p in posed], 1)
    depth = np.maximum(-distance.min(1), 0)
    contact = (np.abs(distance) <= CONTACT).mean(1)
    voxels = _voxels(body)
    filled = np.zeros(len(frames))
    for hand, points in zip(hands, posed, strict=True):
        filled += [_count_inside(Mesh(frame, hand.faces), voxels) for frame in points]
    figures = {
        "depth_mm": 1e3 * float(depth.mean()),
        "volume_cm3": 1e6 * PITCH**3 * float(filled.mean()),
        "penetrating": float((depth > 0).mean()),
    }
    if (depth > 0).any():
        figures["contact_ratio"] = float(contact[depth > 0].mean())
    return figures


def _voxels(body: Mesh) -> np.ndarray:
    """Centers (N, 3) of the voxels that lie inside the body."""
    low, high = body.bounds
    axes = [np.arange(a + PITCH / 2, b, PITCH) for a, b in zip(low, high, strict=True)]
    centers = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    return centers[inside(body, centers)]


def _count_inside(hand: Mesh, voxels: np.ndarray) -> int:
    low, high = hand.bounds
    near = ((voxels > low) & (voxels < high)).all(1)
    return int(inside(hand, voxels[near]).sum())
