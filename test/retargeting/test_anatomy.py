"""What is inferred of hands whose names say nothing."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.anatomy import FINGERS, infer
from diffh2o_ros.retargeting.built_in import mjcf, urdf
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.links import Links
from diffh2o_ros.retargeting.robot_file import read_robot

TIPS = {
    "thumb": "thumb_ip",
    "index": "index_dip",
    "middle": "middle_dip",
    "ring": "ring_dip",
    "little": "little_dip",
}


def hand_of(text, tmp_path):
    path = tmp_path / "hand.xml"
    path.write_text(text)
    links = Links.of(read_robot(path).compile())
    return links, infer(links)


def nameless(text):
    """The file with names that tell nothing, and which name each had."""
    root = ElementTree.fromstring(text)
    new = {}
    for tag in ("body", "link", "joint"):
        for number, element in enumerate(root.iter(tag)):
            if "name" in element.attrib:
                new[element.get("name")] = f"{tag[0]}{number}"
    for element in root.iter():
        for key, value in element.attrib.items():
            if value in new and (key != "name" or element.tag in ("body", "link", "joint")):
                element.set(key, new[value])
    return root, {value: key for key, value in new.items()}


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("write", [mjcf, urdf])
def test_a_hand_without_names_is_understood(tmp_path, side, write):
    root, was = nameless(write(side, [0.5, -1.0]))
    links, hand = hand_of(ElementTree.tostring(root, encoding="unicode"), tmp_path)
    assert hand.side == side
    found = {name: was[links.bodies(f.links[-1])[0]] for name, f in hand.fingers.items()}
    assert found == TIPS
    for finger in hand.fingers.values():
        for joint, closing in zip(finger.joints, finger.closing, strict=True):
            assert closing == ("flexion" in was[links.model.joint(joint).name])
    assert hand.normal @ [0, -1, 0] > 0.95


@pytest.mark.parametrize("absent", [("little",), ("little", "ring")])
def test_hands_with_fewer_fingers(tmp_path, absent):
    root, was = nameless(mjcf("right"))
    gone = {f"{finger}_{joint}" for finger in absent for joint in ("mcp", "pip", "dip")}
    for parent in list(root.iter()):
        for child in list(parent):
            names = {was.get(child.get(key)) for key in ("name", "joint", "body1", "body2")}
            hinge = any(str(n).split("_")[0] in absent for n in names)
            if names & gone or (child.tag in ("position", "exclude") and hinge):
                parent.remove(child)
    links, hand = hand_of(ElementTree.tostring(root, encoding="unicode"), tmp_path)
    assert list(hand.fingers) == list(FINGERS[: 5 - len(absent)]) and hand.side == "right"
    assert was[links.bodies(hand.fingers["thumb"].links[-1])[0]] == "thumb_ip"


def test_joints_above_the_palm_are_an_arm_s(tmp_path):
    root = ElementTree.fromstring(mjcf("left"))
    (wrist,) = root.find("worldbody")
    root.find("worldbody").remove(wrist)
    holder = root.find("worldbody")
    for number in range(3):
        holder = ElementTree.SubElement(holder, "body", name=f"arm{number}", pos="0 0 0.2")
        ElementTree.SubElement(holder, "joint", name=f"elbow{number}", axis="1 0 0", range="-1 1")
        ElementTree.SubElement(holder, "geom", type="sphere", size="0.03")
    holder.append(wrist)
    links, hand = hand_of(ElementTree.tostring(root, encoding="unicode"), tmp_path)
    assert [links.model.joint(j).name for j in hand.arm] == ["elbow0", "elbow1", "elbow2"]
    assert hand.side == "left" and len(hand.fingers) == 5


def test_two_fingers_behind_one_metacarpal_are_two(tmp_path):
    """And the rod of a linkage beside a finger is none."""
    root = ElementTree.fromstring(mjcf("right"))
    (wrist,) = root.find("worldbody")
    bodies = {body.get("name"): body for body in root.iter("body")}
    fold = ElementTree.SubElement(wrist, "body", name="fold")
    ElementTree.SubElement(fold, "joint", name="fold", axis="1 0 0", range="0 0.5")
    ElementTree.SubElement(fold, "geom", type="sphere", size="0.004", pos="0.05 0 -0.02")
    for finger in ("ring_mcp", "little_mcp"):
        wrist.remove(bodies[finger])
        fold.append(bodies[finger])
    rod = ElementTree.SubElement(bodies["index_mcp"], "body", name="rod")
    ElementTree.SubElement(rod, "joint", name="rod", axis="0 0 1", range="0 1.5")
    ElementTree.SubElement(rod, "geom", type="sphere", size="0.003", pos="-0.02 0.01 0")
    links, hand = hand_of(ElementTree.tostring(root, encoding="unicode"), tmp_path)
    assert list(hand.fingers) == list(FINGERS)
    assert [links.bodies(f.links[-1])[0] for f in hand.fingers.values()] == list(TIPS.values())


def test_pads_face_where_fingers_close(tmp_path):
    """Each is at the end of its finger, on the skin, on the palmar side."""
    _, hand = hand_of(mjcf("right"), tmp_path)
    for name, finger in hand.fingers.items():
        assert np.linalg.norm(finger.pad - finger.tip) < 0.025
        assert np.linalg.norm(finger.normal) == pytest.approx(1)
        if name != "thumb":
            assert finger.normal @ [0, -1, 0] > 0.7


@pytest.mark.parametrize("fingers", [0, 1])
def test_what_is_no_hand_is_told(tmp_path, fingers):
    chain = '<body name="a" pos="0 0 .1"><joint axis="1 0 0"/><geom size=".01"/></body>'
    text = f'<mujoco><worldbody><body name="base">{chain * fingers}</body></worldbody></mujoco>'
    with pytest.raises(RobotHandError, match=f"no hand in this robot: it has {fingers} moving"):
        hand_of(text, tmp_path)
