"""Where a hand is on an object that has marks or annotated grasps: beside where people hold it.

All is read where the object moves off, the first frame from the grasp frame on in which it moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from scipy.spatial import cKDTree

from diffh2o_ros.evaluation.likeness.observed import palm_frames
from diffh2o_ros.evaluation.likeness.reaches import PALM
from diffh2o_ros.evaluation.likeness.traits import GraspPose, Traits, grasp_distances
from diffh2o_ros.evaluation.metrics import (
    CONTACT,
    in_object_frame,
    moving_frames,
    surface_distances,
)
from diffh2o_ros.evaluation.surface import surface_points
from diffh2o_ros.evaluation.targets import grasp_keypoints
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction

NEAR_MM, NEAR_DEGREES = 50.0, 45.0  #: of an annotated grasp
ALIKE = 0.015  # meters between points of two contact areas that count as one
#: Meters that a keypoint may lie below the table: a finger that bends a little more is above it.
UNDER_TABLE = 0.008
POINTS = 4000  #: of the surface, that contact areas are made of


def contact_points(interaction: Interaction, margin: float = CONTACT) -> np.ndarray:
    """Hand vertices (N, 3) within 5 mm of the object where it moves off, in the mesh's frame."""
    frame = lift_off(interaction)
    body = Mesh(interaction.object_vertices, interaction.object_faces)
    hands = interaction.hands.values()
    points = np.concatenate([hand.vertices[frame] for hand in hands]).astype(float)
    points = in_object_frame(interaction, points[None], np.array([frame]))[0]
    return points[np.abs(surface_distances(body, points, 2 * margin)) <= margin]


def lift_off(interaction: Interaction) -> int:
    """The first frame in which the object moves; the grasp frame where it never does."""
    moving = moving_frames(interaction)
    return int(moving[0]) if len(moving) else interaction.grasp_frame


@dataclass(frozen=True, eq=False)
class HumanGrasps:
    """Annotated grasps of one object that a hand can reach as the object stands.

    Attributes:
        poses: where they are. areas: for each, which of `points` its skin touches, (G, N) bool.
        points: (N, 3) of the surface, mesh frame, meters.
    """

    poses: tuple[GraspPose, ...]
    areas: np.ndarray
    points: np.ndarray

    @classmethod
    def of(cls, body: Mesh, grasps: Sequence[Grasp]) -> HumanGrasps:
        """Of all grasps of a mesh (as it stands), those that do not go through the table: no
        keypoint is 8 mm below it."""
        support = body.bounds[0, 2] - UNDER_TABLE
        keypoints = [(grasp, grasp_keypoints(grasp)) for grasp in grasps]
        reachable = [(g, k) for g, k in keypoints if k[:, 2].min() >= support]
        points = surface_points(body, POINTS)
        areas = [touched(points, _skin(grasp)) for grasp, _ in reachable]
        return cls(
            tuple(_pose(g.side, k - body.center) for g, k in reachable),
            np.array(areas, bool).reshape(-1, POINTS),
            points,
        )

    def is_near(self, grasp: GraspPose) -> bool:
        """Whether another one, of the same hand, lies within 50 mm and 45 degrees."""
        others = [pose for pose in self.poses if pose.side == grasp.side and pose is not grasp]
        away = [grasp_distances(grasp, pose) for pose in others]
        return any(mm <= NEAR_MM and degrees <= NEAR_DEGREES for mm, degrees in away)

    @cached_property
    def among_themselves(self) -> dict[str, float]:
        """What `human_figures` says of each beside the others, means; empty of fewer than two."""
        if len(self.poses) < 2:
            return {}
        others = [np.delete(self.areas, i, 0).any(0) for i in range(len(self.poses))]
        shares = [
            covered(self.points, own, rest) for own, rest in zip(self.areas, others, strict=True)
        ]
        known = [share for share in shares if share is not None]
        found = {"people_near_people": float(np.mean([self.is_near(p) for p in self.poses]))}
        return found | ({"people_contact_of_people": float(np.mean(known))} if known else {})


def human_figures(
    interaction: Interaction, traits: Traits | None, human: HumanGrasps
) -> dict[str, float]:
    """Where hands are beside annotated grasps when the object moves off.

    Returns:
        near_people: whether the right hand's palm is within 50 mm and 45 degrees of that of an
        annotated grasp. contact_of_people: share of the area that hands touch which lies within
        15 mm of where one of the grasps touches. people_near_people, people_contact_of_people: the
        same of the annotated grasps, each beside the others. What there is nothing of is left out.
    """
    figures = dict(human.among_themselves)
    right = [grasp for grasp in (traits.grasps if traits else []) if grasp.side == "right"]
    if right and human.poses:
        figures["near_people"] = float(any(human.is_near(grasp) for grasp in right))
    frame = np.array([lift_off(interaction)])
    skin = np.concatenate([hand.vertices[frame[0]] for hand in interaction.hands.values()])
    skin = in_object_frame(interaction, skin[None].astype(float), frame)[0]
    share = covered(human.points, touched(human.points, skin), human.areas.any(0))
    return figures | ({} if share is None else {"contact_of_people": share})


def touched(points: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """(N,) bool: which points of a surface are within 5 mm of hand vertices (V, 3)."""
    return cKDTree(skin).query(points, distance_upper_bound=CONTACT)[0] <= CONTACT


def covered(points: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> float | None:
    """Share of `ours` (N,) bool, of points (N, 3), that is within 15 mm of `theirs`."""
    if not ours.any() or not theirs.any():
        return None
    return float((cKDTree(points[theirs]).query(points[ours])[0] <= ALIKE).mean())


def _pose(side: str, keypoints: np.ndarray) -> GraspPose:
    frame = palm_frames(keypoints[None], side)[0]
    return GraspPose(side, keypoints[PALM].mean(0).tolist(), frame.tolist())


def _skin(grasp: Grasp) -> np.ndarray:
    """Vertices (V, 3) of our hand in an annotated grasp, meters."""
    values = (grasp.global_orient, grasp.transl, grasp.hand_pose)
    pose = [torch.as_tensor(value, dtype=torch.float32)[None] for value in values]
    return _hand(grasp.side)(*pose, None).vertices[0].numpy().astype(float)


@lru_cache
def _hand(side: str) -> OpenHand:
    return OpenHand(side)
