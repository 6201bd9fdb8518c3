"""A guess at the side of a surface that nobody saw, by its convex hull or by its mirror image.

What is seen from one side says more than its surface: before it there is nothing, and all of the
object is behind it. Of that, the hull's guess is what lies in the convex hull of what is seen and
of its footprint on the support; the mirror's is that and what is behind it in the mirror image,
too. Either is sampled along lines of sight, and its surface closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import igl
import numpy as np
from scipy.ndimage import distance_transform_edt, map_coordinates
from scipy.spatial import ConvexHull, QhullError

from diffh2o_ros.geometry.completion_methods import MIRROR, NONE
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh, MeshError
from diffh2o_ros.geometry.openness import frame, rim, view
from diffh2o_ros.geometry.sides import crossings

# Cells along the longest side.
_CELLS = 80
# Lines of sight that meet nothing are holes in what is seen if they are no farther than this from
# others that do, in cells.
_HOLE = 2.5
# The missing side is mirrored from side to side unless it is this much below (sine).
_BELOW = 0.8
# Rim this near to its left- and rightmost points, as a fraction of its width, is where the object
# turns out of sight.
_ENDS = 0.1
# A surface flatter than this beside its width shows one face: how thick it is, it does not tell.
_FLAT = 0.03
# Faces should face whoever saw them by this much (cosine).
_FACING = 0.15


@dataclass(frozen=True)
class Completion:
    """A mesh with what was missing."""

    mesh: Mesh
    made_up: float
    """Fraction of its surface that was made up."""


@lru_cache(maxsize=32)
def completed(mesh: Mesh, method: str) -> Completion | None:
    """A surface of which a side is missing, completed; remembered.

    Args:
        mesh: checked, standing on the plane through its lowest vertex.
        method: "hull", "mirror", or "none", which does nothing. The mirror stands where the object
            turns out of sight: upright, or level where what is missing is below. What it leaves
            open is the hull's.

    Returns:
        None where no side is missing, or where what is there is too flat to tell.
    """
    seen = view(mesh)
    missing = None if seen is None else seen.missing
    if method == NONE or missing is None:
        return None
    spread = np.linalg.svd(mesh.vertices - mesh.vertices.mean(axis=0), compute_uv=False)
    if spread[2] < _FLAT * spread[1]:
        return None
    sight = _Sight(mesh)
    try:
        outside = _in_hull(mesh, sight)
        if method == MIRROR:
            np.minimum(outside, _in_mirror(mesh, sight, missing), out=outside)
        whole = sight.surface(outside)
        whole = check_mesh(whole.vertices, whole.faces)
    except (QhullError, MeshError):  # flat to the last digit, or hardly anything
        return None
    return Completion(whole, max(0.0, 1 - mesh.area / whole.area))


class _Sight:
    """What is seen of a mesh along parallel lines, and a grid of points along these."""

    def __init__(self, mesh: Mesh) -> None:
        self.axes = frame(_seen_from(mesh))
        local = mesh.vertices @ self.axes.T
        low, high = local.min(axis=0), local.max(axis=0)
        self.cell = float(np.ptp(mesh.bounds, axis=0).max()) / _CELLS
        # Behind what is seen, the object may be as deep as it is long.
        low[2] -= _CELLS * self.cell
        self.low = low - 3 * self.cell
        self.shape = tuple(np.ceil((high - self.low) / self.cell).astype(int) + 4)
        heights = self.heights(mesh)
        nearest = distance_transform_edt(
            np.isnan(heights), return_distances=False, return_indices=True
        )
        inside = _without_holes(np.isfinite(heights), _HOLE)
        #: (X, Y) height of the surface along each line, and distance from the outline, negative
        #: within, meters.
        self.height = heights[tuple(nearest)]
        outline = distance_transform_edt(~inside) - distance_transform_edt(inside)
        self.outline = self.cell * (outline - 0.5 * np.sign(outline))

    def points(self) -> np.ndarray:
        """(X, Y, Z, 3) of the grid, in the mesh's frame, meters."""
        index = np.stack(np.indices(self.shape), axis=-1)
        return (index * self.cell + self.low) @ self.axes

    def before(self, points: np.ndarray) -> np.ndarray:
        """(...) how far points (..., 3) are before the surface or beside its outline, meters; at
        most 0 for those behind it."""
        local = (points @ self.axes.T - self.low) / self.cell
        at = np.moveaxis(local[..., :2], -1, 0)
        height = map_coordinates(self.height, at, order=1, mode="nearest")
        outline = map_coordinates(self.outline, at, order=1, mode="constant", cval=self.cell)
        return np.maximum(local[..., 2] * self.cell + self.low[2] - height, outline)

    def surface(self, outside: np.ndarray) -> Mesh:
        """The surface where values (X, Y, Z) of the grid's points go from below 0 to above."""
        order = "F"  # the first index runs fastest
        points = self.points().reshape(-1, 3, order="C")
        count = np.arange(len(points)).reshape(self.shape).reshape(-1, order=order)
        vertices, faces, _ = igl.marching_cubes(
            outside.reshape(-1)[count], points[count], *self.shape, 0.0
        )
        return Mesh(vertices, faces)

    def heights(self, mesh: Mesh, lowest: bool = False) -> np.ndarray:
        """(X, Y) of the highest, or lowest, crossing along each line, NaN where there is none."""
        local = (mesh.vertices @ self.axes.T - self.low) / self.cell
        corners = Mesh(local, mesh.faces).corners()
        _, i, j, height, _ = crossings(corners, self.shape[:2])
        sign = -1 if lowest else 1
        found = np.full(self.shape[:2], -np.inf)
        np.maximum.at(found, (i, j), sign * height)
        found[np.isinf(found)] = np.nan
        return sign * found * self.cell + self.low[2]


