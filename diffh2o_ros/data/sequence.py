"""One training sequence: a recipe of a few numbers, and the motion it stands for."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch

from diffh2o_ros.data.actions import object_path
from diffh2o_ros.data.reaching import choose_reach, plan_reaches, resting_hand
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.contact import ContactModel
from diffh2o_ros.hands.skeleton import mirror_pose
from diffh2o_ros.motion.features import Motion

FPS = 30.0
GRASP_FRAMES = 50
NUM_FRAMES = 160


@dataclass(frozen=True)
class SequenceRecipe:
    """Everything a sequence is computed from, besides its object and grasp."""

    object_index: int
    grasp_index: int
    side: str
    yaw: float  #: radians the object is turned about the vertical before the hand comes
    action: str
    manner: str | None
    direction: str | None  #: the word that is true of what `side` does
    seed: int

    def as_dict(self) -> dict:
        return asdict(self)


class YawedField:
    """The distance field of an object turned about the vertical, its centre moved to the origin."""

    def __init__(self, sdf: SignedDistanceGrid, center: torch.Tensor, yaw: float) -> None:
        self._sdf, self._center = sdf, center
        self._turn = torch.as_tensor(yaw_matrix(yaw), dtype=torch.float32)

    def query(self, points: torch.Tensor) -> torch.Tensor:
        return self._sdf.query(points @ self._turn + self._center)


def yaw_matrix(yaw: float) -> np.ndarray:
    """Rotation (3, 3) about +z."""
    c, s = np.cos(yaw), np.sin(yaw)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def natural_yaw(
    rotation: np.ndarray, wrist: np.ndarray, rng: np.random.Generator
) -> float | None:
    """A yaw that lets a person on the -x side grasp with the forearm coming from their right.

    Args:
        rotation: (3, 3) of the grasping wrist; wrist: (3,) its place, both in the object's frame
            with the object's centre at the origin.
    """
    forearm = rotation[:, 0]
    flat = np.hypot(forearm[0], forearm[1])
    # A forearm that stands upright tells little: then the wrist's side of the object decides.
    pointing = forearm[:2] + 2.0 * wrist[:2] if flat > 0.3 else 4.0 * wrist[:2]
    if np.linalg.norm(pointing) < 1e-3:
        return float(rng.uniform(-np.pi, np.pi))
    wanted = np.arctan2(-0.45, -0.9) + np.clip(0.5 * rng.standard_normal(), -1.0, 1.0)
    return float(wanted - np.arctan2(pointing[1], pointing[0]))


def right_hand_motion(
    recipe: SequenceRecipe, wrist: np.ndarray, rotation: np.ndarray, angles: np.ndarray,
    sdf: SignedDistanceGrid, center: torch.Tensor, support: float, model: ContactModel,
) -> Motion | None:
    """The motion of a recipe in the canonical frame, or None where no reach is free of collision.

    Always the right hand acts; `mirrored` makes it the left's.

    Args:
        wrist: (3,), rotation: (3, 3), angles: (D,) the grasp in the object's frame, centre at 0.
        sdf: of the object in its own frame; center: (3,) of its bounding box there.
        support: z of the table relative to the centre (negative).
        model: contact model of the right hand.
    """
    rng = np.random.default_rng(recipe.seed)
    _, basis, _, _ = anatomy.degrees_of_freedom()
    turn = yaw_matrix(recipe.yaw)
    wrist, rotation = turn @ wrist, turn @ rotation
    field = YawedField(sdf, center, recipe.yaw)
    candidates = plan_reaches(wrist, rotation, angles, rng, support, GRASP_FRAMES)
    reach = choose_reach(candidates, field, support, model)
    if reach is None:
        return None
    path = object_path(
        recipe.action, recipe.manner, swap_direction(recipe.direction, recipe.side), rng,
        NUM_FRAMES - GRASP_FRAMES,
    )

    idle_wrist, idle_rotation, idle_angles = resting_hand(rng, support)
    frames = NUM_FRAMES
    poses = np.zeros((frames, 2, 45))
    wrists = np.zeros((frames, 2, 3))
    rotations = np.zeros((frames, 2, 3, 3))
    poses[:GRASP_FRAMES, 1] = reach.angles @ basis
    wrists[:GRASP_FRAMES, 1] = reach.wrist
    rotations[:GRASP_FRAMES, 1] = reach.rotation
    # From the grasp on the hand is fixed to the object.
    poses[GRASP_FRAMES:, 1] = angles @ basis
    wrists[GRASP_FRAMES:, 1] = path.rotation @ wrist + path.position
    rotations[GRASP_FRAMES:, 1] = path.rotation @ rotation
    # The other hand waits on its own side: the mirror image of a right hand at rest.
    flip = np.diag([1.0, -1.0, 1.0])
    wrists[:, 0] = flip @ idle_wrist
    rotations[:, 0] = flip @ idle_rotation @ np.diag([-1.0, 1.0, 1.0])
    poses[:, 0] = mirror_pose(torch.as_tensor(idle_angles @ basis)).numpy()

    position = np.concatenate([np.zeros((GRASP_FRAMES, 3)), path.position])
    object_turn = np.concatenate([np.repeat(np.eye(3)[None], GRASP_FRAMES, 0), path.rotation])
    return Motion(*(torch.as_tensor(a, dtype=torch.float32)
                    for a in (wrists, rotations, poses, position, object_turn)))


def mirrored(motion: Motion) -> Motion:
    """The same motion in a mirror that swaps left and right (y -> -y): hands change roles."""
    flip = torch.diag(torch.tensor([1.0, -1.0, 1.0]))
    hand = torch.diag(torch.tensor([-1.0, 1.0, 1.0]))
    return Motion(
        wrist=(motion.wrist @ flip).flip(-2),
        rotation=(flip @ motion.rotation @ hand).flip(-3),
        hand_pose=mirror_pose(motion.hand_pose).flip(-2),
        object_position=motion.object_position @ flip,
        object_rotation=flip @ motion.object_rotation @ flip,
    )


def swap_direction(direction: str | None, side: str) -> str | None:
    """Between what is said of a motion and its right-handed version: its own inverse."""
    if side == "left" and direction in ("left", "right"):
        return "right" if direction == "left" else "left"
    return direction

