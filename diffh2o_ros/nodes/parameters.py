"""The node's parameters: one typed table, with descriptions and ranges."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from rclpy.node import Node

from diffh2o_ros.geometry.table import NO_TABLE, UNDER_OBJECT
from diffh2o_ros.nodes.frame_names import frame_name
from diffh2o_ros.synthesis.options import (
    MOST_CANDIDATES,
    RequestOptions,
    SynthesizerOptions,
    option,
)
from diffh2o_ros.synthesis.settings import SynthesisSettings

DEFAULTS = SynthesisSettings()
#: Choices that code asks about.
QUEUE_TASKS, LATEST_TASK = "queue", "latest"
MANO_WRIST, GRIPPER = "mano", "gripper"
AT_HEIGHT = "at_height"
UNLESS = "A request may say otherwise."
_ROBOT = (
    "The robot's {side} hand, which does what the human {side} hand does, seen in simulation "
    "(docs/robots.md): openhand, allegro, shadow, menagerie:NAME, or the path of an MJCF or URDF "
    "file; empty: none."
)
_MAPPING = (
    "dex-retargeting's YAML file of robot_{side}, which says what of it is thumb, finger and palm; "
    "empty: inferred."
)
_AXES = ("x", "y", "z", "-x", "-y", "-z")


def _parameter(default: object, description: str, live: bool = True, **bounds: tuple):
    """A parameter.

    Args:
        live: whether it may be changed while the node is configured.
        bounds: its `choices`, or the lowest and highest number as `range`.
    """
    return field(default=default, metadata={"description": description, "live": live, **bounds})


def _option(of: type, name: str, more: str = "", otherwise: str = "", live: bool = True):
    """An option of the library. Where its default is None, it is empty or 0 here, which stands for
    `otherwise`."""
    default, about = option(of, name)
    description, low = about.help[0].upper() + about.help[1:], about.low
    if default is None:
        default, low, empty = ("", None, "empty") if low is None else (0, 0, "0")
        description += f"; {empty}: {otherwise or about.otherwise}"
    description = f"{description}. {more}".strip()
    bounds = {"choices": about.choices()} if low is None else {"range": (low, about.high)}
    return _parameter(default, description, live, **bounds)


@dataclass(frozen=True)
class Settings:
    """A snapshot of the parameters; the descriptions below are what `ros2 param describe` shows.

    Those that are not live are read when the node is configured, and read-only until it is cleaned
    up.
    """

    device: str = _option(SynthesizerOptions, "device", live=False)
    weights: str = _option(SynthesizerOptions, "weights", live=False)
    hand_model: str = _option(SynthesizerOptions, "hand", live=False)
    mano_dir: str = _option(SynthesizerOptions, "mano_dir", live=False)
    cache_dir: str = _option(SynthesizerOptions, "cache_dir", live=False)
    robot_right: str = _parameter("", _ROBOT.format(side="right"), live=False)
    robot_left: str = _parameter("", _ROBOT.format(side="left"), live=False)
    robot_right_mapping: str = _parameter("", _MAPPING.format(side="right"), live=False)
    robot_left_mapping: str = _parameter("", _MAPPING.format(side="left"), live=False)
    queue_size: int = _parameter(
        4, "How many requests may wait for their turn; more are refused.", live=False, range=(1, 64)
    )
    num_candidates: int = _parameter(
        0,
        "Grasps tried for each motion, of which the best is kept (with a target, of "
        f"{DEFAULTS.num_targeted} at most); 0: {DEFAULTS.num_candidates}.",
        live=False,
        range=(0, MOST_CANDIDATES),
    )
    frame_id: str = _parameter(
        "world",
        "Frame of requests that name none and of what comes without one on topics; z points up. "
        "Motions are made in it, and brought to the frame that a request names.",
    )
    num_sampling_steps: int = _option(RequestOptions, "steps", UNLESS, str(DEFAULTS.num_steps))
    refine: bool = _option(RequestOptions, "refine", UNLESS)
    complete: str = _option(RequestOptions, "complete", UNLESS)
    hold: str = _option(RequestOptions, "hold")
    seed: int = _option(RequestOptions, "seed", "For what is asked for through ~/task.")
    task_policy: str = _parameter(
        QUEUE_TASKS,
        "What a task on ~/task does while an earlier one waits or runs. queue: waits for its turn. "
        "latest: cancels the earlier one.",
        choices=(QUEUE_TASKS, LATEST_TASK),
    )
    object_pose_timeout: float = _parameter(
        10.0,
        "Age after which the object's pose from ~/object_pose is too old for a task, which is then "
        "refused, s; 0: never.",
        range=(0.0, 3600.0),
    )
    tf_timeout: float = _parameter(
        0.5,
        "How long a request waits for tf to hear of the frames that it names, at their stamps, s: "
        "a picture is often a little newer than what tf knows.",
        range=(0.0, 60.0),
    )
    mesh_folders: tuple[str, ...] = _parameter(
        ("",),  # "" stands for none: an empty list has no type
        "Folders that a request's mesh_resource may name files in, beside the share folders of "
        "installed packages; links that lead out of them are not followed.",
    )
    table: str = _parameter(
        UNDER_OBJECT,
        "What the object stands on, unless a request says it. under_object: a plane through its "
        "lowest point. at_height: a plane at table_height. none: held up in the air.",
        choices=(UNDER_OBJECT, AT_HEIGHT, NO_TABLE),
    )
    table_height: float = _parameter(
        0.0, "z of the table in frame_id, m; read where table is at_height.", range=(-100.0, 100.0)
    )
    below_table: str = _option(RequestOptions, "below_table", UNLESS)
    grasp_timeout: float = _parameter(
        10.0,
        "Age after which a grasp from ~/grasp or ~/grasp_pose is no longer used, s; 0: never.",
        range=(0.0, 3600.0),
    )
    grasp_pose_side: str = _parameter(
        "right", "The hand that ~/grasp_pose speaks of.", choices=("left", "right")
    )
    grasp_pose_convention: str = _parameter(
        MANO_WRIST,
        "What ~/grasp_pose gives. mano: the wrist (rest joint 0) and its rotation. gripper: the "
        "frame of a two-finger gripper, of which the next three speak (docs/grasps.md).",
        choices=(MANO_WRIST, GRIPPER),
    )
    gripper_approach_axis: str = _parameter(
        "z", "Axis of the gripper's frame along which it approaches.", choices=_AXES
    )
    gripper_closing_axis: str = _parameter(
        "y", "Axis of the gripper's frame along which its fingers close.", choices=_AXES
    )
    gripper_tip: float = _parameter(
        0.0,
        "Distance from the gripper's origin along the approach axis to between its fingertips, m.",
        range=(-0.5, 0.5),
    )
    publish_vertices: bool = _parameter(
        False, "Put vertices and triangles into the messages on topics (megabytes each)."
    )
    record_directory: str = _parameter(
        "",
        "Folder that each result is written to as a bag of ROS 2 of its own (MCAP; "
        "docs/export_mcap.md), named by the time; it needs the package rosbags; empty: none.",
    )
    playback_rate: float = _parameter(
        10.0,
        "How often markers, keypoints and tf of the last motion are published while it plays, Hz; "
        "below 0.1: never.",
        range=(0.0, 60.0),
    )
    playback_speed: float = _parameter(
        1.0, "How fast it plays; 1: as fast as a person would move.", range=(0.01, 10.0)
    )
    playback_loop: bool = _parameter(True, "Play over and over; else once, then stay at the end.")

    def __post_init__(self) -> None:
        object.__setattr__(self, "mesh_folders", tuple(self.mesh_folders or ()))
        object.__setattr__(self, "frame_id", frame_name(self.frame_id))

    @property
    def synthesizer(self) -> SynthesizerOptions:
        """What the node's `Synthesizer` is made with."""
        return SynthesizerOptions(
            device=self.device,
            hand=self.hand_model,
            weights=self.weights or None,
            mano_dir=self.mano_dir or None,
            cache_dir=self.cache_dir or None,
        )

    @classmethod
    def of(cls, node: Node) -> Settings:
        """The parameters of `node` as they are now."""
        values = {f.name: node.get_parameter(f.name).value for f in fields(cls)}
        return cls(**values)


