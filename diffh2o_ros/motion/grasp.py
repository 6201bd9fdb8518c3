"""A target grasp, as perception or a planner hands it over: where the hand should hold the object.

Poses are in the object's own frame (the mesh's), in the same MANO convention as everywhere else:
meters, axis-angle, `global_orient` about rest joint 0, `transl` added to every point.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.errors import Diffh2oError, ErrorCode
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.json_file import read_json

FULL_ROTATION = 2 * np.pi + 1e-3
FARTHEST_WRIST = 100.0  # meters from the frame's origin: more is a slip of units


class GraspError(Diffh2oError):
    """A target grasp that cannot be used. The message is one line and says how to mend it."""

    code = ErrorCode.INVALID_GRASP


@dataclass
class Grasp:
    """One hand's target at the grasp frame: a whole hand, a wrist or fingertips.

    Raises GraspError for numbers that cannot be one.

    `global_orient` and `transl` alone ask for a wrist and leave the fingers free; with `hand_pose`
    they ask for a whole hand. `fingertips` asks for tips and leaves everything else free.
    """

    side: str
    """`left` or `right`; capitals are taken, and made small."""
    global_orient: np.ndarray | None = None
    """(3,) axis-angle of the wrist in the object's frame."""
    transl: np.ndarray | None = None
    """(3,) meters; the wrist lies at rest joint 0 + `transl`."""
    hand_pose: np.ndarray | None = None
    """(45,) axis-angle of the finger joints."""
    fingertips: np.ndarray | None = None
    """(5, 3) meters in the object's frame, thumb to little finger; NaN rows are left free."""

    def __post_init__(self) -> None:
        side = self.side.strip().lower() if isinstance(self.side, str) else self.side
        if side not in SIDES:
            raise GraspError(f"grasp side must be 'left' or 'right', not {_shortened(self.side)}")
        self.side = side
        if self.fingertips is not None:
            if not (self.global_orient is self.transl is self.hand_pose is None):
                raise GraspError(
                    "a grasp is given by fingertips or by global_orient and transl, not by both"
                )
            self.fingertips = _points("fingertips", self.fingertips)
            return
        if self.global_orient is None or self.transl is None:
            raise GraspError(
                "a grasp needs global_orient [3] and transl [3], or fingertips [5][3] alone"
            )
        self.global_orient = _angles("global_orient", self.global_orient, 3)
        self.transl = _numbers("transl", self.transl, 3)
        _check_distance("transl puts the wrist", self.transl)
        if self.hand_pose is not None:
            self.hand_pose = _angles("hand_pose", self.hand_pose, 45)

    @property
    def wrist_only(self) -> bool:
        return self.hand_pose is None and self.fingertips is None

    def moved(self, transform: np.ndarray) -> Grasp:
        """The same grasp seen from another frame.

        Args:
            transform: (4, 4), takes points of the grasp's frame to the other one.
        """
        rotation, translation = transform[:3, :3], transform[:3, 3]
        if self.fingertips is not None:
            return replace(self, fingertips=self.fingertips @ rotation.T + translation)
        rest = rest_joints(self.side)[0].numpy()
        wrist = rotation @ (rest + self.transl) + translation
        orient = Rotation.from_matrix(rotation) * Rotation.from_rotvec(self.global_orient)
        return replace(self, global_orient=orient.as_rotvec(), transl=wrist - rest)

    @classmethod
    def from_json(cls, path: str | Path) -> Grasp:
        """Reads `{"side": "right", "global_orient": [3], "transl": [3], "hand_pose": [45]}`.

        `hand_pose` may be left out (or null) for a wrist-only target. Fingertips alone are
        `{"side": "right", "fingertips": [[3], [3], null, null, null]}`, null for a finger that is
        left free. Raises GraspError.
        """
        content = read_json(path, "grasp file", GraspError, nan=True)
        if not isinstance(content, dict):
            raise GraspError(f"grasp file {path} must hold one JSON object")
        known = {field.name for field in fields(cls)}
        unknown = sorted(content.keys() - known)
        if unknown or "side" not in content:
            problem = f"has no use for {_shortened(unknown[0])}" if unknown else "lacks side"
            raise GraspError(
                f"grasp file {path} {problem}: it takes side and either global_orient [3], "
                "transl [3] and optionally hand_pose [45], or fingertips [5][3]"
            )
        try:
            return cls(**content)
        except GraspError as error:
            raise GraspError(f"grasp file {path}: {error}") from error


def _numbers(name: str, values: object, length: int) -> np.ndarray:
    """`values` as (length,) finite float32."""
    try:
        array = _floats(values)
    except (TypeError, ValueError) as error:
        raise GraspError(f"grasp {name} must be {length} numbers") from error
    if array.shape != (length,):
        count = len(array) if array.ndim == 1 else f"an array of shape {array.shape}"
        raise GraspError(f"grasp {name} must be {length} numbers, not {count}")
    if not np.isfinite(array).all():
        raise GraspError(f"grasp {name} holds NaN or infinite numbers")
    return array


def _angles(name: str, values: object, length: int) -> np.ndarray:
    """`values` as axis-angle vectors of at most one full rotation each."""
    array = _numbers(name, values, length)
    if np.linalg.norm(array.reshape(-1, 3), axis=1).max() > FULL_ROTATION:
        raise GraspError(f"grasp {name} turns more than once around: give axis-angle in radians")
    return array


def _points(name: str, values: object) -> np.ndarray:
    """`values` as (5, 3) float32; rows that are null or NaN stay NaN, one at least is given."""
    try:
        array = _floats([[np.nan] * 3 if row is None else row for row in values])
        if array.shape != (5, 3):
            raise ValueError(f"their shape is {array.shape}")
    except (TypeError, ValueError) as error:
        raise GraspError(f"grasp {name} must be 5 points of 3 numbers, or null") from error
    given = ~np.isnan(array).all(1)
    if not given.any() or not np.isfinite(array[given]).all():
        raise GraspError(f"grasp {name} must hold a point of finite numbers for one finger or more")
    for point in array[given]:
        _check_distance(f"{name} puts a finger", point)
    return array


def _floats(values: object) -> np.ndarray:
    """`values` as float32, infinite where they are too large for it. Raises TypeError or ValueError
    for all but numbers: numpy would take "0.1" and true for some."""
    if isinstance(values, (list, tuple)):
        for value in values:
            if isinstance(value, (bool, np.bool_)):
                raise TypeError("a truth value is no number")
            if isinstance(value, (list, tuple)):
                _floats(value)
    array = np.asarray(values)
    if array.dtype.kind == "O" and all(isinstance(value, (int, float)) for value in array.flat):
        bound = 10**300  # numpy knows no integer of more than 64 bits
        array = np.vectorize(lambda v: float(min(max(v, -bound), bound)))(array)
    if array.size and array.dtype.kind not in "fiu":
        raise TypeError(f"{array.dtype} is no kind of number")
    with np.errstate(over="ignore"):
        return array.astype(np.float32)


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _check_distance(what: str, point: np.ndarray) -> None:
    distance = np.linalg.norm(point)
    if distance > FARTHEST_WRIST:
        raise GraspError(f"grasp {what} {distance:.0f} m away: give meters, in the object's frame")
