"""Reads the file of a robot hand, MJCF or URDF, into a MuJoCo specification.

What MuJoCo would read wrongly, in silence or with a crash, is looked at before: entities, files
that include themselves, links that no joint holds, limits that are no numbers, missing meshes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import mujoco
import numpy as np

from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.urdf import hand_of_urdf, velocities_of_urdf

LARGEST_FILE = 20_000_000  #: bytes
MOST_JOINTS = 100
MOST_INCLUDES = 50


def read_robot(path: str | Path) -> mujoco.MjSpec:
    """The robot in a file.

    Args:
        path: .urdf, or .xml or .mjcf with a URDF or MJCF in it. What the file includes lies beside
            it or below.

    Raises:
        RobotHandError: one line, what is wrong with it and how to mend it.
    """
    path = Path(path)
    root = _parsed(path)
    if root.tag == "robot":
        spec = _guarded(path, lambda: hand_of_urdf(root, path))
    elif root.tag == "mujoco":
        _check_numbers(root, path)
        _check_includes(root, path, path.parent.resolve(), [path.resolve()])
        spec = _guarded(path, lambda: mujoco.MjSpec.from_file(str(path)))
    else:
        raise RobotHandError(
            f"{shown(path)} is neither URDF (<robot>) nor MJCF (<mujoco>) but <{root.tag[:40]}>"
        )
    _check(_guarded(path, spec.compile), path)
    return spec


def velocity_limits(path: str | Path) -> dict[str, float]:
    """Largest speeds of joints by name, rad/s or m/s, as far as the file at `path`, which
    `read_robot` has read, knows of any: MJCF does not."""
    root = _parsed(Path(path))
    return velocities_of_urdf(root) if root.tag == "robot" else {}


def _parsed(path: Path) -> ElementTree.Element:
    """The XML of a file, without entities, which may stand for gigabytes or for other files."""
    if path.suffix.lower() == ".xacro":
        raise RobotHandError(
            f"{shown(path)} is xacro: expand it first (ros2 run xacro xacro FILE > hand.urdf)"
        )
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise RobotHandError(f"{shown(path)} has over {LARGEST_FILE // 10**6} MB")
        content = path.read_bytes()
    except OSError as error:
        raise RobotHandError(f"{shown(path)} cannot be read: {error.strerror}") from None
    except ValueError:
        raise RobotHandError(f"{shown(path)} is no path: it holds a zero byte") from None
    if re.search(rb"<!(DOCTYPE|ENTITY)", content):
        raise RobotHandError(f"{shown(path)} has a DOCTYPE or entities: take them out")
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise RobotHandError(f"{shown(path)} is no XML: {error}") from None


def _check_numbers(root: ElementTree.Element, path: Path) -> None:
    """Raises RobotHandError for NaN, of which MuJoCo only writes a note into a file."""
    for element in root.iter():
        for key, value in element.attrib.items():
            if key != "name" and "nan" in value.lower().split():
                raise RobotHandError(f"{shown(path)}: {key} of a <{element.tag}> holds NaN")


def _check_includes(root: ElementTree.Element, path: Path, home: Path, above: list[Path]) -> None:
    """Raises RobotHandError for files that include themselves, or files elsewhere."""
    for include in root.iter("include"):
        name = include.get("file", "")
        target = (home / name).resolve()
        if home not in target.parents:
            raise RobotHandError(
                f"{shown(path)} includes {name!r}, which lies elsewhere: put it beside the file"
            )
        if target in above or len(above) > MOST_INCLUDES:
            raise RobotHandError(f"{shown(path)} includes {name!r}, which includes itself")
        if not target.is_file():
            raise RobotHandError(f"{shown(path)} includes {name!r}, which is not there")
        included = _parsed(target)
        _check_numbers(included, target)
        _check_includes(included, target, home, [*above, target])


def _guarded(path: Path, work):
    """What `work` gives; MuJoCo's errors in one line."""
    try:
        return work()
    except RobotHandError:
        raise
    except (ValueError, RuntimeError, OSError, mujoco.FatalError) as error:
        said = " ".join(str(error).split())
        raise RobotHandError(f"MuJoCo cannot read {shown(path)}: {said[:300]}") from None


def _check(model: mujoco.MjModel, path: Path) -> None:
    if model.njnt > MOST_JOINTS:
        raise RobotHandError(
            f"{shown(path)} has {model.njnt} joints, {MOST_JOINTS} at most can be used"
        )
    for name in ("jnt_range", "jnt_axis", "body_pos", "body_quat", "body_mass", "body_inertia"):
        if not np.isfinite(getattr(model, name)).all():
            raise RobotHandError(f"{shown(path)} has {name} that are no finite numbers")