def _without_holes(mask: np.ndarray, size: float) -> np.ndarray:
    """A mask (X, Y), and what it lacks within twice `size` cells."""
    wide = np.pad(mask, 4)
    wide = distance_transform_edt(~wide) <= size
    return (distance_transform_edt(wide) > size)[4:-4, 4:-4]


def _seen_from(mesh: Mesh) -> np.ndarray:
    """(3,) unit vector towards whoever saw the surface: all of its faces, if that can be, face
    there."""
    a, b, c = np.moveaxis(mesh.vertices[mesh.faces], 1, 0)
    areas = np.cross(b - a, c - a)
    size = np.maximum(np.linalg.norm(areas, axis=1), 1e-15)
    normals, weights = areas / size[:, None], size / size.sum()
    direction = weights @ normals
    direction /= max(np.linalg.norm(direction), 1e-9)
    for _ in range(50):
        averted = normals @ direction < _FACING
        direction = direction + (weights * averted) @ normals
        direction /= max(np.linalg.norm(direction), 1e-9)
    return direction


def _in_hull(mesh: Mesh, sight: _Sight) -> np.ndarray:
    """(X, Y, Z) of the grid's points: how far outside of the hull's guess they are, meters."""
    footprint = mesh.vertices.copy()
    footprint[:, 2] = mesh.bounds[0, 2]
    points = np.concatenate([mesh.vertices, footprint])
    floor = sight.heights(Mesh(points, ConvexHull(points).simplices), lowest=True)
    nearest = distance_transform_edt(np.isnan(floor), return_distances=False, return_indices=True)
    heights = sight.low[2] + sight.cell * np.arange(sight.shape[2])
    return np.maximum(sight.before(sight.points()), floor[tuple(nearest)][:, :, None] - heights)


def _in_mirror(mesh: Mesh, sight: _Sight, missing: np.ndarray) -> np.ndarray:
    """(X, Y, Z) of the grid's points: how far outside of the mirror's guess they are, meters."""
    normal, offset = _mirror(mesh, missing)
    points = sight.points()
    image = points - 2 * (points @ normal - offset)[..., None] * normal
    outside = np.maximum(sight.before(points), sight.before(image))
    if normal[2] == 0:
        np.maximum(outside, mesh.bounds[0, 2] - points[..., 2], out=outside)
    return outside


def _mirror(mesh: Mesh, missing: np.ndarray) -> tuple[np.ndarray, float]:
    """Unit normal (3,) and offset of the mirror, towards the missing side."""
    if missing[2] < -_BELOW:
        normal = np.array([0.0, 0.0, -1.0])
        around = mesh.vertices[:, :2] - mesh.vertices[:, :2].mean(axis=0)
        lateral = np.append(np.linalg.svd(around, full_matrices=False)[2][0], 0.0)
    else:
        normal = missing * [1, 1, 0] / np.linalg.norm(missing[:2])
        lateral = np.cross(normal, [0, 0, 1])
    along = mesh.vertices @ normal
    edge = np.unique(rim(mesh))
    across = mesh.vertices[edge] @ lateral
    margin = _ENDS * np.ptp(across)
    ends = (across < across.min() + margin) | (across > across.max() - margin)
    # What is seen beyond the middle has its image before it, where nothing was seen: the top of a
    # box that shows its front.
    return normal, max(float(np.median(along[edge][ends])), (along.min() + along.max()) / 2)
