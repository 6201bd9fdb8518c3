"""What a close-up shows: the object and the hands that hold it, from where the hold is seen."""

from __future__ import annotations

from collections.abc import Iterator

import igl
import numpy as np

from diffh2o_ros.geometry.distance import closest_points
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.hand_motion import HandMotion
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.camera import object_middles, outline, towards_camera
from diffh2o_ros.viz.contact_colors import moving_frames

HOLDING = 0.02  #: meters from the object up to which a hand belongs to the hold
TOUCHING = 0.01  # meters from the object up to which a point of a hand is to be seen
CLEAR = 0.02  # meters out from such a point, past the finger itself, where nothing is to hide it
WORTH = 0.1  # of what touches, to be seen more of, for which the camera leaves its usual place
STEP = 30  # degrees between places for the camera
APART = 60  # degrees between the two views at least
_MOST_FRAMES, _FEW_FRAMES, _MOST_POINTS = 24, 5, 300


def held_points(interaction: Interaction) -> np.ndarray:
    """Points (N, 3) of the object and of the hands that hold it while it moves, from where the
    object's middle is then."""
    vertices, middles = (
        outline(interaction.object_vertices.astype(float)),
        object_middles(interaction),
    )
    found = []
    for frame, hands in _holds(interaction, _MOST_FRAMES):
        pose = interaction.object_pose[frame].astype(float)
        found.append(vertices @ pose[:3, :3].T + pose[:3, 3] - middles[frame])
        found += [hand.vertices[frame, ::5] - middles[frame] for hand, _ in hands]
    return np.concatenate(found)


def towards_close_camera(interaction: Interaction, view: str) -> np.ndarray:
    """(3,) from the object to the camera, as `camera.towards_camera`, but that `side` looks from
    where more of what touches the object is seen, if there is such a place.

    Raises RenderError for a view that there is not.
    """
    usual = towards_camera(view, interaction.hands)
    if view == "front":
        return usual
    front = towards_camera("front", interaction.hands)
    across, angle = np.hypot(*usual[:2]), np.arctan2(usual[1], usual[0])
    places = [usual]
    for turned in np.deg2rad(np.arange(STEP, 360, STEP)):
        place = np.array([np.cos(angle + turned), np.sin(angle + turned), usual[2] / across])
        cosine = place[:2] @ front[:2] / np.hypot(*front[:2])
        if cosine < np.cos(np.deg2rad(APART)):
            places.append(place)
    seen = _seen(interaction, np.stack(places))
    best = int(seen.argmax())
    return places[best] if seen[best] > seen[0] + WORTH else usual


def _seen(interaction: Interaction, places: np.ndarray) -> np.ndarray:
    """Of what touches the object while it moves, the fraction (P,) that is seen from directions
    (P, 3)."""
    directions = places / np.linalg.norm(places, axis=1, keepdims=True)
    total, seen = 0, np.zeros(len(places))
    for frame, hands in _holds(interaction, _FEW_FRAMES):
        pose = interaction.object_pose[frame].astype(float)
        vertices, faces = [interaction.object_vertices.astype(float)], [interaction.object_faces]
        touching = [np.empty((0, 3))]
        for hand, distance in hands:
            placed = _in_object_frame(hand.vertices[frame], pose)
            faces.append(hand.faces + sum(map(len, vertices)))
            vertices.append(placed)
            touching.append(placed[distance < TOUCHING])
        points = np.concatenate(touching)
        points = points[:: max(1, len(points) // _MOST_POINTS)]
        bodies = np.concatenate(vertices), np.concatenate(faces).astype(np.int64)
        tree = igl.AABB()
        tree.init(*bodies)
        total += len(points)
        for number, direction in enumerate(directions @ pose[:3, :3] if len(points) else ()):
            rays = np.tile(direction, (len(points), 1))
            hit = tree.intersect_ray_first(*bodies, points + CLEAR * rays, rays)[0]
            seen[number] += np.count_nonzero(hit < 0)
    return seen / max(total, 1)


def _holds(
    interaction: Interaction, most: int
) -> Iterator[tuple[int, list[tuple[HandMotion, np.ndarray]]]]:
    """At most so many of the frames in which the object moves, each with the hands that hold it
    and how far their vertices are from its surface, (V,) meters."""
    frames = moving_frames(interaction)
    surface = Mesh(interaction.object_vertices, interaction.object_faces)
    for frame in frames[np.linspace(0, len(frames) - 1, min(most, len(frames))).astype(int)]:
        pose = interaction.object_pose[frame].astype(float)
        hands = []
        for hand in interaction.hands.values():
            distance = closest_points(surface, _in_object_frame(hand.vertices[frame], pose))[0]
            if distance.min() < HOLDING:
                hands.append((hand, distance))
        yield int(frame), hands


def _in_object_frame(points: np.ndarray, pose: np.ndarray) -> np.ndarray:
    return (points - pose[:3, 3]) @ pose[:3, :3]
