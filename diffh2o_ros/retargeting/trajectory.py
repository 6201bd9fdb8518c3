"""The motion of robot hands with an object, and its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.checked_arrays import checked_faces, checked_floats, checked_positions
from diffh2o_ros.npz_file import read_npz
from diffh2o_ros.printable import shown


class TrajectoryFileError(Diffh2oError):
    """A robot trajectory file that is missing, damaged or not one. The message is one line."""


#: What of a hand has a row a frame; the last two may be missing.
HAND_ARRAYS = (
    "positions",
    "commands",
    "base_pose",
    "base_command",
    "simulated_positions",
    "simulated_base_pose",
)


@dataclass
class RobotHandMotion:
    """One robot hand's part. Raises ValueError where its parts do not fit together.

    Attributes:
        robot: its name. joint_names: of N joints.
        positions: (T, N) planned, rad or m.
        commands: (T, N) position commands, with the squeeze in them.
        base_pose: (T, 4, 4) of its root in the request's frame; base_command: where what carries
            it pulls.
        hold: (2,) from when to when it holds the object, s; infinite where to the end.
        simulated_positions: (T, N), simulated_base_pose: (T, 4, 4), where it was simulated.
    """

    robot: str
    joint_names: list[str]
    positions: np.ndarray
    commands: np.ndarray
    base_pose: np.ndarray
    base_command: np.ndarray
    hold: tuple[float, float]
    simulated_positions: np.ndarray | None = None
    simulated_base_pose: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.joint_names = [str(name) for name in self.joint_names]
        joints = len(self.joint_names)
        if len(set(self.joint_names)) < joints or not joints:
            raise ValueError("joint_names must be different names, one at least")
        for name, values in self.arrays().items():
            if name.endswith(("positions", "commands")):
                setattr(self, name, checked_floats(name, values, (None, joints)))
            else:
                setattr(self, name, checked_positions(name, values, (None, 4, 4)))
        start, stop = (float(time) for time in self.hold)
        if not 0 <= start < stop:
            raise ValueError(f"hold must be (start, stop), 0 <= start < stop: {start}, {stop}")
        self.hold = start, stop

    def arrays(self) -> dict[str, np.ndarray]:
        """What has a row a frame, by name."""
        found = {name: getattr(self, name) for name in HAND_ARRAYS}
        return {name: values for name, values in found.items() if values is not None}


@dataclass
class RobotTrajectory:
    """Robot hands and an object. Raises ValueError where its parts do not fit together.

    Attributes:
        times: (T,) of the frames, s, increasing.
        hands: by side.
        object_pose: (T, 4, 4) planned, in the request's frame.
        object_vertices: (V, 3) m. object_faces: (F, 3).
        table_height: z of the table, m.
        simulated_object_pose: (T, 4, 4), where it was simulated.
        interaction_frames: (T,) of the interaction that each row does, where that is known.
        success, position_error (m), rotation_error (rad), robustness: what simulation said of it;
            robustness is the fraction of perturbed runs that succeed.
        settings: of what it was made with, plain values.
    """

    times: np.ndarray
    hands: dict[str, RobotHandMotion]
    object_pose: np.ndarray
    object_vertices: np.ndarray
    object_faces: np.ndarray
    table_height: float
    simulated_object_pose: np.ndarray | None = None
    success: bool | None = None
    position_error: float | None = None
    rotation_error: float | None = None
    robustness: float | None = None
    interaction_frames: np.ndarray | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.times = checked_floats("times", self.times, (None,), np.float64)
        if len(self.times) < 2 or (np.diff(self.times) <= 0).any():
            raise ValueError("times must increase, two of them at least")
        if not self.hands:
            raise ValueError("a robot trajectory needs at least one hand")
        count = len(self.times)
        lengths = {"object_pose": len(self.object_pose)}
        for side, hand in self.hands.items():
            lengths |= {f"{side}_{name}": len(values) for name, values in hand.arrays().items()}
        if self.interaction_frames is not None:
            self.interaction_frames = _checked_frames(self.interaction_frames)
            lengths["interaction_frames"] = len(self.interaction_frames)
        self.object_pose = checked_positions("object_pose", self.object_pose, (None, 4, 4))
        if self.simulated_object_pose is not None:
            lengths["simulated_object_pose"] = len(self.simulated_object_pose)
            self.simulated_object_pose = checked_positions(
                "simulated_object_pose", self.simulated_object_pose, (None, 4, 4)
            )
        for name, length in lengths.items():
            if length != count:
                raise ValueError(f"{name} has {length} frames, times {count}")
        self.object_vertices = checked_positions("object_vertices", self.object_vertices, (None, 3))
        self.object_faces = checked_faces(
            "object_faces", self.object_faces, len(self.object_vertices)
        )
        self.table_height = float(self.table_height)
        if not np.isfinite(self.table_height):
            raise ValueError("table_height must be a finite number")

    @property
    def object_center(self) -> np.ndarray:
        """(3,) the middle of the object's bounding box, in its frame."""
        vertices = self.object_vertices.astype(float)
        return (vertices.min(0) + vertices.max(0)) / 2

    def check_robot(self, side: str, joint_names: list[str], sha256: str) -> None:
        """Raises TrajectoryFileError where a robot is not the one that this was made for."""
        hand = self.hands[side]
        known = self.settings.get("robots", {}).get(side, {}).get("sha256", sha256)
        if hand.joint_names != joint_names or known != sha256:
            raise TrajectoryFileError(
                f"the {side} hand's file is not the one that this trajectory was made for, "
                f"{shown(hand.robot)}: retarget the motion to it"
            )

    def save(self, path: str | Path) -> None:
        """Writes the robot trajectory file (docs/interfaces.md), whole or not at all."""
        arrays: dict[str, Any] = {"times": self.times}
        for side in (side for side in SIDES if side in self.hands):
            hand = self.hands[side]
            arrays[f"{side}_robot"] = np.array(hand.robot, np.str_)
            arrays[f"{side}_joint_names"] = np.array(hand.joint_names, np.str_)
            arrays |= {f"{side}_{name}": values for name, values in hand.arrays().items()}
            arrays[f"{side}_hold"] = np.array(hand.hold)
        for name in ("object_pose", "object_vertices", "object_faces", "table_height", *_VERDICT):
            if getattr(self, name) is not None:
                arrays[name] = np.asarray(getattr(self, name))
        arrays["settings"] = np.array(json.dumps(self.settings), np.str_)
        with whole_file(path) as partial, open(partial, "wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: str | Path) -> RobotTrajectory:
        """Reads a robot trajectory file. Raises TrajectoryFileError with one line saying why
        not."""
        arrays = read_npz(path, "a robot trajectory file", TrajectoryFileError)
        try:
            return cls._of(arrays)
        except KeyError as error:
            raise TrajectoryFileError(
                f"{shown(path)} is not a robot trajectory file: it holds no {error.args[0]!r}"
            ) from None
        except RecursionError:
            raise TrajectoryFileError(
                f"{shown(path)} is no valid robot trajectory file: settings nested too deeply"
            ) from None
        except (ValueError, TypeError) as error:
            raise TrajectoryFileError(
                f"{shown(path)} is no valid robot trajectory file: {error}"
            ) from None

    @classmethod
    def _of(cls, arrays: Mapping[str, np.ndarray]) -> RobotTrajectory:
        optional = HAND_ARRAYS[-2:]
        hands = {
            side: RobotHandMotion(
                str(arrays[f"{side}_robot"]),
                arrays[f"{side}_joint_names"].tolist(),
                **{
                    name: arrays[f"{side}_{name}"]
                    for name in HAND_ARRAYS
                    if name not in optional or f"{side}_{name}" in arrays
                },
                hold=tuple(arrays[f"{side}_hold"].tolist()),
            )
            for side in SIDES
            if f"{side}_robot" in arrays
        }
        verdict = {name: arrays[name] for name in _VERDICT if name in arrays}
        simulated, frames = (verdict.pop(name, None) for name in _ARRAYS)
        settings = json.loads(str(arrays["settings"]))
        if not isinstance(settings, dict):
            raise ValueError("settings must be a JSON object")
        return cls(
            arrays["times"],
            hands,
            *(arrays[name] for name in ("object_pose", "object_vertices", "object_faces")),
            float(arrays["table_height"]),
            simulated,
            **{name: value.item() for name, value in verdict.items()},
            interaction_frames=frames,
            settings=settings,
        )


_ARRAYS = ("simulated_object_pose", "interaction_frames")
_VERDICT = (*_ARRAYS, "success", "position_error", "rotation_error", "robustness")


def _checked_frames(frames: np.ndarray) -> np.ndarray:
    frames = np.asarray(frames)
    if frames.ndim != 1 or frames.dtype.kind not in "iu" or (frames < 0).any():
        raise ValueError("interaction_frames must be whole numbers from 0, one a frame")
    return frames.astype(np.int64)
