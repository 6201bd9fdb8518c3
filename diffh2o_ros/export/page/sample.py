"""One motion on the page: bodies, times, contacts and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.export.page.bodies import display_mesh, packed_poses, rigid, skin
from diffh2o_ros.export.page.contacts import NearHand, finger_distances, nearness
from diffh2o_ros.export.page.packing import PackedArrays
from diffh2o_ros.export.page.robot import link_motions, near_robot, robots_of
from diffh2o_ros.export.page.target import packed_target
from diffh2o_ros.export.page.words import figures, verdict
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.motion.interaction import Interaction

FINGERS = ("thumb", "index", "middle", "ring", "little", "palm")
_PALM = 5
#: The finger of each keypoint; the wrist and the thumb's CMC are the palm's.
_OF_KEYPOINT = np.array([_PALM, _PALM, *(0,) * 3, *(1,) * 4, *(2,) * 4, *(3,) * 4, *(4,) * 4])
_TENTH = 1e-4  #: meters to which distances of fingers are kept


def packed_sample(arrays: PackedArrays, episode: Episode) -> dict[str, Any]:
    """A motion for `src/motion.js`. Positions are from the middle of what moves.

    Raises:
        RobotHandError, TrajectoryFileError: the robot cannot be loaded, or is another one.
    """
    motion = episode.interaction
    mesh = Mesh(motion.object_vertices, motion.object_faces)
    surface = display_mesh(mesh)
    center, radius = framing(motion)
    pose = motion.object_pose.astype(np.float64)
    stands = motion.object_vertices @ pose[0, 2, :3] + pose[0, 2, 3]
    hands = [motion.hands[side] for side in SIDES if side in motion.hands]
    human = {
        "times": arrays.add(np.arange(motion.num_frames) / motion.fps, 1e-5),
        "bodies": [{"side": hand.side, **skin(arrays, hand, center)} for hand in hands],
        "contacts": _contacts(
            arrays, mesh, surface, pose, {hand.side: near_human(hand) for hand in hands}
        ),
        "grasp": motion.grasp_frame / motion.fps,
    }
    robot = None
    if episode.robot is not None:
        robot = _packed_robot(arrays, episode, mesh, surface, center)
    return {
        "name": episode.name,
        "text": motion.text,
        "figures": figures(motion.quality),
        "warnings": motion.warnings,
        "verdict": verdict(episode),
        "done": None if episode.robot is None else episode.robot.success,
        "radius": radius,
        "table": float(stands.min() - center[2]),
        "object": rigid(arrays, surface, pose, center),
        "human": human,
        "robot": robot,
        "target": None if episode.target is None else packed_target(arrays, episode.target),
    }


def framing(motion: Interaction) -> tuple[np.ndarray, float]:
    """The middle (3,) of what moves, from the grasp on, and how far it reaches from it, m."""
    pose = motion.object_pose[:: max(motion.num_frames // 40, 1)].astype(np.float64)
    corners = np.stack(
        np.meshgrid(
            *np.stack([motion.object_vertices.min(0), motion.object_vertices.max(0)], 1),
            indexing="ij",
        ),
        -1,
    ).reshape(-1, 3)
    moved = np.einsum("tij,nj->tni", pose[:, :3, :3], corners) + pose[:, None, :3, 3]
    held = [hand.joints[motion.grasp_frame :].reshape(-1, 3) for hand in motion.hands.values()]
    points = np.concatenate([moved.reshape(-1, 3), *held])
    low, high = points.min(0), points.max(0)
    return (low + high) / 2, float(np.linalg.norm(high - low) / 2)


def near_human(hand: HandMotion) -> NearHand:
    """A hand's skin, each vertex under the finger of the keypoint that is nearest to it."""
    away = np.linalg.norm(hand.vertices[0][:, None] - hand.joints[0], axis=2)
    return NearHand(hand.vertices, hand.faces, FINGERS, _OF_KEYPOINT[away.argmin(1)])


def _contacts(
    arrays: PackedArrays,
    mesh: Mesh,
    surface: Mesh,
    poses: np.ndarray,
    hands: Mapping[str, NearHand],
) -> dict[str, Any]:
    local = {side: hand.in_frame_of(poses) for side, hand in hands.items()}
    near = nearness(surface, list(local.values()), [hand.faces for hand in hands.values()])
    names: Sequence[str] = [f"{side} {name}" for side, h in hands.items() for name in h.fingers]
    distances = [
        finger_distances(mesh, local[side], hand.finger_of, len(hand.fingers))
        for side, hand in hands.items()
    ]
    return {
        "near": arrays.add(near),
        "names": names,
        "distances": arrays.add(np.concatenate(distances, 1), _TENTH),
    }


def _packed_robot(
    arrays: PackedArrays, episode: Episode, mesh: Mesh, surface: Mesh, center: np.ndarray
) -> dict[str, Any]:
    trajectory = episode.robot
    robots = robots_of(trajectory)
    bodies, near = [], {}
    for side in (side for side in SIDES if side in trajectory.hands):
        links = link_motions(robots[side], trajectory, side)
        bodies += [{"side": side, **rigid(arrays, hull, at, center)} for _, hull, at in links]
        near[side] = near_robot(robots[side], links)
    poses = trajectory.object_pose
    if trajectory.simulated_object_pose is not None:
        poses = trajectory.simulated_object_pose
    poses = poses.astype(np.float64)
    frames = trajectory.interaction_frames
    if frames is None:  # the same fraction of either
        frames = np.linspace(0, episode.interaction.num_frames - 1, len(trajectory.times))
    return {
        "times": arrays.add(trajectory.times - trajectory.times[0], 1e-5),
        "bodies": bodies,
        "object": packed_poses(arrays, poses, center),
        "human_frames": arrays.add(frames, 1e-3),
        "contacts": _contacts(arrays, mesh, surface, poses, near),
        "grasp": min(hand.hold[0] for hand in trajectory.hands.values()) - trajectory.times[0],
        "simulated": trajectory.simulated_object_pose is not None,
    }
