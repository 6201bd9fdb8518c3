"""An object's distance field as hands that are seen as right ones meet it."""

from __future__ import annotations

from torch import Tensor

from diffh2o_ros.contact.acting_hand import ObjectPose, flips
from diffh2o_ros.geometry.sdf import SignedDistanceGrid


class ObjectField:
    """Distances from hands to an object; left hands meet its mirror image.

    Args:
        sdf: of the object about its center.
        side: (R,) of the hands that will ask; points then have leading shape (R, ...).
        pose: of the object; default at rest at the origin.
    """

    def __init__(
        self, sdf: SignedDistanceGrid, side: Tensor, pose: ObjectPose | None = None
    ) -> None:
        self.sdf, self.side, self.pose = sdf, side, pose

    def query(self, points: Tensor) -> Tensor:
        """Signed distances (R, ...) of points (R, ..., 3), meters."""
        points = points * flips(self.side, points.ndim - 2)
        if self.pose is not None:
            position, rotation = self.pose
            lead, shape = position.ndim - 1, points.shape
            points = points.unsqueeze(-2) if points.ndim == position.ndim else points
            away = points.flatten(lead, -2) - position.unsqueeze(-2)
            # Into the object's frame: R^T (x - p), as row vectors times R.
            points = (away @ rotation).reshape(shape)
        return self.sdf.query(points)
