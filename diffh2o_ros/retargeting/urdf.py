"""URDF as MuJoCo reads it best: collision shapes alone, meshes found, faults told."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import mujoco
import numpy as np

from diffh2o_ros.geometry.mesh_file import read_mesh
from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.errors import RobotHandError

MOVING = ("revolute", "continuous", "prismatic")
KINDS = (*MOVING, "fixed", "floating", "planar")


def hand_of_urdf(root: ElementTree.Element, path: Path) -> mujoco.MjSpec:
    """The robot of a parsed URDF (whose tree is changed).

    Shapes are those of <collision>, of <visual> where the file has no other. Raises RobotHandError.
    """
    _check_tree(root, path)
    _check_joints(root, path)
    _keep_collisions(root)
    assets = _meshes(root, path)
    for extension in root.findall("mujoco"):
        root.remove(extension)
    compiler = ElementTree.SubElement(ElementTree.SubElement(root, "mujoco"), "compiler")
    compiler.attrib.update(
        fusestatic="false", strippath="false", discardvisual="false", balanceinertia="true"
    )
    return mujoco.MjSpec.from_string(ElementTree.tostring(root, encoding="unicode"), assets=assets)


def _check_tree(root: ElementTree.Element, path: Path) -> None:
    """Links and joints form one tree."""
    links = [link.get("name") for link in root.findall("link")]
    joints = root.findall("joint")
    if not links:
        raise RobotHandError(f"{shown(path)} has no links")
    for what, names in (("link", links), ("joint", [joint.get("name") for joint in joints])):
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice or None in names:
            raise RobotHandError(f"{shown(path)} has {what}s without a name, or {twice[:1]} twice")
    parent: dict[str, str] = {}
    for joint in joints:
        ends = [joint.find(end) for end in ("parent", "child")]
        named = [None if end is None else end.get("link") for end in ends]
        for link in named:
            if link not in links:
                raise RobotHandError(
                    f"{shown(path)}: joint {joint.get('name')!r} has link {link!r}, which is not "
                    "there"
                )
        if named[1] in parent:
            raise RobotHandError(f"{shown(path)}: two joints hold link {named[1]!r}")
        parent[named[1]] = named[0]
    for link in links:
        seen = {link}
        while (link := parent.get(link)) is not None:
            if link in seen:
                raise RobotHandError(f"{shown(path)}: link {link!r} hangs on itself, in a circle")
            seen.add(link)
    loose = [link for link in links if link not in parent]
    if len(loose) > 1:
        raise RobotHandError(f"{shown(path)}: links {', '.join(loose[:3])} hang on nothing")


def _check_joints(root: ElementTree.Element, path: Path) -> None:
    """Kinds are known and limits are numbers, the lower one first."""
    names = {joint.get("name") for joint in root.findall("joint")}
    for joint in root.findall("joint"):
        name, kind = joint.get("name"), joint.get("type")
        if kind not in KINDS:
            raise RobotHandError(f"{shown(path)}: joint {name!r} is of type {kind!r}")
        mimic = joint.find("mimic")
        if mimic is not None and mimic.get("joint") not in names:
            raise RobotHandError(
                f"{shown(path)}: joint {name!r} mimics {mimic.get('joint')!r}, which is not there"
            )
        if kind not in ("revolute", "prismatic"):
            continue
        limit = joint.find("limit")
        if limit is None:
            raise RobotHandError(f"{shown(path)}: joint {name!r} has no <limit>")
        low, high = (_number(limit.get(end, "0"), name, path) for end in ("lower", "upper"))
        if low > high:
            raise RobotHandError(
                f"{shown(path)}: joint {name!r} has limits {low:g} to {high:g}: swap them"
            )


def _number(text: str, joint: str, path: Path) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RobotHandError(f"{shown(path)}: joint {joint!r} has a limit of {text[:40]!r}")
    return value


def _keep_collisions(root: ElementTree.Element) -> None:
    """Leaves one kind of shapes, as collision shapes."""
    links = root.findall("link")
    if not any(link.find("collision") is not None for link in links):
        for link in links:
            for visual in link.findall("visual"):
                visual.tag = "collision"
                for material in visual.findall("material"):
                    visual.remove(material)
    for link in links:
        for visual in link.findall("visual"):
            link.remove(visual)


def _meshes(root: ElementTree.Element, path: Path) -> dict[str, bytes]:
    """The meshes that shapes name, by the names that they are then given; see `read_mesh`."""
    assets: dict[str, bytes] = {}
    names: dict[str, str] = {}
    absent = []
    for mesh in root.iter("mesh"):
        said = mesh.get("filename", "")
        if said not in names:
            file = found_mesh(said, path.parent)
            if file is None:
                absent.append(said)
                continue
            names[said] = f"mesh_{len(names)}.obj"
            assets[names[said]] = _obj(file)
        mesh.set("filename", names[said])
    if absent:
        raise RobotHandError(
            f"{shown(path)} names {len(absent)} meshes that are not there, first "
            f"{absent[0][:120]!r}: put them where it says, relative to the file"
        )
    return assets


def found_mesh(name: str, folder: Path) -> Path | None:
    """The file that a URDF names: relative to its folder, or package://PACKAGE/PATH, with PACKAGE
    or PATH in a folder above."""
    plain = name.removeprefix("file://")
    if plain.startswith("package://"):
        package, _, inner = plain.removeprefix("package://").partition("/")
        homes = [folder.resolve(), *folder.resolve().parents]
        tries = [home / part for home in homes for part in (f"{package}/{inner}", inner)]
    else:
        tries = [folder / plain]
    return next((file for file in tries if file.is_file()), None)


def _obj(file: Path) -> bytes:
    """A mesh as it is in its file, axes kept, as Wavefront OBJ."""
    vertices, faces = read_mesh(file, "z")
    lines = [f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in np.asarray(vertices, float)]
    lines += [f"f {a} {b} {c}" for a, b, c in np.asarray(faces, int) + 1]
    return "\n".join([*lines, ""]).encode()


def velocities_of_urdf(root: ElementTree.Element) -> dict[str, float]:
    """rad/s or m/s of the joints of a parsed URDF that say so; MuJoCo reads over them."""
    found = {}
    for joint in root.findall("joint"):
        limit = joint.find("limit")
        try:
            velocity = float(limit.get("velocity", "nan")) if limit is not None else math.nan
        except ValueError:
            continue
        if 0 < velocity < math.inf:
            found[joint.get("name")] = velocity
    return found
