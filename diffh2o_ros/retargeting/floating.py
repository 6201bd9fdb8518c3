"""A robot's file reduced to a hand that floats."""

from __future__ import annotations

import difflib
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING

import mujoco

from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.anatomy import infer
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.links import MOVING, Links

if TYPE_CHECKING:
    from diffh2o_ros.retargeting.mapping import HandMapping

_ORIENTATIONS = ("quat", "axisangle", "euler", "xyaxes", "zaxis")
#: Name of the joint by which a hand floats.
FLOATING = "floating_base"
#: Joints above the palm of a hand with its wrist; where there are more, they are an arm's.
WRIST_JOINTS = 2


def float_hand(spec: mujoco.MjSpec, name: str, mapping: HandMapping | None = None) -> mujoco.MjSpec:
    """The specification, which is changed, with nothing in it but the hand, which floats: joints
    above the palm are fixed, and those that a mapping locks. Raises RobotHandError where there is
    no hand."""
    for number, body in enumerate(spec.bodies[1:]):
        body.name = body.name or f"body_{number}"
    for number, joint in enumerate(spec.joints):
        joint.name = joint.name or f"joint_{number}"
    if mapping is not None:
        _fix(spec, _locked(spec, mapping, name))
    links = Links.of(spec.compile())
    hand = infer(links, shown(name), mapping)
    model = links.model
    fixed = {model.joint(j).name for j in hand.arm}
    fixed |= {model.joint(j).name for j in range(model.njnt) if model.jnt_type[j] not in MOVING}
    tops = {int(model.body_rootid[f.links[-1]]) for f in hand.fingers.values()}
    if len(tops) > 1:
        raise RobotHandError(
            f"the fingers of {name} hang on the world: put a palm's body above them"
        )
    (top,) = tops
    for body in [b for b in spec.worldbody.bodies if b.id != top]:
        spec.delete(body)
    for geom in list(spec.worldbody.geoms):
        spec.delete(geom)
    for kind in (spec.keys, spec.sensors):
        for element in list(kind):
            spec.delete(element)
    _fix(spec, fixed)
    if len(hand.arm) > WRIST_JOINTS:
        spec = _without_arm(spec, model.body(hand.palm).name)
    _plain(spec)
    spec.worldbody.first_body().add_freejoint(name=FLOATING)
    return spec


def _without_arm(spec: mujoco.MjSpec, palm: str) -> mujoco.MjSpec:
    """The palm's body and what it carries: an arm fixed to it would be in the way, and a hand on
    springs at an arm's base would swing."""
    spec.compile()  # as it is by now: that is what is written
    root = ElementTree.fromstring(spec.to_xml())
    world = root.find("worldbody")
    above = {child: parent for parent in world.iter() for child in parent}
    body = next(b for b in world.iter("body") if b.get("name") == palm)
    holder = body
    while "childclass" not in body.attrib and holder is not world:
        holder = above[holder]
        if "childclass" in holder.attrib:
            body.set("childclass", holder.get("childclass"))
    for child in list(world):
        world.remove(child)
    world.append(body)
    for where in ("pos", *_ORIENTATIONS):
        body.attrib.pop(where, None)
    kept = {b.get("name") for b in body.iter("body")}
    for section in (*root.findall("contact"), *root.findall("equality")):
        for element in list(section):
            if {element.get(end, palm) for end in ("body1", "body2")} - kept:
                section.remove(element)
    found = mujoco.MjSpec.from_string(ElementTree.tostring(root, "unicode"), assets=spec.assets)
    found.modelfiledir = spec.modelfiledir
    return found


def _locked(spec: mujoco.MjSpec, mapping: HandMapping, name: str) -> set[str]:
    """The joints that a mapping locks; those that follow others are no joints of their own."""
    names = {joint.name for joint in spec.joints}
    for said in (*mapping.locked, *(mapping.moving or ())):
        if said not in names:
            close = difflib.get_close_matches(said, names, 1)
            hint = f": do you mean {shown(close[0])}?" if close else ""
            raise RobotHandError(f"{shown(name)} has no joint {shown(said)}{hint}")
    locked = set(mapping.locked)
    if mapping.moving is not None:
        equal = mujoco.mjtEq.mjEQ_JOINT
        followers = {e.name1 for e in spec.equalities if e.type == equal}
        locked |= names - set(mapping.moving) - followers
    return locked


def _plain(spec: mujoco.MjSpec) -> None:
    """Settings of a simulation are no hand's: those of MuJoCo, so that it fits into any scene."""
    default = mujoco.MjSpec()
    for name in dir(default.option):
        if not name.startswith("_"):
            setattr(spec.option, name, getattr(default.option, name))
    spec.njmax, spec.nconmax, spec.memory = -1, -1, -1
    for kind in ("body", "jnt", "geom", "site", "cam", "tendon", "actuator", "sensor"):
        setattr(spec, f"nuser_{kind}", -1)
    for elements in (spec.bodies, spec.joints, spec.geoms, spec.sites):
        for element in elements:
            element.userdata = []


def _fix(spec: mujoco.MjSpec, joints: set[str]) -> None:
    """Takes joints away, and what moves or couples them."""
    for actuator in list(spec.actuators):
        if actuator.target in joints:
            spec.delete(actuator)
    for equality in list(spec.equalities):
        if joints & {equality.name1, equality.name2}:
            spec.delete(equality)
    for joint in list(spec.joints):
        if joint.name in joints:
            spec.delete(joint)


def strip(spec: mujoco.MjSpec) -> None:
    """Takes away what kinematics need not know of."""
    for kind in (spec.actuators, spec.tendons, spec.cameras, spec.lights):
        for element in list(kind):
            spec.delete(element)
