"""Builds the surface of `OpenHand` and its skinning weights from the limbs of `anatomy`.

`python scripts/build_open_hand.py` writes the committed `diffh2o_ros/hands/open_hand.npz`. The
limbs are rounded cones; their union is closed over the palm, blended, smoothed and meshed as a
level set, then resampled into even triangles, finer at the fingertips. Needs scikit-image, libigl,
pyvista and pyacvd, which nothing needs to use the hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import igl
import numpy as np
import pyacvd
import pyvista
from scipy import sparse
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.sparse.linalg import splu
from skimage.measure import marching_cubes

from diffh2o_ros.hands.anatomy import FINGER_RADII, Capsule, capsules, finger_chain, pads
from diffh2o_ros.hands.skeleton import FINGERS, NUM_JOINTS

ASSET = Path(__file__).parents[1] / "diffh2o_ros/hands/open_hand.npz"
NUM_VERTICES = 2400
_NAIL_ANGLE = np.deg2rad(9)
#: Heat a vertex takes from its limb against what it passes on: joints bend over a radius or so.
_HEAT = 5.0


# --- the level set --------------------------------------------------------------------------

Distance = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Field:
    """Signed distances on a grid: `values` (X, Y, Z) at `origin + index * spacing`."""

    origin: np.ndarray
    spacing: float
    values: np.ndarray

    @classmethod
    def sample(cls, distance: Distance, low: np.ndarray, high: np.ndarray, spacing: float) -> Field:
        """Evaluates a distance over the box from `low` to `high`."""
        shape = np.ceil((high - low) / spacing).astype(int) + 1
        points = low + spacing * np.stack(np.indices(shape), -1).reshape(-1, 3)
        return cls(low, spacing, distance(points).reshape(shape))

    def smoothed(self, sigma: float) -> Field:
        """This field under a Gaussian of `sigma` meters."""
        return replace(self, values=gaussian_filter(self.values, sigma / self.spacing))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Cubic interpolation (N,) at points (N, 3)."""
        return map_coordinates(self.values, ((points - self.origin) / self.spacing).T)

    def gradient(self, points: np.ndarray) -> np.ndarray:
        """Central differences (N, 3)."""
        step = 0.5 * self.spacing * np.eye(3)
        return np.stack([self(points + s) - self(points - s) for s in step], -1) / self.spacing

    def surface(self) -> tuple[np.ndarray, np.ndarray]:
        """Vertices and faces of the zero level, normals outward."""
        vertices, faces, _, _ = marching_cubes(self.values, 0.0, spacing=(self.spacing,) * 3)
        return vertices.astype(float) + self.origin, faces.astype(np.int64)


def rounded_cone(points: np.ndarray, limb: Capsule) -> np.ndarray:
    """Exact signed distance (N,) of points (N, 3) to a limb: the hull of its two end balls."""
    axis = limb.end - limb.start
    length = np.linalg.norm(axis)
    axis = axis / length
    offset = points - limb.start
    along = offset @ axis
    across = np.sqrt(np.maximum((offset**2).sum(-1) - along**2, 0))
    sine = (limb.start_radius - limb.end_radius) / length
    cosine = np.sqrt(1 - sine**2)
    # Where the normal of the cone's side through the point meets the axis.
    foot = np.clip(along - across * sine / cosine, 0, length)
    radius = limb.start_radius - sine * foot
    return np.hypot(along - foot, across) - radius


def smooth_union(a: np.ndarray, b: np.ndarray, width: float) -> np.ndarray:
    """The lesser of two distances, rounded over `width` meters (quadratic blend)."""
    blend = np.maximum(width - np.abs(a - b), 0) / width
    return np.minimum(a, b) - 0.25 * width * blend**2


def closed(distance: Distance, points: np.ndarray, radius: float) -> np.ndarray:
    """Distance (N,) at points (N, 3) to the shape whose hollows are filled where a ball of
    `radius` cannot enter from outside: the shape grown by `radius` and shrunk again."""
    margin = radius + 0.01
    vertices, faces = Field.sample(
        lambda q: distance(q) - radius, points.min(0) - margin, points.max(0) + margin, 0.0025
    ).surface()
    values = distance(points)
    near = np.abs(values) < radius
    squared, _, _ = igl.point_mesh_squared_distance(points[near], vertices, faces)
    values[near] = np.minimum(values[near], radius - np.sqrt(squared))
    return values


def _ball(joint: int, center: np.ndarray, radius: float) -> Capsule:
    return Capsule(joint, center, center + np.array([-1e-4, 0, 0]), radius, radius)


def _finger_flesh(finger: str) -> list[Capsule]:
    """Knuckles on the back of a finger's joints and the pulp on its palmar side."""
    chain, radii = finger_chain(finger), FINGER_RADII[finger]
    bones = np.diff(chain, axis=0)
    first = FINGERS[finger]
    back = _back(finger)
    flesh = []
    for i in (1, 2):
        flesh.append(_ball(first + i, chain[i] + 0.0010 * back, radii[i] + 0.0001))
    for i in (1, 2) if finger == "thumb" else (0, 1, 2):
        radius = 0.5 * (radii[i] + radii[i + 1])
        middle = chain[i] + (0.5 if i < 2 else 0.48) * bones[i]
        flesh.append(_ball(first + i, middle - 0.0006 * back, radius))
    return flesh


def _back(finger: str) -> np.ndarray:
    """Unit direction (3,) of a finger's nail, square to its last bone."""
    pad = next(pad for pad in pads() if pad.name == f"{finger}_distal")
    return -pad.normal


