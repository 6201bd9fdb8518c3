"""Phy, of LatentHOI: whether a motion could be real as far as contact and ground tell."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.evaluation.displacement import Displacement
from diffh2o_ros.evaluation.metrics import in_object_frame, moving_frames, surface_distances
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction

#: A joint this near the surface touches; the object may be this far under the ground (meters).
TOUCHES, UNDER_GROUND = 0.005, 0.005


def phy(interaction: Interaction) -> bool:
    """Whether a joint of a hand is within 5 mm of the object's surface in every frame of the
    interaction, and the object is never under the ground.

    Read as follows, where the definition leaves it open: frames of the interaction are those in
    which the object moves (all from `grasp_frame` on where it never does); joints are the 21
    keypoints of each hand; the ground is the plane that the object's lowest point stood on in frame
    0, and 5 mm under it are forgiven.
    """
    frames = moving_frames(interaction)
    if not len(frames):
        frames = np.arange(interaction.grasp_frame, interaction.num_frames)
    joints = np.concatenate([hand.joints[frames] for hand in interaction.hands.values()], 1)
    body = Mesh(interaction.object_vertices, interaction.object_faces)
    away = surface_distances(body, in_object_frame(interaction, joints, frames), 2 * TOUCHES)
    touches = (np.abs(away) <= TOUCHES).any(1)
    above = Displacement.of(interaction).floor >= -UNDER_GROUND
    return bool(touches.all() and above.all())
