"""Figures that say how good an interaction is, by exact queries against the object's mesh.

The strict protocol: hand-object figures are taken over the frames from `grasp_frame` on in which
the object moves, which is where a hand has to hold it. If it never moves they are taken over all
frames from `grasp_frame` on (and `moving` is 0). Where two hands are active, their vertices,
fingertips and volumes count together.
"""

from __future__ import annotations

import numpy as np

from diffh2o_ros.evaluation.displacement import Displacement
from diffh2o_ros.evaluation.volume import shared_volumes
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import HandMotion, Interaction

MOVING_SPEED = 0.01  # m/s
MOVING_ANGULAR_SPEED = 0.2  # rad/s
CONTACT = 0.005  # m, a hand vertex this near touches
FINGERTIP = 0.010  # m, a fingertip this near holds
VOLUME_FRAMES = 30
SEAM_FRAMES = 10
WRIST, TIPS = 0, [4, 8, 12, 16, 20]


def interaction_metrics(interaction: Interaction) -> dict[str, float]:
    """The figures of one interaction.

    Returns:
        penetration_mm: depth of the deepest hand vertex inside the object, mean over frames.
        interpenetration_cm3: volume hands and object share (2 mm grid), summed over hands, mean
            over at most 30 evenly chosen frames.
        contact_ratio: fraction of hand vertices within 5 mm of the object's surface.
        fingers: fingertips (the 5 tip keypoints of a hand) within 10 mm of the surface, mean.
        thumb: fraction of the frames in which a thumb is among them.
        floating: fraction of the frames in which no hand vertex is within 5 mm of the object.
        slip_mm_s: speed of the wrist in the object's frame, over the hands that touch the object
            (over all of them in a frame that none touches).
        seam: wrist speed across the stage boundary over the median of the 10 steps either side
            (at least 1 cm/s, so that a hand at rest there is no fault); the worse hand.
        jerk: mean magnitude of the wrists' third derivative over the whole sequence, m/s^3.
        table_mm: depth of the lowest hand vertex below the support plane (the lowest object
            vertex in frame 0), deepest over the whole sequence, the reach included.
        rise_m: greatest height of the object's lowest point above where it stood.
        wrist_path_m: length of the wrists' path over the whole sequence, summed over hands.
        moving: fraction of the frames from `grasp_frame` on in which the object moves.
    """
    hands = list(interaction.hands.values())
    moving = moving_frames(interaction)
    stage = np.arange(interaction.grasp_frame, interaction.num_frames)
    frames = moving if len(moving) else stage
    body = Mesh(interaction.object_vertices, interaction.object_faces)
    posed = [in_object_frame(interaction, hand.vertices[frames], frames) for hand in hands]
    surface = [surface_distances(body, vertices, 2 * CONTACT) for vertices in posed]
    nearest = np.stack([distance.min(1) for distance in surface])
    around = np.concatenate(surface, 1)
    moved = Displacement.of(interaction)
    wrists = np.stack([hand.joints[:, WRIST].astype(float) for hand in hands])
    lowest = min(float(hand.vertices[..., 2].min()) for hand in hands)
    tips = _tips_on_surface(interaction, body, frames)
    return {
        "penetration_mm": 1e3 * float(np.maximum(-around.min(1), 0).mean()),
        "interpenetration_cm3": 1e6 * _shared_volume(body, hands, posed),
        "contact_ratio": float((np.abs(around) <= CONTACT).mean()),
        "fingers": float(tips.sum((1, 2)).mean()),
        "thumb": float(tips[..., 0].any(1).mean()),
        "floating": float((nearest.min(0) > CONTACT).mean()),
        "slip_mm_s": 1e3 * _slip(interaction, frames, nearest <= CONTACT),
        "seam": max(_seam(wrist, interaction) for wrist in wrists),
        "jerk": _jerk(wrists, interaction.fps),
        "table_mm": 1e3 * max(0.0, moved.support - lowest),
        "rise_m": float(moved.floor.max()),
        "wrist_path_m": float(np.linalg.norm(np.diff(wrists, axis=1), axis=-1).sum()),
        "moving": len(moving) / len(stage),
    }