def _nail_plane(points: np.ndarray, finger: str) -> np.ndarray:
    """Height (N,) over the plane that flattens the back of a fingertip."""
    chain, radius = finger_chain(finger), FINGER_RADII[finger][3]
    tipward = chain[3] - chain[2]
    back, tipward = _back(finger), tipward / np.linalg.norm(tipward)
    normal = np.cos(_NAIL_ANGLE) * back + np.sin(_NAIL_ANGLE) * tipward
    return (points - chain[3] + radius * tipward) @ normal - 0.80 * radius


def _webs() -> list[Capsule]:
    """Bridges between neighboring fingers, a quarter of the way along their first bones."""
    limbs = []
    for one, other in (("index", "middle"), ("middle", "ring"), ("ring", "little")):
        ends = []
        for finger in (one, other):
            chain = finger_chain(finger)
            ends.append(0.73 * chain[0] + 0.27 * chain[1] + np.array([0, -0.001, 0]))
        limbs.append(Capsule(0, *ends, 0.0065, 0.0065))
    return limbs


def union(points: np.ndarray, limbs: list[Capsule], width: float) -> np.ndarray:
    """Smooth union (N,) of limbs at points (N, 3)."""
    return reduce(
        lambda a, b: smooth_union(a, b, width), (rounded_cone(points, limb) for limb in limbs)
    )


def hand_distance(points: np.ndarray) -> np.ndarray:
    """Distance-like function (N,) of points (N, 3): zero on the skin, negative inside."""
    limbs = capsules()
    core = [limb for limb in limbs if limb.joint in (0, FINGERS["thumb"])]
    palm = closed(lambda q: union(q, core, 0.004), points, 0.016)
    palm = smooth_union(palm, union(points, _webs(), 0.001), 0.005)
    fingers = []
    for finger, first in FINGERS.items():
        bones = [limb for limb in limbs if first <= limb.joint < first + 3]
        flesh = union(points, bones + _finger_flesh(finger), 0.0008)
        # The intersection with the half-space under the nail.
        flesh = -smooth_union(-flesh, -_nail_plane(points, finger), 0.0015)
        fingers.append(smooth_union(palm, flesh, 0.006))
    return np.minimum.reduce(fingers)


def hand_field() -> Field:
    """The level set of the right hand at rest."""
    low, high = np.array([-0.086, -0.032, -0.076]), np.array([0.146, 0.030, 0.094])
    return Field.sample(hand_distance, low, high, 0.00125).smoothed(0.0012)


# --- the mesh -------------------------------------------------------------------------------


def hand_mesh(field: Field, num_vertices: int = NUM_VERTICES) -> tuple[np.ndarray, np.ndarray]:
    """Even triangles on the zero level of a field: vertices (V, 3) and faces (F, 3).

    Clusters of a centroidal Voronoi tessellation (Valette & Chassery 2004) whose density, the
    inverse fourth power of the edge length, rises towards the fingertips.
    """
    dense = pyvista.PolyData.from_regular_faces(*field.surface()).subdivide(1, "loop")
    points = np.asarray(dense.points, float)
    tips = np.array([finger_chain(finger)[3] for finger in FINGERS])
    to_tip = np.linalg.norm(points[:, None] - tips, axis=-1).min(1)
    edge = np.interp(to_tip, (0.005, 0.080), (0.6, 1.0))
    clustering = pyacvd.Clustering(dense)
    clustering.area = clustering.area / edge**4
    clustering.wcent = clustering.area[:, None] * points
    clustering.cluster(num_vertices)
    mesh = clustering.create_mesh()
    points, faces = np.asarray(mesh.points, float), mesh.regular_faces.astype(np.int64)
    for _ in range(5):
        slope = field.gradient(points)
        points = points - slope * (field(points) / (slope**2).sum(-1))[:, None]
    return points, faces


# --- the skin's weights ---------------------------------------------------------------------


def skinning_weights(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Weights (V, 16) by heat that spreads along the skin (bone heat, Baran & Popovic 2007).

    Each vertex is warmed by the limb it lies on, so heat reaches a neighboring finger only over
    the web between them.
    """
    limbs = capsules()
    distance = np.stack([rounded_cone(vertices, limb) for limb in limbs], -1)
    nearest = distance.argmin(-1)
    joint = np.array([limb.joint for limb in limbs])[nearest]
    radius = np.array([0.5 * (limb.start_radius + limb.end_radius) for limb in limbs])[nearest]
    mass = igl.massmatrix(vertices, faces, igl.MASSMATRIX_TYPE_VORONOI).diagonal()
    heat = sparse.diags(mass * _HEAT / radius**2)
    system = (heat - igl.cotmatrix(vertices, faces)).tocsc()
    weights = np.clip(splu(system).solve(heat @ np.eye(NUM_JOINTS)[joint]), 0, None)
    weights[weights < 1e-3] = 0
    return weights / weights.sum(-1, keepdims=True)


def build(path: Path = ASSET) -> None:
    """Writes the asset: `vertices` (V, 3), `faces` (F, 3), `weights` (V, 16)."""
    vertices, faces = hand_mesh(hand_field())
    np.savez_compressed(
        path,
        vertices=vertices.astype(np.float32),
        faces=faces.astype(np.int32),
        weights=skinning_weights(vertices, faces).astype(np.float32),
    )


if __name__ == "__main__":
    build()
