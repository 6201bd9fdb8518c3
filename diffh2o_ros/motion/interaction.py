"""The thing this package makes: hands and an object moving together, and its file.

Units are meters, radians and seconds. All poses of one interaction share one frame, the request's:
z up, the object's mesh standing on a support plane where it was given (`object_pose[0]` is the
identity unless the object was given with a pose, or the frame was changed). Hand parameters follow
smplx's MANO convention: `global_orient` rotates the hand about rest joint 0, `transl` is added to
every point, `hand_pose` is the full axis-angle of the 15 finger joints in MANO's kinematic order,
absolute (a flat hand is 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from diffh2o_ros.motion.checked_arrays import checked_faces, checked_positions
from diffh2o_ros.motion.hand_motion import HAND_FIELDS, SIDES, HandMotion
from diffh2o_ros.motion.interaction_file import (
    InteractionFileError,
    read_interaction,
    write_interaction,
)

__all__ = ["HAND_FIELDS", "SIDES", "HandMotion", "Interaction", "InteractionFileError"]


@dataclass
class Interaction:
    """One generated motion: reach and grasp up to `grasp_frame`, interaction from there on.

    Raises ValueError where the parts do not fit together.
    """

    fps: float
    """Frames a second."""
    text: str
    """The task, in plain English."""
    grasp_frame: int
    """First frame of the interaction stage: the first one after the grasp is closed."""
    hands: dict[str, HandMotion]
    """The active hands by side."""
    object_pose: np.ndarray
    """(T, 4, 4) float32 (float64 beyond 64 m), mesh frame -> request frame."""
    object_vertices: np.ndarray
    """(N, 3) float32 (float64 beyond 64 m), in the mesh's own frame."""
    object_faces: np.ndarray
    """(M, 3) int32."""
    quality: dict[str, float] = field(default_factory=dict)
    """Figures by name, such as those of `evaluation.metrics`."""
    warnings: list[str] = field(default_factory=list)
    """What the motion should not be trusted for, a line each."""
    warning_codes: list[int] = field(default_factory=list)
    """The same for programs: `synthesis.warning.WarningCode` of each line."""

    def __post_init__(self) -> None:
        self.fps = float(self.fps)
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"fps must be positive, not {self.fps}")
        self.text = str(self.text)
        self.object_pose = checked_positions("object_pose", self.object_pose, (None, 4, 4))
        vertices = checked_positions("object_vertices", self.object_vertices, (None, 3))
        self.object_vertices = vertices
        self.object_faces = checked_faces("object_faces", self.object_faces, len(vertices))
        self.grasp_frame = int(self.grasp_frame)
        if not 0 <= self.grasp_frame < self.num_frames:
            raise ValueError(
                f"grasp_frame {self.grasp_frame} is outside the {self.num_frames} frames"
            )
        if not self.hands:
            raise ValueError("an interaction needs at least one active hand")
        for side, hand in self.hands.items():
            if side != hand.side:
                raise ValueError(f"the {hand.side} hand is filed under {side!r}")
            if hand.num_frames != self.num_frames:
                raise ValueError(
                    f"the {side} hand has {hand.num_frames} frames, the object {self.num_frames}"
                )
        self.warnings = [str(line) for line in self.warnings]
        self.warning_codes = [int(code) for code in self.warning_codes]
        if len(self.warnings) != len(self.warning_codes):
            raise ValueError(
                f"{len(self.warnings)} warnings but {len(self.warning_codes)} warning_codes"
            )
        self.quality = {str(name): float(value) for name, value in self.quality.items()}

    @property
    def num_frames(self) -> int:
        return len(self.object_pose)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return (self.num_frames - 1) / self.fps

    def moved(self, transform: np.ndarray) -> Interaction:
        """The same motion seen from another frame.

        Args:
            transform: (4, 4) rigid, takes points of this frame to the other one.
        """
        return replace(
            self,
            hands={side: hand.moved(transform) for side, hand in self.hands.items()},
            object_pose=np.asarray(transform, np.float64) @ self.object_pose,
        )

    def with_object_at(self, pose: np.ndarray) -> Interaction:
        """The same motion with the mesh in a frame of its own that `pose`, (4, 4) rigid, takes to
        where the mesh is now."""
        rotation, translation = pose[:3, :3], pose[:3, 3]
        return replace(
            self,
            object_pose=self.object_pose @ pose,
            object_vertices=(self.object_vertices - translation) @ rotation,
        )

    def save(
        self, path: str | Path, slim: bool = False, mano_dir: str | Path | None = None
    ) -> None:
        """Writes the interaction file (docs/interfaces.md), whole or not at all; plain arrays, no
        pickles.

        Names: `fps`, `text`, `grasp_frame`, `hand_sides`; for each active side S
        `S_global_orient`, `S_transl`, `S_hand_pose`, `S_betas`, `S_joints`, `S_vertices`,
        `S_faces`; `object_pose`, `object_vertices`, `object_faces`; and, beside the motion,
        `quality_names` and `quality_values`, `warnings` and `warning_codes`.

        Args:
            slim: without `S_joints`, `S_vertices` and `S_faces`, which `load` makes again of the
                parameters, within 1e-5 m; a hundredth of the size. Rotations of hands are rounded
                to 4 microradians. The hand's model is named instead: `S_model`, `S_num_vertices`,
                `S_known_vertices`.
            mano_dir: folder of MANO's files, which slim files of MANO hands need.

        Raises:
            InteractionFileError: slim, and hands are of no known model, or their skin is not what
                their parameters give.
            OSError: it cannot be written.
        """
        write_interaction(self, path, slim, mano_dir)

    @classmethod
    def load(cls, path: str | Path, mano_dir: str | Path | None = None) -> Interaction:
        """Reads an interaction file.

        Args:
            mano_dir: folder of MANO's files, which slim files of MANO hands need.

        Raises:
            InteractionFileError: one line saying why not.
        """
        return read_interaction(path, mano_dir, cls)
