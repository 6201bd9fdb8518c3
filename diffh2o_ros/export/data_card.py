"""The page that lies in a data set's folder."""

from __future__ import annotations

from diffh2o_ros.export.steps import POSE_NAMES, StepLayout
from diffh2o_ros.printable import shown

_SHOWN_TASKS = 10

_PAGE = """\
---
license: other
task_categories: [robotics]
tags: [LeRobot]
configs: [{{config_name: default, data_files: data/*/*.parquet}}]
---
# {title}

Made by diffh2o_ros: {episodes} episodes, {frames} frames, {fps} frames a second, LeRobot v3.0.
Objects are in one split each; episodes of a split follow one another: {splits}.

| column | numbers | what |
|---|---|---|
| `observation.state` | {size} | {state} |
| `action` | {size} | {action} |
| `observation.environment_state` | 9 | {object} pose of the object's mesh |
{rewards}| `next.done` | 1 | the episode's last row |

Meters, radians, seconds; z up; all poses in the request's frame, in which the object's mesh lay
as it was given. A pose is `{pose}`: position, then the first two columns
of the rotation matrix. Names of all numbers are in `meta/info.json`.

`meshes/episodes.json` names the mesh of each episode (`meshes/OBJECT_ID.obj`, in its own frame) and
what else is known of it.

Tasks: {tasks}

License: none is set; set one before you share this. Meshes are the user's. Motions of MANO hands,
and of networks trained on GRAB, stand under those licenses (non-commercial).
"""

_STATE = {
    "robot": "{source} joint positions (rad, m) and pose of the root of each hand of {robot}",
    "human": "MANO's global_orient, transl and hand_pose (axis-angle, absolute) of the left and "
    "the right hand, 0 where it is idle, and whether each acts",
}
_ACTION = {
    "robot": "commands of the same joints and of the root's pose",
    "human": "the next state; the last is repeated",
}
_REWARDS = (
    "| `next.success`, `next.reward` | 1 | 1 in the last row of what simulation found done |\n"
)


def data_card(layout: StepLayout, info: dict, tasks: list[str]) -> str:
    """README.md of a LeRobot data set whose info.json is given."""
    is_robot = layout.kind == "robot"
    more = f" and {len(tasks) - _SHOWN_TASKS} more" if len(tasks) > _SHOWN_TASKS else ""
    robot = shown(layout.robot)
    return _PAGE.format(
        title=f"{robot}: manipulation" if is_robot else "Human hands: manipulation",
        episodes=info["total_episodes"],
        frames=info["total_frames"],
        fps=info["fps"],
        splits=", ".join(f"{name} {span}" for name, span in info["splits"].items()),
        size=len(layout.state_names),
        state=_STATE[layout.kind].format(source=layout.source, robot=robot),
        action=_ACTION[layout.kind],
        object=layout.source,
        rewards=_REWARDS if is_robot else "",
        pose=" ".join(POSE_NAMES),
        tasks="; ".join(shown(task) for task in tasks[:_SHOWN_TASKS]) + more,
    )
