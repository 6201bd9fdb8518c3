"""The object's way through the interaction: at rest, carried, put down."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from scipy.spatial import ConvexHull
from torch import Tensor

from diffh2o_ros.geometry.rotations import (
    matrix_from_6d,
    rotation_6d,
    rotmat_to_rotvec,
    rotvec_to_rotmat,
)
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.synthesis.smoothing import JOIN_FRAMES, lift, rise, smooth
from diffh2o_ros.text.table_words import PRESS, WIPE

#: Frames over which an object that is put down comes to lie flat.
LANDING_FRAMES = 16
#: An object within this angle of how it stood is put down as it stood.
UPRIGHT = np.deg2rad(25.0)
#: Heights (meters) up to which an object is on the table, and from which on it is where it is.
TOUCHING, CLEAR = 0.015, 0.05
#: The same of what presses on the table and leaves it by little.
PRESSING, LIFTED = 0.004, 0.02
#: Half widths (frames) of the time in which what is done on the table comes down to it, and heights
#: (meters) above which it stays where it is.
COMES_DOWN = {WIPE: 4, PRESS: 12}
HIGH = 0.15


def object_path(
    motion: Motion,
    grasp_frame: int,
    body: list[Tensor],
    support: float,
    on_table: str | None = None,
) -> tuple[Tensor, Tensor]:
    """Positions (B, T, 3) and rotations (B, T, 3, 3) of the object, at rest until it is grasped.

    The predicted path is smoothed, joined to rest without a jump, kept above the table, and on it
    where it comes near: networks err by a centimeter, and nobody wipes a table from above.

    Args:
        motion: (B, T, ...) as predicted.
        body: B point clouds (P, 3) relative to the object's center, of all that moves with it.
        support: z of the table, meters.
        on_table: what is done on the table, see `text.table_words`: networks know the strokes, but
            not where that is to a centimeter.
    """
    position = motion.object_position.clone()
    rotation = motion.object_rotation.clone()
    position[:, :grasp_frame] = 0
    rotation[:, :grasp_frame] = torch.eye(3).to(rotation)
    moved = smooth(position)
    smoothed = matrix_from_6d(smooth(rotation_6d(rotation)))
    moved, smoothed = moved[:, grasp_frame:], smoothed[:, grasp_frame:]
    frames = torch.arange(moved.shape[1]).to(moved)
    fade = 1 - rise(frames / JOIN_FRAMES)
    moved = moved - fade[:, None] * moved[:, :1]
    back = rotmat_to_rotvec(smoothed[:, :1].transpose(-1, -2))
    smoothed = rotvec_to_rotmat(fade[:, None] * back) @ smoothed
    for i, points in enumerate(body):
        height = (smoothed[i] @ points.T)[:, 2].amin(-1) + moved[i, :, 2] - support
        if on_table is not None and torch.isfinite(height).all():
            down = _lowest(height, COMES_DOWN[on_table])
            moved[i, :, 2] -= down
            height = height - down
        lifted = lift((-height).clamp_min(0))
        touching, clear = (PRESSING, LIFTED) if on_table == PRESS else (TOUCHING, CLEAR)
        height = (height + lifted).clamp_max(clear)  # infinite where there is no table
        moved[i, :, 2] += lifted - height * (1 - rise((height - touching) / (clear - touching)))
    position[:, grasp_frame:] = moved
    rotation[:, grasp_frame:] = smoothed
    return position, rotation


def _lowest(height: Tensor, half: int) -> Tensor:
    """How far heights (T,) are above the table at least, within so many frames about each: smooth,
    0 where it starts, less of what is high."""
    least = minimum_filter1d(height.cpu().double().numpy(), 2 * half + 1, mode="nearest")
    least = gaussian_filter1d(np.clip(least, 0, HIGH), half / 2 + 1, mode="nearest")
    fade = rise(torch.arange(len(least)) / JOIN_FRAMES)
    return (torch.as_tensor(least) * fade).to(height)


class Ground:
    """How an object comes to lie on the table.

    Args:
        vertices: (V, 3) relative to the object's center, as it lies at the start.
        support: z of the table, meters.
    """

    def __init__(self, vertices: np.ndarray, support: float) -> None:
        self._vertices, self._support = vertices, support

    @cached_property
    def _hull(self) -> ConvexHull:
        """Made once something is put down: of a scan it takes longer than all of the path."""
        return ConvexHull(self._vertices, qhull_options="QJ")  # a sheet has a hull, too

    def height(self, position: np.ndarray, rotation: np.ndarray) -> float:
        """Of the object's lowest point above the table, meters."""
        corners = self._vertices[self._hull.vertices]
        return float((corners @ rotation.T)[:, 2].min() + position[2] - self._support)

    def rest(self, position: np.ndarray, rotation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The pose nearest to this one in which the object lies on the table."""
        down = rotation.T @ [0.0, 0.0, -1.0]
        upright = np.array([0.0, 0.0, -1.0])
        face = upright
        if down @ upright < np.cos(UPRIGHT):
            faces = self._hull.equations[:, :3]  # outward unit normals
            face = faces[(faces @ down).argmax()]
        axis = np.cross(rotation @ face, [0.0, 0.0, -1.0])
        sine, cosine = np.linalg.norm(axis), (rotation @ face) @ [0.0, 0.0, -1.0]
        if sine > 1e-6:
            rotvec = torch.as_tensor(axis / sine * np.arctan2(sine, cosine))
            rotation = rotvec_to_rotmat(rotvec).numpy() @ rotation
        return position - [0.0, 0.0, self.height(position, rotation)], rotation


def put_down(
    position: Tensor, rotation: Tensor, frame: int, ground: Ground
) -> tuple[Tensor, Tensor]:
    """A path (T, 3), (T, 3, 3) that comes to lie on the table at `frame` and stays there."""
    end_position, end_rotation = (
        torch.as_tensor(x).to(position)
        for x in ground.rest(
            position[frame].cpu().double().numpy(), rotation[frame].cpu().double().numpy()
        )
    )
    frames = torch.arange(len(position)).to(position)
    weight = rise((frames - frame + LANDING_FRAMES) / LANDING_FRAMES)
    missing = rotmat_to_rotvec(end_rotation @ rotation[frame].transpose(-1, -2))
    position = position + weight[:, None] * (end_position - position[frame])
    rotation = rotvec_to_rotmat(weight[:, None] * missing) @ rotation
    position[frame:], rotation[frame:] = end_position, end_rotation
    return position, rotation