def own_frame(node: Node) -> str:
    """The parameter frame_id, as tf2 has names."""
    return frame_name(node.get_parameter("frame_id").value)


def parameters_page() -> str:
    """docs/parameters.md: every parameter as it is declared."""
    lines = [
        "# Parameters of the synthesis node",
        "",
        "Written by `python -m diffh2o_ros.nodes.parameters`; `ros2 param describe` says the same.",
        "Defaults are in `config/synthesis.yaml`. Those that are *live* may be changed at any",
        "time, the others while the node is unconfigured. A whole number will do for a `float`.",
        "",
        "| parameter | type | default | range | live | what |",
        "|---|---|---|---|---|---|",
    ]
    for f in fields(Settings):
        low_high = f.metadata.get("range")
        values = ", ".join(f.metadata.get("choices", ()))
        if low_high:
            values = f"{low_high[0]} to {low_high[1]}"
        default = str(f.default).lower() if isinstance(f.default, bool) else f.default
        several = isinstance(default, tuple)
        kind, default = ("list of str", "") if several else (f.type, default)
        cells = [
            f"`{f.name}`",
            kind,
            f"`{default}`" if default != "" else "empty",
            values or "any",
            "yes" if f.metadata["live"] else "no",
            f.metadata["description"],
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(parameters_page(), end="")
