"""One hand of an interaction, frame by frame, in MANO's convention (see `motion.interaction`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.checked_arrays import (
    SINGLE_REACH,
    checked_faces,
    checked_floats,
    checked_positions,
)

HAND_FIELDS = ("global_orient", "transl", "hand_pose", "betas", "joints", "vertices", "faces")


@dataclass
class HandMotion:
    """One hand over T frames. Arrays are converted to float32 (faces to int32) and checked;
    positions farther from the origin than `checked_arrays.SINGLE_REACH` to float64.

    Raises ValueError for wrong shapes, non-finite numbers and faces that point at no vertex.
    """

    side: str
    """`left` or `right`."""
    global_orient: np.ndarray
    """(T, 3) axis-angle of the wrist."""
    transl: np.ndarray
    """(T, 3) meters; the wrist lies at rest joint 0 + `transl`."""
    hand_pose: np.ndarray
    """(T, 45) axis-angle of 15 joints x 3, MANO's kinematic order."""
    betas: np.ndarray
    """(10,) shape coefficients; zeros are the mean hand."""
    joints: np.ndarray
    """(T, 21, 3) keypoints, not MANO's 16 joints, which are `HandOutput.joints`: wrist; thumb CMC,
    MCP, IP, tip; index MCP, PIP, DIP, tip; middle; ring; little."""
    vertices: np.ndarray
    """(T, V, 3) the posed surface."""
    faces: np.ndarray
    """(F, 3) triangles of the surface, normals outward."""

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise ValueError(f"hand side must be 'left' or 'right', not {self.side!r}")
        name = f"{self.side} hand "
        self.global_orient = checked_floats(name + "global_orient", self.global_orient, (None, 3))
        frames = len(self.global_orient)
        self.transl = checked_positions(name + "transl", self.transl, (frames, 3))
        self.hand_pose = checked_floats(name + "hand_pose", self.hand_pose, (frames, 45))
        self.betas = checked_floats(name + "betas", self.betas, (10,))
        self.joints = checked_positions(name + "joints", self.joints, (frames, 21, 3))
        self.vertices = checked_positions(name + "vertices", self.vertices, (frames, None, 3))
        self.faces = checked_faces(name + "faces", self.faces, self.vertices.shape[1])

    @property
    def num_frames(self) -> int:
        return len(self.global_orient)

    @property
    def wrist_pose(self) -> np.ndarray:
        """(T, 4, 4) float64 of the wrist: rotations of `global_orient` at keypoint 0, meters.

        `global_orient` and `transl` are not that pose: `transl` is added after a rotation about
        rest joint 0, so it is neither where the wrist is nor to be multiplied by a transform.
        """
        poses = np.tile(np.eye(4), (self.num_frames, 1, 1))
        poses[:, :3, :3] = Rotation.from_rotvec(self.global_orient).as_matrix()
        poses[:, :3, 3] = self.joints[:, 0]
        return poses

    def moved(self, transform: np.ndarray) -> HandMotion:
        """The same motion seen from another frame, to which (4, 4) takes points of this one."""
        transform = np.asarray(transform, np.float64)
        rotation, translation = transform[:3, :3], transform[:3, 3]
        wrist, rest = self.joints[:, 0].astype(np.float64), self.joints[:, 0] - self.transl
        orient = Rotation.from_matrix(rotation) * Rotation.from_rotvec(self.global_orient)
        far = np.abs(translation).max() > SINGLE_REACH
        kind = np.float64 if far else self.vertices.dtype  # single where it will do: millions
        vertices = self.vertices @ rotation.T.astype(self.vertices.dtype)
        vertices = vertices.astype(kind, copy=False)
        vertices += translation.astype(kind)
        return replace(
            self,
            global_orient=orient.as_rotvec(),
            transl=wrist @ rotation.T + translation - rest,
            joints=self.joints @ rotation.T + translation,
            vertices=vertices,
        )
