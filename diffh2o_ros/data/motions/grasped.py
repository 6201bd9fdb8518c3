"""An object of the data set with its grasps and its distance field, ready for motions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch
from scipy.spatial import ConvexHull
from scipy.spatial.distance import cdist

from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.data.grasps import GraspSet
from diffh2o_ros.data.grasps.habits import natural
from diffh2o_ros.data.motions.hand_pose import HandPose, still
from diffh2o_ros.data.motions.reaching import MODEL
from diffh2o_ros.data.objects import Part, ProceduralObject
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.mirror import mirror, mirror_wrist
from diffh2o_ros.hands.sides import LEFT, RIGHT

#: Cells of the distance grids that motions are computed with.
SDF_RESOLUTION = 48
#: Radians between neighbors that fill a disk evenly, and how far below a rim a hand covers what the
#: rim encloses and how far beside it, meters.
GOLDEN, BELOW_RIM, BESIDE = np.pi * (3 - 5**0.5), 0.014, 0.006
#: The middle of what a right hand holds, from its wrist, meters.
GRIP = np.array([-0.095, -0.03, 0.01])


class GraspedObject:
    """What all sequences of one object share. Its own frame has the bounding-box center at 0."""

    def __init__(self, thing: ProceduralObject, grasps: GraspSet) -> None:
        self.thing, self.grasps = thing, grasps
        low, high = thing.mesh.vertices.min(0), thing.mesh.vertices.max(0)
        self.center = 0.5 * (low + high)
        self.support = float(low[2] - self.center[2])

    @cached_property
    def sdf(self) -> SignedDistanceGrid:
        """Signed distance about the object's center."""
        field = SignedDistanceGrid.from_mesh(self.thing.mesh, resolution=SDF_RESOLUTION)
        return field.moved(-self.center)

    def field(self, turn: np.ndarray, mirrored: bool) -> ObjectField:
        """The distance field of the object about its center, turned by `turn` (3, 3); `mirrored`
        as left hands see it."""
        side = torch.tensor([LEFT if mirrored else RIGHT])
        rotation = torch.as_tensor(np.ascontiguousarray(turn), dtype=torch.float32)
        return ObjectField(self.sdf, side, (torch.zeros(1, 3), rotation[None]))

    @cached_property
    def hull(self) -> np.ndarray:
        """Corners (H, 3) of the convex hull."""
        vertices = self.thing.mesh.vertices - self.center
        return vertices[ConvexHull(vertices).vertices]

    def lying_center(self, turn: np.ndarray) -> np.ndarray:
        """Center (3,) of the bounding box of the object turned by `turn` (3, 3): seldom the point
        that was its center before."""
        corners = self.hull @ turn.T
        return 0.5 * (corners.min(0) + corners.max(0))

    @cached_property
    def ease(self) -> np.ndarray:
        """How natural every grasp is (N,), of `habits.natural`."""
        rotation = self.grasps.rotation.astype(float)
        as_right = np.where(
            (self.grasps.side == 0)[:, None, None], mirror_wrist(rotation), rotation
        )
        return natural(as_right, self.grasps.kind, self.thing.mesh)

    @property
    def parts(self) -> Mapping[str, Part]:
        """The object's parts, seen from its center."""
        return {
            name: Part(np.asarray(part.point) - self.center, np.asarray(part.direction))
            for name, part in self.thing.parts.items()
        }

    @cached_property
    def mouth_radius(self) -> float:
        """Of the opening of a vessel with a rim, meters; 0 for all else."""
        if self.thing.rim is None or "mouth" not in self.thing.parts:
            return 0.0
        offset = np.asarray(self.thing.rim.points) - self.thing.parts["mouth"].point
        return float(np.linalg.norm(offset, axis=1).mean())

    @cached_property
    def over_mouth(self) -> np.ndarray:
        """Share (N,) of a vessel's opening that every grasping hand is above."""
        covered = np.zeros(len(self.grasps))
        if not self.mouth_radius:
            return covered
        mouth = self.parts["mouth"]
        out, turn = np.sqrt((np.arange(100) + 0.5) / 100), np.arange(100) * GOLDEN
        disk = np.stack([np.cos(turn), np.sin(turn)], 1) * self.mouth_radius * out[:, None]
        across = np.linalg.svd(mouth.direction[None])[2][1:]
        for row, side in enumerate(self.grasps.side):
            hand = self.hold(row, np.eye(3))
            hand = hand.mirrored() if side == 0 else hand
            spheres = MODEL.place(*still(hand, 1).kinematics())[0][0].double().numpy()
            spheres = (mirror(spheres) if side == 0 else spheres) - mouth.point
            above = spheres @ mouth.direction > -BELOW_RIM
            beside = cdist(disk, spheres[above] @ across.T) < MODEL.radius.numpy()[above] + BESIDE
            covered[row] = beside.any(1).mean()
        return covered

    def swing(self, rows: np.ndarray) -> np.ndarray:
        """How far from a hammer's head hands (N,) hold it, as shares of its handle's reach."""
        head = np.asarray(self.thing.parts["head"].point) - self.center
        handle = np.asarray(self.thing.handle.points) - self.center
        grasps = self.grasps
        inside = np.where(grasps.side[rows, None] == 1, 1.0, -1.0) * [1.0, 0, 0] * GRIP
        inside = inside + GRIP * [0, 1.0, 1.0]
        grip = grasps.wrist[rows] + np.einsum("nij,nj->ni", grasps.rotation[rows], inside)
        reach = np.linalg.norm(handle - head, axis=1).max()
        return np.linalg.norm(grip - head, axis=1) / reach

    def hold(self, row: int, turn: np.ndarray) -> HandPose:
        """Grasp `row` on the object turned by `turn` (3, 3), as the hand of its own side: the
        angles are a right hand's on both sides."""
        grasps = self.grasps
        return HandPose(
            turn @ grasps.wrist[row].astype(float),
            turn @ grasps.rotation[row].astype(float),
            grasps.angles[row].astype(float),
        )
