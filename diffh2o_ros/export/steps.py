"""Episodes as what policies learn from: state, action and object, row by row at one rate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import interp1d
from scipy.spatial.transform import Rotation, Slerp

from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.trajectory import RobotTrajectory

#: Of a pose, 9 numbers: meters, then the first two columns of the rotation matrix.
POSE_NAMES = ("x", "y", "z", "r00", "r10", "r20", "r01", "r11", "r21")
#: Of a hand, 51 numbers: MANO's, rad and m.
MANO_NAMES = tuple(
    f"{part}_{index}"
    for part, size in (("global_orient", 3), ("transl", 3), ("hand_pose", 45))
    for index in range(size)
)


@dataclass(frozen=True)
class StepLayout:
    """What all episodes of one data set have in common.

    Attributes:
        kind: "robot" or "human".
        robot: the robots' names, or "mano".
        joints: (side, joint names) of each robot hand; none of human ones.
        models: (side, sha256 of the robot's file) as far as they are known.
        source: "simulated" or "planned" of robots, "generated" of humans.
        fps: rows a second.
    """

    kind: str
    robot: str
    joints: tuple[tuple[str, tuple[str, ...]], ...]
    models: tuple[tuple[str, str], ...]
    source: str
    fps: float

    @property
    def state_names(self) -> list[str]:
        """Names of the D numbers of a state."""
        if self.kind == "human":
            hands = [f"{side}.{name}" for side in SIDES for name in MANO_NAMES]
            return hands + [f"{side}.active" for side in SIDES]
        return [
            f"{side}.{name}"
            for side, joints in self.joints
            for name in (*joints, *(f"base.{name}" for name in POSE_NAMES))
        ]


@dataclass(frozen=True)
class Steps:
    """One episode of T rows, float32; names are the layout's.

    Attributes:
        state: (T, D). action: (T, D) what is commanded at each row; of humans the next state.
        object_pose: (T, 9), see POSE_NAMES, mesh frame -> request frame.
        success: what simulation said, None where it was not asked.
    """

    state: np.ndarray
    action: np.ndarray
    object_pose: np.ndarray
    success: bool | None


def common_layout(episodes: Sequence[Episode], fps: float | None = None) -> StepLayout:
    """The layout of a data set. Each episode is looked at once and not kept.

    Args:
        fps: rows a second; None takes the interactions' own, which must then be equal.

    Raises:
        ExportError: episodes that cannot be in one data set; which, and what differs.
    """
    if fps is not None and not (np.isfinite(fps) and fps > 0):
        raise ExportError(f"fps must be positive, not {fps}")
    first = None
    for index, episode in enumerate(episodes):
        layout, name = _layout(episode, fps), _name(episode, index)
        if first is None:
            first, first_name = layout, name
        for field, words in _DIFFERENCES.items():
            ours, theirs = getattr(first, field), getattr(layout, field)
            if ours != theirs:
                said = (f" ({shown(ours)} and {shown(theirs)})", "")[field in ("joints", "models")]
                raise ExportError(
                    f"{first_name} and {name} differ in {words}{said}: export them apart"
                )
    if first is None:
        raise ExportError("there is no motion to export")
    return first


_DIFFERENCES = {
    "kind": "kind",
    "robot": "robot",
    "joints": "joints",
    "models": "the robot's file",
    "source": "whether they were simulated",
    "fps": "frames a second",
}


def _name(episode: Episode, index: int) -> str:
    return shown(episode.name) if episode.name else f"motion {index}"


def _layout(episode: Episode, fps: float | None) -> StepLayout:
    rate = episode.interaction.fps if fps is None else float(fps)
    robot = episode.robot
    if robot is None:
        return StepLayout("human", "mano", (), (), "generated", rate)
    hands = [(side, robot.hands[side]) for side in SIDES if side in robot.hands]
    files = robot.settings.get("robots", {})
    return StepLayout(
        "robot",
        "+".join(dict.fromkeys(hand.robot for _, hand in hands)),
        tuple((side, tuple(hand.joint_names)) for side, hand in hands),
        tuple((side, str(files.get(side, {}).get("sha256", ""))) for side, _ in hands),
        "simulated" if _is_simulated(robot) else "planned",
        rate,
    )


def _is_simulated(robot: RobotTrajectory) -> bool:
    """Whether the object and all hands were."""
    parts = [robot.simulated_object_pose]
    for hand in robot.hands.values():
        parts += [hand.simulated_positions, hand.simulated_base_pose]
    return all(part is not None for part in parts)


def steps_of(episode: Episode, layout: StepLayout) -> Steps:
    """The rows of an episode that has this layout."""
    if episode.robot is None:
        return _human_steps(episode.interaction, layout.fps)
    return _robot_steps(episode.robot, layout)


def _human_steps(interaction: Interaction, fps: float) -> Steps:
    now = np.arange(interaction.num_frames) / interaction.fps
    times = _uniform(now, fps)
    parts = []
    for side in SIDES:
        hand = interaction.hands.get(side)
        if hand is None:
            parts.append(np.zeros((len(times), len(MANO_NAMES))))
            continue
        turns = np.concatenate([hand.global_orient, hand.hand_pose], 1).reshape(len(now), -1, 3)
        turns = _rotvecs_at(now, turns, times).reshape(len(times), -1)
        parts += [turns[:, :3], _values_at(now, hand.transl, times), turns[:, 3:]]
    active = [[float(side in interaction.hands) for side in SIDES]]
    state = np.concatenate([*parts, np.repeat(active, len(times), 0)], 1).astype(np.float32)
    pose = _poses_at(now, interaction.object_pose, times)
    return Steps(state, np.concatenate([state[1:], state[-1:]]), pose, None)


def _robot_steps(robot: RobotTrajectory, layout: StepLayout) -> Steps:
    now, times = robot.times, _uniform(robot.times, layout.fps)
    state, action = [], []
    simulated = layout.source == "simulated"
    for side, _ in layout.joints:
        hand = robot.hands[side]
        positions = hand.simulated_positions if simulated else hand.positions
        base = hand.simulated_base_pose if simulated else hand.base_pose
        state += [_values_at(now, positions, times), _poses_at(now, base, times)]
        action += [_values_at(now, hand.commands, times), _poses_at(now, hand.base_command, times)]
    pose = robot.simulated_object_pose if simulated else robot.object_pose
    return Steps(
        np.concatenate(state, 1).astype(np.float32),
        np.concatenate(action, 1).astype(np.float32),
        _poses_at(now, pose, times),
        robot.success,
    )


def _uniform(now: np.ndarray, fps: float) -> np.ndarray:
    """Times from the first on, every 1 / fps s, none after the last."""
    count = int(np.floor((now[-1] - now[0]) * fps + 1e-6)) + 1
    return np.minimum(now[0] + np.arange(count) / fps, now[-1])


def _are_at(now: np.ndarray, times: np.ndarray) -> bool:
    return len(now) == 1 or (len(now) == len(times) and np.allclose(now, times, atol=1e-6))


def _values_at(now: np.ndarray, values: np.ndarray, times: np.ndarray) -> np.ndarray:
    return values if _are_at(now, times) else interp1d(now, values, axis=0)(times)


def _rotvecs_at(now: np.ndarray, rotvecs: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Of (T, J, 3), each on its own."""
    if _are_at(now, times):
        return rotvecs
    turned = [Slerp(now, Rotation.from_rotvec(joint))(times) for joint in rotvecs.swapaxes(0, 1)]
    return np.stack([rotation.as_rotvec() for rotation in turned], 1)


def _poses_at(now: np.ndarray, poses: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(T, 4, 4) -> (K, 9), see POSE_NAMES."""
    matrices = poses[:, :3, :3]
    if not _are_at(now, times):
        matrices = Slerp(now, Rotation.from_matrix(matrices))(times).as_matrix()
    where = _values_at(now, poses[:, :3, 3], times)
    return np.concatenate([where, matrices[..., 0], matrices[..., 1]], 1).astype(np.float32)


def layout_json(layout: StepLayout) -> str:
    """The layout as JSON, for readers of a file."""
    return json.dumps(
        {
            "kind": layout.kind,
            "robot": layout.robot,
            "models_sha256": dict(layout.models),
            "source": layout.source,
            "fps": layout.fps,
            "frame": "z up, the frame of the request",
            "units": "m, rad, s",
        }
    )
