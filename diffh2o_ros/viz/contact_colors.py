"""The object as it is drawn, colored where hands hold it."""

from __future__ import annotations

import numpy as np
import trimesh

from diffh2o_ros.geometry.decimate import thin_out
from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.palette import OBJECT, TOUCHED
from diffh2o_ros.viz.surface import drawn_surface

TOUCHING = 0.003  #: meters from a hand up to which the color is whole
NEAR = 0.012  #: meters from which on there is none of it
MOVING_SPEED = 0.01  # m/s
_MOST_FRAMES = 8
_FINEST_EDGE = 0.006  # meters; longer edges are cut, so that colors have where to be
_MOST_CUT = 4000  # faces that cutting makes of a large object, about
MOST_FACES = 12_000  #: of an object, about: of finer meshes fewer triangles are drawn


def object_surface(interaction: Interaction) -> tuple[trimesh.Trimesh, np.ndarray]:
    """The object's surface in its own frame, cut where it is coarse and thinned out where it is
    very fine, and colors (V, 3) of sRGB."""
    given = Mesh(interaction.object_vertices, interaction.object_faces)
    thin = thin_out(given, MOST_FACES)
    whole = trimesh.Trimesh(thin.vertices, thin.faces, process=False)
    # Right triangles whose two short sides are the square root of two below the longest edge.
    longest = max(_FINEST_EDGE, 2 * np.sqrt(whole.area / _MOST_CUT))
    if np.asarray(whole.edges_unique_length).max() > longest:
        cut = trimesh.remesh.subdivide_to_size(whole.vertices, whole.faces, longest, max_iter=20)
        whole = trimesh.Trimesh(*cut, process=False)
        whole.merge_vertices()
    surface = drawn_surface(whole.vertices, whole.faces)
    near = np.clip((NEAR - held_distance(interaction, surface.vertices)) / (NEAR - TOUCHING), 0, 1)
    return surface, np.array(OBJECT) + near[:, None] * (np.array(TOUCHED) - OBJECT)


def held_distance(interaction: Interaction, points: np.ndarray) -> np.ndarray:
    """How near hands come to points (N, 3) of the object's frame while they hold it: (N,) meters.

    They hold it in the frames from the grasp frame on in which it moves, of which eight are asked;
    where it never moves, in the grasp frame.
    """
    frames = moving_frames(interaction)
    chosen = frames[np.linspace(0, len(frames) - 1, min(_MOST_FRAMES, len(frames))).astype(int)]
    found = np.full(len(points), np.inf)
    for frame in chosen:
        pose = interaction.object_pose[frame].astype(float)
        for hand in interaction.hands.values():
            seen = (hand.vertices[frame] - pose[:3, 3]) @ pose[:3, :3]
            found = np.minimum(found, closest_points(Mesh(seen, hand.faces), points)[0])
    return found


def moving_frames(interaction: Interaction) -> np.ndarray:
    """(n,) frames from the grasp frame on in which the object moves; where it never does, the grasp
    frame."""
    pose, vertices = interaction.object_pose.astype(float), interaction.object_vertices
    corners = np.stack([vertices.min(0), vertices.max(0)]).astype(float)
    placed = np.einsum("tij,cj->tci", pose[:, :3, :3], corners) + pose[:, None, :3, 3]
    speed = np.linalg.norm(np.diff(placed, axis=0), axis=-1).max(1) * interaction.fps
    moving = np.flatnonzero(speed > MOVING_SPEED) + 1
    moving = moving[moving >= interaction.grasp_frame]
    return moving if len(moving) else np.array([interaction.grasp_frame])
