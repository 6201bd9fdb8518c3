"""Bodies that move, as the page keeps them: a surface, a pose a frame, and for skin what changes of
it in the frame of that pose."""

from __future__ import annotations

from typing import Any

import numpy as np
import trimesh
from scipy.spatial.transform import Rotation

from diffh2o_ros.export.page.packing import PackedArrays
from diffh2o_ros.geometry.decimate import thin_out
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.hand_motion import HandMotion

MOST_FACES = 8000  #: of an object, for the eye
SKIN_ERROR = 1.5e-4  #: meters that skin may be off before it is rounded
_POINT, _ANGLE, _WEIGHT = 2.5e-5, 1 / 32767, 1 / 32767  #: steps: meters, of quaternions, of weights
_SHARP = np.deg2rad(35)  #: between faces beyond which an edge is seen as one
_EVEN_FACES = 2500  #: of an object of few large faces, so that contacts can be drawn on them


def display_mesh(mesh: Mesh) -> Mesh:
    """What is drawn of an object: with no more faces than the eye needs, and none much larger than
    others; vertices of sharp edges are there more than once."""
    fine = thin_out(mesh, MOST_FACES)
    surface = trimesh.Trimesh(fine.vertices, fine.faces, process=False)
    edge = max(2e-3, float(np.sqrt(4 * surface.area / _EVEN_FACES)))
    if len(fine.faces) < _EVEN_FACES and surface.extents.max() / edge < 500:
        even = trimesh.Trimesh(
            *trimesh.remesh.subdivide_to_size(surface.vertices, surface.faces, edge, 20)
        )
        surface = even if len(even.faces) <= 2 * MOST_FACES else surface
    return creased(surface)


def creased(surface: trimesh.Trimesh) -> Mesh:
    """The surface with the vertices of sharp edges once a side, so that shading does not round
    them."""
    smooth = trimesh.graph.smooth_shade(surface, angle=_SHARP)
    return Mesh(smooth.vertices, smooth.faces)


def packed_poses(arrays: PackedArrays, poses: np.ndarray, center: np.ndarray) -> dict[str, int]:
    """Poses (T, 4, 4) in a frame whose origin is `center`: positions, and quaternions x y z w of
    which none is far from the one before."""
    turned = Rotation.from_matrix(poses[:, :3, :3]).as_quat()
    flips = np.where((turned[1:] * turned[:-1]).sum(1) < 0, -1.0, 1.0)
    turned[1:] *= np.cumprod(flips)[:, None]
    return {
        "positions": arrays.add(poses[:, :3, 3] - center, _POINT),
        "rotations": arrays.add(turned, _ANGLE),
    }


def rigid(arrays: PackedArrays, mesh: Mesh, poses: np.ndarray, center: np.ndarray) -> dict:
    """A body of one shape with poses (T, 4, 4)."""
    return {
        "vertices": arrays.add(mesh.vertices, _POINT, changes=False),
        "faces": arrays.add(mesh.faces),
        **packed_poses(arrays, poses, center),
    }


def skin(arrays: PackedArrays, hand: HandMotion, center: np.ndarray) -> dict[str, Any]:
    """A hand's surface: in the wrist's frame its mean, and principal components of what changes,
    as many as bring each vertex to within SKIN_ERROR. Any hand can be kept so, MANO's with its
    pose blend shapes too."""
    poses = hand.wrist_pose
    local = np.einsum(
        "tnj,tjk->tnk", hand.vertices - poses[:, None, :3, 3], poses[:, :3, :3], optimize=True
    )
    mean = local.mean(0)
    changes = (local - mean).reshape(len(local), -1)
    weights, sizes, shapes = np.linalg.svd(changes, full_matrices=False)
    weights = weights * sizes
    count, left = 0, changes
    while count < len(sizes) and np.linalg.norm(left.reshape(-1, 3), axis=1).max() > SKIN_ERROR:
        left = left - np.outer(weights[:, count], shapes[count])
        count += 1
    scale = np.maximum(np.abs(weights[:, :count]).max(0, initial=0), 1e-12)
    return {
        "vertices": arrays.add(mean, _POINT, changes=False),
        "faces": arrays.add(hand.faces),
        **packed_poses(arrays, poses, center),
        "shapes": arrays.add((shapes[:count] * scale[:, None]), _POINT, changes=False),
        "weights": arrays.add(weights[:, :count] / scale, _WEIGHT),
    }