def moving_frames(interaction: Interaction) -> np.ndarray:
    """Frames from `grasp_frame` on that the object reached at > 1 cm/s or > 0.2 rad/s.

    The linear speed is that of the center of its bounding box, which, unlike the mesh's origin, is
    a point of the object.
    """
    pose = interaction.object_pose.astype(float)
    center = Displacement.of(interaction).center
    speed = np.linalg.norm(np.diff(center, axis=0), axis=1) * interaction.fps
    # |R1 - R2| in the Frobenius norm is 2 sqrt(2) sin(angle / 2).
    difference = np.linalg.norm(np.diff(pose[:, :3, :3], axis=0), axis=(1, 2))
    angular_speed = 2 * np.arcsin(np.clip(difference / np.sqrt(8), 0, 1)) * interaction.fps
    reached = np.flatnonzero((speed > MOVING_SPEED) | (angular_speed > MOVING_ANGULAR_SPEED)) + 1
    return reached[reached >= interaction.grasp_frame]


def in_object_frame(interaction: Interaction, points: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Points (T', N, 3) of the given frames, seen from the object."""
    pose = interaction.object_pose[frames].astype(float)
    return (points - pose[:, None, :3, 3]) @ pose[:, :3, :3]


def surface_distances(body: Mesh, points: np.ndarray, margin: float) -> np.ndarray:
    """Signed distances (...) of points (..., 3) to the object, in its frame, meters.

    inf for points farther than `margin` from its bounding box.
    """
    low, high = body.bounds
    near = ((points > low - margin) & (points < high + margin)).all(-1)
    distance = np.full(near.shape, np.inf)
    distance[near] = exact_signed_distance(body, points[near])
    return distance


def _tips_on_surface(interaction: Interaction, body: Mesh, frames: np.ndarray) -> np.ndarray:
    """(T', hands, 5) bool: fingertips that hold, the thumb's first."""
    tips = np.stack([hand.joints[frames][:, TIPS] for hand in interaction.hands.values()], 1)
    points = in_object_frame(interaction, tips.reshape(len(frames), -1, 3), frames)
    near = np.abs(surface_distances(body, points, 2 * FINGERTIP)) <= FINGERTIP
    return near.reshape(tips.shape[:3])


def _shared_volume(body: Mesh, hands: list[HandMotion], posed: list[np.ndarray]) -> float:
    """Cubic meters, mean over frames; `posed` has each hand's vertices in the object's frame."""
    frames = len(posed[0])
    chosen = np.unique(np.linspace(0, frames - 1, VOLUME_FRAMES).round().astype(int))
    volumes = [
        shared_volumes(body, vertices[chosen], hand.faces)
        for hand, vertices in zip(hands, posed, strict=True)
    ]
    return float(sum(volumes).mean())


def _slip(interaction: Interaction, frames: np.ndarray, touching: np.ndarray) -> float:
    """Mean speed in m/s; `touching` is (hands, T')."""
    everything = np.arange(interaction.num_frames)
    drift = []
    for hand in interaction.hands.values():
        wrist = in_object_frame(interaction, hand.joints[:, [WRIST]], everything)[:, 0]
        drift.append(np.linalg.norm(np.diff(wrist, axis=0), axis=1) * interaction.fps)
    stepped = frames > 0  # frame 0 was reached from nowhere
    if not stepped.any():
        return 0.0
    drift, touching = np.stack(drift)[:, frames[stepped] - 1], touching[:, stepped]
    counted = touching | ~touching.any(0)
    return float(drift[counted].mean())


def _seam(wrist: np.ndarray, interaction: Interaction) -> float:
    """Speed of the wrist (T, 3) into `grasp_frame`, relative to the steps around it."""
    boundary = interaction.grasp_frame - 1
    if boundary < 0:
        return 0.0  # no grasp stage, no boundary
    speed = np.linalg.norm(np.diff(wrist, axis=0), axis=1) * interaction.fps
    before = speed[max(boundary - SEAM_FRAMES, 0) : boundary]
    around = np.append(before, speed[boundary + 1 : boundary + 1 + SEAM_FRAMES])
    usual = float(np.median(around)) if len(around) else 0.0
    return float(speed[boundary]) / max(usual, MOVING_SPEED)


def _jerk(wrists: np.ndarray, fps: float) -> float:
    if wrists.shape[1] < 4:
        return 0.0
    return float(np.linalg.norm(np.diff(wrists, 3, axis=1), axis=-1).mean() * fps**3)
