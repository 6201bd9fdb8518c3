"""A robot hand's mapping, as dex-retargeting writes it in YAML: which link is which fingertip."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.anatomy import FINGERS
from diffh2o_ros.retargeting.errors import RobotHandError

LARGEST_FILE = 1_000_000  #: bytes
#: Kinds of dex-retargeting's optimizers, and where each says its links and human keypoints.
_LINKS = {
    "position": "target_link_names",
    "vector": "target_task_link_names",
    "dexpilot": "finger_tip_link_names",
}
#: What only dex-retargeting's optimizers need: here a hand floats at its own size.
_UNUSED = (
    "add_dummy_free_joint",
    "escape_dist",
    "has_global_pose_limits",
    "has_joint_limits",
    "huber_delta",
    "ignore_mimic_joint",
    "low_pass_alpha",
    "norm_delta",
    "normal_delta",
    "project_dist",
    "scaling_factor",
    "target_origin_link_names",
    "target_wrist_link_name",
    "urdf_path",
)
_USED = (
    "type",
    *_LINKS.values(),
    "target_link_human_indices",
    "target_joint_names",
    "wrist_link_name",
    "palm_links",
    "locked_joints",
)
#: The keypoint of each fingertip, thumb first, by number.
_FINGER_OF = dict(zip(TIP_KEYPOINTS, FINGERS, strict=True))


@dataclass(frozen=True)
class HandMapping:
    """What a mapping says.

    Attributes:
        tips: link of each finger's tip, by finger, the thumb among them.
        palm: link that the fingers hang on, None for where they meet.
        locked: joints that stay at 0.
        moving: the only joints that move, None for all.
    """

    tips: Mapping[str, str]
    palm: str | None = None
    locked: tuple[str, ...] = ()
    moving: tuple[str, ...] | None = None


def read_mapping(path: str | Path) -> HandMapping:
    """The mapping in a YAML file: its `retargeting`, of type position, vector or DexPilot.

    Beside dex-retargeting's keys there may be `palm_links`, of which the first carries the fingers,
    and `locked_joints`. What its optimizers alone need (scaling_factor ...) is not used, and
    urdf_path neither: the robot's file is named beside the mapping.

    Raises:
        RobotHandError: one line; it cannot be read, says something twice, or something unknown.
    """
    where = f"mapping {shown(str(path))}"
    try:
        return _mapping(_content(Path(path), where), where)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise RobotHandError(f"{where} is no YAML: {said[:200]}") from None
    except RecursionError:
        raise RobotHandError(f"{where} is nested too deeply") from None


def _content(path: Path, where: str) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise RobotHandError(f"{where} has over {LARGEST_FILE} bytes")
        text = path.read_text("utf-8")
    except OSError as error:
        raise RobotHandError(f"{where} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RobotHandError(f"{where} is no text in UTF-8") from None
    except ValueError:
        raise RobotHandError(f"{where} is no path: it holds a zero byte") from None
    found = yaml.load(text, _Loader)  # a SafeLoader: plain values alone
    if not isinstance(found, dict) or not isinstance(found.get("retargeting"), dict):
        raise RobotHandError(f"{where} has no section `retargeting`")
    other = [str(key) for key in found if key != "retargeting"]
    if other:
        raise RobotHandError(f"{where} has {shown(other[0])} beside `retargeting`: unknown")
    return found["retargeting"]


def _mapping(said: dict[str, Any], where: str) -> HandMapping:
    for key in said:
        if key not in _USED + _UNUSED:
            close = difflib.get_close_matches(str(key), _USED + _UNUSED, 1)
            hint = f": do you mean {close[0]}?" if close else ""
            raise RobotHandError(f"{where} has the unknown key {shown(str(key))}{hint}")
    kind = str(said.get("type", "")).lower()
    if kind not in _LINKS:
        raise RobotHandError(f"{where} has type {said.get('type')!r}: position, vector or DexPilot")
    links = _names(said, _LINKS[kind], where)
    if not links:
        raise RobotHandError(f"{where} has no {_LINKS[kind]}")
    keypoints = _keypoints(said, kind, len(links), where)
    tips: dict[str, str] = {}
    for link, keypoint in zip(links, keypoints, strict=True):
        finger = _FINGER_OF.get(keypoint)
        if finger is None:
            continue  # of a joint further up the finger
        if tips.setdefault(finger, link) != link:
            raise RobotHandError(f"{where} has two links for the tip of the {finger}")
    if "thumb" not in tips or len(tips) < 2:
        raise RobotHandError(
            f"{where} names {len(tips)} fingertip(s): a thumb (keypoint 4) and a finger are needed"
        )
    twice = [link for link in tips.values() if list(tips.values()).count(link) > 1]
    if twice:
        raise RobotHandError(f"{where} has {shown(twice[0])} as the tip of two fingers")
    palm = (_names(said, "palm_links", where) or [said.get("wrist_link_name")])[0]
    if palm is not None and not isinstance(palm, str):
        raise RobotHandError(f"{where}: wrist_link_name must be a name, is {palm!r}")
    moving = _names(said, "target_joint_names", where)
    return HandMapping(
        {finger: tips[finger] for finger in FINGERS if finger in tips},
        palm,
        tuple(_names(said, "locked_joints", where)),
        tuple(moving) or None,
    )


def _names(said: dict[str, Any], key: str, where: str) -> list[str]:
    found = said.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise RobotHandError(f"{where}: {key} must be a list of names")
    return found


def _keypoints(said: dict[str, Any], kind: str, count: int, where: str) -> list[int]:
    """The human keypoint of each link."""
    found = said.get("target_link_human_indices")
    if found is None and kind == "dexpilot":  # from the thumb on
        if count > len(TIP_KEYPOINTS):
            raise RobotHandError(f"{where} has {count} fingertips: a hand has five at most")
        return list(TIP_KEYPOINTS[:count])
    rows = found if kind == "position" else None
    if kind != "position" and isinstance(found, list) and len(found) == 2:
        rows = found[1]  # vectors, from the first row's keypoints to the second's
    whole = isinstance(rows, list) and all(type(k) is int and 0 <= k <= 20 for k in rows)
    if kind == "dexpilot" and whole and len(rows) != count:
        return list(TIP_KEYPOINTS[:count])  # vectors between all pairs: tips are in order
    if not whole or len(rows) != count:
        shape = "a row of" if kind == "position" else "two rows of"
        raise RobotHandError(
            f"{where}: target_link_human_indices must be {shape} {count} keypoints, 0 to 20"
        )
    return rows


class _Loader(yaml.SafeLoader):
    """Refuses what would be read otherwise than it looks: a key twice, and aliases, which stand for
    gigabytes where they are nested."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("an alias (*): write it out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.YAMLError(f"{twice[0]!r} is said twice")
        return super().construct_mapping(node, deep)
