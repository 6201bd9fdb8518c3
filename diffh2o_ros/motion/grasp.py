"""A target grasp, as perception or a planner hands it over: where the hand should hold the object.

Poses are in the object's own frame (the mesh's), in the same MANO convention as everywhere else:
metres, axis-angle, `global_orient` about rest joint 0, `transl` added to every point.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIDES = ("left", "right")
FULL_TURN = 2 * np.pi + 1e-3
FARTHEST_WRIST = 10.0  # metres; meshes are at most 1 m, so more is a slip of units


class GraspError(ValueError):
    """A target grasp that cannot be used. The message is one line and says how to mend it."""


@dataclass
class Grasp:
    """One hand's target at the grasp frame, whole hand or wrist only. Raises GraspError."""

    side: str
    """`left` or `right`."""
    global_orient: np.ndarray
    """(3,) axis-angle of the wrist in the object's frame."""
    transl: np.ndarray
    """(3,) metres; the wrist lies at rest joint 0 + `transl`."""
    hand_pose: np.ndarray | None = None
    """(45,) axis-angle of the finger joints, or None: guide the wrist, leave the fingers free."""

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise GraspError(f"grasp side must be 'left' or 'right', not {self.side!r}")
        self.global_orient = _angles("global_orient", self.global_orient, 3)
        self.transl = _numbers("transl", self.transl, 3)
        if np.linalg.norm(self.transl) > FARTHEST_WRIST:
            raise GraspError(
                f"grasp transl puts the wrist {np.linalg.norm(self.transl):.0f} m away: "
                "give metres, in the object's frame"
            )
        if self.hand_pose is not None:
            self.hand_pose = _angles("hand_pose", self.hand_pose, 45)

    @property
    def wrist_only(self) -> bool:
        return self.hand_pose is None

    @classmethod
    def from_json(cls, path: str | Path) -> Grasp:
        """Reads `{"side": "right", "global_orient": [3], "transl": [3], "hand_pose": [45]}`.

        `hand_pose` may be left out (or null) for a wrist-only target. Raises GraspError.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise GraspError(f"cannot read grasp file {path}: {error.strerror}") from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise GraspError(f"grasp file {path} is not JSON: {error}") from error
        if not isinstance(content, dict):
            raise GraspError(f"grasp file {path} must hold one JSON object")
        required, optional = {"side", "global_orient", "transl"}, {"hand_pose"}
        missing = sorted(required - content.keys())
        unknown = sorted(content.keys() - required - optional)
        if missing or unknown:
            problem = f"lacks {', '.join(missing)}" if missing else f"has no use for {unknown[0]!r}"
            raise GraspError(
                f"grasp file {path} {problem}: "
                "it takes side, global_orient [3], transl [3] and optionally hand_pose [45]"
            )
        try:
            return cls(**content)
        except GraspError as error:
            raise GraspError(f"grasp file {path}: {error}") from error


def _numbers(name: str, values: object, length: int) -> np.ndarray:
    """`values` as (length,) finite float32."""
    try:
        array = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise GraspError(f"grasp {name} must be {length} numbers") from error
    if array.shape != (length,):
        count = len(array) if array.ndim == 1 else f"an array of shape {array.shape}"
        raise GraspError(f"grasp {name} must be {length} numbers, not {count}")
    if not np.isfinite(array).all():
        raise GraspError(f"grasp {name} holds NaN or infinite numbers")
    return array


def _angles(name: str, values: object, length: int) -> np.ndarray:
    """`values` as axis-angle vectors of at most one turn each."""
    array = _numbers(name, values, length)
    if np.linalg.norm(array.reshape(-1, 3), axis=1).max() > FULL_TURN:
        raise GraspError(f"grasp {name} turns more than once around: give axis-angle in radians")
    return array
