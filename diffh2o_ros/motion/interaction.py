"""The thing this package makes: hands and an object moving together, and its file.

Units are metres, radians and seconds. All poses of one interaction share one frame, the request's:
z up, the object's mesh standing on a support plane where it was given (`object_pose[0]` is the
identity unless the object was given with a pose, or the frame was changed). Hand parameters follow
smplx's MANO convention: `global_orient` turns the hand about rest joint 0, `transl` is added to
every point, `hand_pose` is the full axis-angle of the 15 finger joints in MANO's kinematic order,
absolute (a flat hand is 0).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.atomic import whole_file

SIDES = ("left", "right")
SINGLE_REACH = 64.0
"""Positions within so many metres of the origin are float32, whose steps are at most 4 micrometres
there; those farther away float64."""
HAND_FIELDS = (
    "global_orient", "transl", "hand_pose", "betas", "joints", "vertices", "faces",
)  # fmt: skip


class InteractionFileError(ValueError):
    """An interaction file that is missing, damaged or not one. The message is one line."""


@dataclass
class HandMotion:
    """One hand over T frames. Arrays are converted to float32 (faces to int32) and checked;
    positions farther from the origin than `SINGLE_REACH` to float64.

    Raises ValueError for wrong shapes, non-finite numbers and faces that point at no vertex.
    """

    side: str
    """`left` or `right`."""
    global_orient: np.ndarray
    """(T, 3) axis-angle of the wrist."""
    transl: np.ndarray
    """(T, 3) metres; the wrist lies at rest joint 0 + `transl`."""
    hand_pose: np.ndarray
    """(T, 45) axis-angle of 15 joints x 3, MANO's kinematic order."""
    betas: np.ndarray
    """(10,) shape coefficients; zeros are the mean hand."""
    joints: np.ndarray
    """(T, 21, 3) keypoints: wrist; thumb CMC, MCP, IP, tip; index MCP, PIP, DIP, tip; middle;
    ring; little."""
    vertices: np.ndarray
    """(T, V, 3) the posed surface."""
    faces: np.ndarray
    """(F, 3) triangles of the surface, normals outward."""

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise ValueError(f"hand side must be 'left' or 'right', not {self.side!r}")
        name = f"{self.side} hand "
        self.global_orient = _floats(name + "global_orient", self.global_orient, (None, 3))
        frames = len(self.global_orient)
        self.transl = _positions(name + "transl", self.transl, (frames, 3))
        self.hand_pose = _floats(name + "hand_pose", self.hand_pose, (frames, 45))
        self.betas = _floats(name + "betas", self.betas, (10,))
        self.joints = _positions(name + "joints", self.joints, (frames, 21, 3))
        self.vertices = _positions(name + "vertices", self.vertices, (frames, None, 3))
        self.faces = _faces(name + "faces", self.faces, self.vertices.shape[1])

    @property
    def num_frames(self) -> int:
        return len(self.global_orient)

    @property
    def wrist_pose(self) -> np.ndarray:
        """(T, 4, 4) float64 of the wrist: rotations of `global_orient` at keypoint 0, metres.

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
        turn, shift = transform[:3, :3], transform[:3, 3]
        wrist, rest = self.joints[:, 0].astype(np.float64), self.joints[:, 0] - self.transl
        orient = Rotation.from_matrix(turn) * Rotation.from_rotvec(self.global_orient)
        vertices = self.vertices @ turn.T.astype(np.float32)  # millions of numbers
        vertices += shift.astype(np.float32)
        return replace(
            self, global_orient=orient.as_rotvec(), transl=wrist @ turn.T + shift - rest,
            joints=self.joints @ turn.T + shift, vertices=vertices,
        )  # fmt: skip


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
    """First frame of the interaction stage."""
    hands: dict[str, HandMotion]
    """The active hands by side."""
    object_pose: np.ndarray
    """(T, 4, 4) float32 (float64 beyond `SINGLE_REACH`), mesh frame -> request frame."""
    object_vertices: np.ndarray
    """(N, 3) float32 (float64 beyond `SINGLE_REACH`), in the mesh's own frame."""
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
        self.object_pose = _positions("object_pose", self.object_pose, (None, 4, 4))
        self.object_vertices = _positions("object_vertices", self.object_vertices, (None, 3))
        self.object_faces = _faces("object_faces", self.object_faces, len(self.object_vertices))
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
            self, hands={side: hand.moved(transform) for side, hand in self.hands.items()},
            object_pose=np.asarray(transform, np.float64) @ self.object_pose,
        )  # fmt: skip

    def with_object_at(self, pose: np.ndarray) -> Interaction:
        """The same motion with the mesh in a frame of its own that `pose`, (4, 4) rigid, takes to
        where the mesh is now."""
        turn, shift = pose[:3, :3], pose[:3, 3]
        return replace(
            self, object_pose=self.object_pose @ pose,
            object_vertices=(self.object_vertices - shift) @ turn,
        )  # fmt: skip

    def save(self, path: str | Path) -> None:
        """Writes the interaction file, whole or not at all; plain arrays, no pickles.

        Names: `fps`, `text`, `grasp_frame`, `hand_sides`; for each active side S
        `S_global_orient`, `S_transl`, `S_hand_pose`, `S_betas`, `S_joints`, `S_vertices`,
        `S_faces`; `object_pose`, `object_vertices`, `object_faces`; and, beside the motion,
        `quality_names` and `quality_values`, `warnings` and `warning_codes`.
        """
        sides = [side for side in SIDES if side in self.hands]
        arrays = {
            "fps": np.float64(self.fps),
            "text": np.array(self.text, dtype=np.str_),
            "grasp_frame": np.int64(self.grasp_frame),
            "hand_sides": np.array(sides, dtype=np.str_),
            "object_pose": self.object_pose,
            "object_vertices": self.object_vertices,
            "object_faces": self.object_faces,
            "quality_names": np.array(list(self.quality), dtype=np.str_),
            "quality_values": np.array(list(self.quality.values()), dtype=np.float64),
            "warnings": np.array(self.warnings, dtype=np.str_),
            "warning_codes": np.array(self.warning_codes, dtype=np.int64),
        }
        for side in sides:
            for name in HAND_FIELDS:
                arrays[f"{side}_{name}"] = getattr(self.hands[side], name)
        with whole_file(path) as partial, open(partial, "wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: str | Path) -> Interaction:
        """Reads an interaction file. Raises InteractionFileError with one line saying why not."""
        arrays = _read_arrays(Path(path))
        try:
            return cls._from_arrays(arrays)
        except KeyError as error:
            raise InteractionFileError(
                f"{path} is not an interaction file: it holds no {error.args[0]!r}"
            ) from error
        except (ValueError, TypeError) as error:
            raise InteractionFileError(f"{path} is no valid interaction file: {error}") from error

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Interaction:
        hands = {}
        for side in np.atleast_1d(arrays["hand_sides"]):
            side = str(side)
            if side not in SIDES:
                raise ValueError(f"hand_sides must name 'left' or 'right', not {side!r}")
            hands[side] = HandMotion(side, **{n: arrays[f"{side}_{n}"] for n in HAND_FIELDS})
        names = arrays.get("quality_names", np.empty(0, np.str_))
        values = arrays.get("quality_values", np.empty(0))
        if names.shape != values.shape:
            raise ValueError(f"{names.size} quality_names but {values.size} quality_values")
        return cls(
            fps=_scalar("fps", arrays["fps"]),
            text=str(arrays["text"]),
            grasp_frame=int(_scalar("grasp_frame", arrays["grasp_frame"])),
            hands=hands,
            object_pose=arrays["object_pose"],
            object_vertices=arrays["object_vertices"],
            object_faces=arrays["object_faces"],
            quality=dict(zip(names.tolist(), values.tolist(), strict=True)),
            warnings=_list("warnings", arrays, "U", "lines of text"),
            warning_codes=_list("warning_codes", arrays, "iu", "integers"),
        )


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Every array of an npz archive, in memory; InteractionFileError for anything else."""
    if path.is_dir():
        raise InteractionFileError(f"{path} is a folder, not an interaction file")
    if not path.exists():
        raise InteractionFileError(f"{path} does not exist")
    if not zipfile.is_zipfile(path):
        raise InteractionFileError(f"{path} is not an interaction file, or it is truncated")
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InteractionFileError(f"{path} is damaged: {error}") from error
    except ValueError as error:  # what numpy raises for pickled objects and for broken headers
        raise InteractionFileError(f"{path} is not an interaction file: {error}") from error


def _positions(name: str, values: np.ndarray, shape: tuple[int | None, ...]) -> np.ndarray:
    """`values` as finite metres of the given shape: float32, or float64 where far away."""
    values = np.asarray(values)
    far = values.dtype.kind in "fiu" and values.size and np.abs(values).max() > SINGLE_REACH
    return _floats(name, values, shape, np.float64 if far else np.float32)


def _floats(
    name: str, values: np.ndarray, shape: tuple[int | None, ...], dtype: type = np.float32
) -> np.ndarray:
    """`values` as finite numbers of the given shape, where None is any length above 0."""
    values = np.asarray(values)
    fits = values.ndim == len(shape) and all(
        size == wanted if wanted is not None else size > 0
        for size, wanted in zip(values.shape, shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("n" if size is None else str(size) for size in shape) + ")"
        raise ValueError(f"{name} must have shape {wanted}, not {values.shape}")
    if values.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be numbers, not {values.dtype}")
    values = values.astype(dtype)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds NaN or infinite numbers")
    return values


def _faces(name: str, faces: np.ndarray, num_vertices: int) -> np.ndarray:
    """`faces` as int32 (F, 3), every index below `num_vertices`."""
    faces = np.asarray(faces)
    if faces.ndim != 2 or faces.shape[1] != 3 or not len(faces):
        raise ValueError(f"{name} must have shape (n, 3), not {faces.shape}")
    if faces.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integers, not {faces.dtype}")
    if faces.min() < 0 or faces.max() >= num_vertices:
        raise ValueError(f"{name} points at vertices outside 0..{num_vertices - 1}")
    return faces.astype(np.int32)


def _list(name: str, arrays: Mapping[str, np.ndarray], kinds: str, words: str) -> list:
    """A (n,) array that older files do not have."""
    values = arrays.get(name, np.empty(0, kinds[0]))
    if values.ndim != 1 or values.dtype.kind not in kinds:
        raise ValueError(f"{name} must be {words}, one row")
    return values.tolist()


def _scalar(name: str, value: np.ndarray) -> float:
    """The single number an array holds."""
    if value.size != 1 or value.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be one number")
    return float(value.reshape(()))
