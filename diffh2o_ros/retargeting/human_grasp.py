"""What a human hand does to an object as it holds it: the contacts that a robot hand is to make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.object import object_geometry
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.anatomy import FINGERS
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.surface import ObjectSurface

#: Keypoints of each finger: where it begins and where it ends; of the palm: wrist and knuckles.
BASES = {finger: 1 + 4 * number for number, finger in enumerate(FINGERS)}
TIPS = {finger: base + 3 for finger, base in BASES.items()}
PALM = (0, 5, 9, 13, 17)
#: Around a fingertip's keypoint is its pad; that near the surface it touches (meters).
PAD, TOUCHES, LINK_TOUCHES = 0.02, 0.008, 0.006


@dataclass(frozen=True)
class HumanContact:
    """Where a part of the hand touches: point (3,) on the surface, its outward normal (3,), the
    part's distance (meters) from it."""

    point: np.ndarray
    normal: np.ndarray
    distance: float


@dataclass(frozen=True)
class HumanGrasp:
    """The hand of one side in the frame of the object that it holds.

    Attributes:
        keypoints: (21, 3).
        pads: the contact of each finger's pad, or what would be, were it nearer.
        palm: its contact, None where it does not touch.
        wrapped: the fingers whose middle links touch.
        surface: of the object.
        up: (3,) the world's z. table_height: of the table that the object stood on, along that.
        table_in_world: z of the table in the request's frame.
    """

    side: str
    keypoints: np.ndarray
    pads: dict[str, HumanContact]
    palm: HumanContact | None
    wrapped: frozenset[str]
    surface: ObjectSurface
    up: np.ndarray
    table_height: float
    table_in_world: float

    @property
    def touching(self) -> list[str]:
        """The fingers whose pads touch."""
        return [finger for finger, at in self.pads.items() if at.distance < TOUCHES]

    @staticmethod
    def of(interaction: Interaction, side: str, surface: ObjectSurface, frame: int) -> HumanGrasp:
        """The grasp at a frame. Raises RobotHandError where no hand of that side acts."""
        if side not in interaction.hands:
            raise RobotHandError(f"the motion has no {side} hand: give a robot for its own")
        hand = interaction.hands[side]
        pose = interaction.object_pose[frame].astype(float)

        def seen(points: np.ndarray) -> np.ndarray:
            return (points.astype(float) - pose[:3, 3]) @ pose[:3, :3]

        keypoints, vertices = seen(hand.joints[frame]), seen(hand.vertices[frame])
        distance, normal = surface.query(vertices)
        nearest = np.linalg.norm(vertices[:, None] - keypoints, axis=2).argmin(1)

        def contact(rows: np.ndarray) -> HumanContact | None:
            if not len(rows):
                return None
            best = rows[distance[rows].argmin()]
            point = vertices[best] - distance[best] * normal[best]
            return HumanContact(point, normal[best], float(distance[best]))

        pads = {}
        for finger, tip in TIPS.items():
            away = np.linalg.norm(vertices - keypoints[tip], axis=1)
            pads[finger] = contact(np.flatnonzero(away < max(PAD, away.min() + 1e-6)))
        palm = contact(np.flatnonzero(np.isin(nearest, PALM)))
        wrapped = {
            finger
            for finger, tip in TIPS.items()
            if distance[np.isin(nearest, (tip - 2, tip - 1))].min(initial=np.inf) < LINK_TOUCHES
        }
        up = pose[2, :3]  # the world's z in the object's frame
        table = _lowest(interaction, 0)
        return HumanGrasp(
            side,
            keypoints,
            pads,
            palm if palm is not None and palm.distance < TOUCHES else None,
            frozenset(wrapped),
            surface,
            up,
            table - float(pose[2, 3]),
            table,
        )


def surface_of(interaction: Interaction) -> ObjectSurface:
    """The surface of the object of an interaction, in the mesh's frame."""
    mesh = Mesh(interaction.object_vertices, interaction.object_faces)
    return ObjectSurface(object_geometry(mesh).sdf.moved(mesh.center))


def _lowest(interaction: Interaction, frame: int) -> float:
    """z of the object's lowest point."""
    pose = interaction.object_pose[frame].astype(float)
    return float((interaction.object_vertices @ pose[2, :3]).min() + pose[2, 3])
