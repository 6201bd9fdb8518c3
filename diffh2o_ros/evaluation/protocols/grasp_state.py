"""The grasp of a trajectory or of human hands, as protocols take it: at one moment, at rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import QhullError

from diffh2o_ros.motion.interaction import HandMotion, Interaction
from diffh2o_ros.retargeting.links import surface_points
from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.convex_parts import volume_of

#: Keypoints at either end of each bone of a human hand, the palm's from the wrist to the knuckles.
BONES = np.array(
    [
        (0 if joint == 0 else base + joint - 1, base + joint)
        for base in range(1, 21, 4)
        for joint in range(4)
    ]
)


@dataclass(frozen=True)
class GraspMoment:
    """Rows of a trajectory: in which the first hand has closed, and in which it has squeezed."""

    closed: int
    squeezed: int

    @staticmethod
    def of(trajectory: RobotTrajectory) -> GraspMoment:
        start = min(hand.hold[0] for hand in trajectory.hands.values())
        closed = min(int(np.searchsorted(trajectory.times, start)), len(trajectory.times) - 1)
        frames = trajectory.interaction_frames
        if frames is None:
            return GraspMoment(closed, min(closed + 2, len(trajectory.times) - 1))
        return GraspMoment(closed, int(np.flatnonzero(frames == frames[closed])[-1]))


def configurations(trajectory: RobotTrajectory, row: int) -> dict[str, np.ndarray]:
    """(7 + N,) of each hand as it was planned, by side."""
    return {
        side: configuration_of(hand.base_pose[row].astype(float), hand.positions[row])
        for side, hand in trajectory.hands.items()
    }


def robot_parts(hand: RobotHand, configuration: np.ndarray) -> list[np.ndarray]:
    """Points (N, 3) in the world, of which each collision shape of a robot hand is the hull."""
    hand.forward(configuration)
    model, data, parts = hand.model, hand.data, []
    # Where bodies are, geoms follow.
    for geom in np.flatnonzero(model.geom_contype | model.geom_conaffinity):
        body = model.geom_bodyid[geom]
        if body == 0:
            continue
        rotation, at = data.geom_xmat[geom].reshape(3, 3), data.geom_xpos[geom]
        parts.append(surface_points(model, geom) @ rotation.T + at)
    return parts


def skin_parts(hand: HandMotion, frame: int) -> list[np.ndarray]:
    """Points (N, 3) of a human hand's skin in the request's frame, a part a bone, each nearly
    convex: the nearest bone's. Parts without an inside are left out."""
    vertices = hand.vertices[frame].astype(float)
    joints = hand.joints[frame].astype(float)
    start, way = joints[BONES[:, 0]], joints[BONES[:, 1]] - joints[BONES[:, 0]]
    arm = vertices[:, None] - start
    along = (arm * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-12)
    away = np.linalg.norm(arm - np.clip(along, 0, 1)[..., None] * way, axis=-1)
    nearest = away.argmin(1)
    found = [vertices[nearest == bone] for bone in range(len(BONES))]
    return [part for part in found if _solid(part)]


def _solid(points: np.ndarray) -> bool:
    try:
        return len(points) > 3 and volume_of(points) > 0
    except QhullError:
        return False


def robots_at(
    trajectory: RobotTrajectory, robots: Mapping[str, RobotHand], row: int
) -> list[np.ndarray]:
    """Parts of all robot hands of a trajectory, as planned in a row."""
    placed = configurations(trajectory, row)
    return [part for side, q in placed.items() for part in robot_parts(robots[side], q)]


def people_at(interaction: Interaction, frame: int) -> list[np.ndarray]:
    """Parts of all human hands of an interaction."""
    return [part for hand in interaction.hands.values() for part in skin_parts(hand, frame)]
