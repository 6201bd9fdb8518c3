"""A robot hand's kinematics against MuJoCo's own and finite differences."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

pytest.importorskip("mujoco")

import mujoco

from diffh2o_ros.retargeting.built_in import mjcf, urdf
from diffh2o_ros.retargeting.description import description
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robot_hand import VELOCITY, RobotHand
from diffh2o_ros.retargeting.robots import load_robot


def link(name, size="0.008"):
    origin = f'<origin xyz="{0.02 if size == "0.008" else 0} 0 0"/>'
    shape = f'<geometry><sphere radius="{size}"/></geometry>'
    mass = '<mass value="0.02"/><inertia ixx="1e-6" iyy="1e-6" izz="1e-6" ixy="0" ixz="0" iyz="0"/>'
    return (
        f'<link name="{name}"><inertial>{origin}{mass}</inertial>'
        f"<collision>{origin}{shape}</collision></link>"
    )


def hinge(name, parent, child, at, rest="", upper=1.6, velocity="3"):
    return (
        f'<joint name="{name}" type="revolute"><parent link="{parent}"/><child link="{child}"/>'
        f'<origin xyz="{at}" rpy="0 0 0.1"/><axis xyz="0 1 0"/>{rest}'
        f'<limit lower="-0.1" upper="{upper}" effort="1" velocity="{velocity}"/></joint>'
    )


def gripper():
    """A right hand of a palm, a thumb and two fingers along x, the palm to -z, whose middle hinges
    follow the first ones by a slope of 1.5 and an offset."""
    parts = [link("palm", "0.03")]
    for name, at in (("thumb", "0 0.05 0"), ("index", "0.04 0.02 0"), ("middle", "0.04 -0.02 0")):
        parts += [link(f"{name}_a"), hinge(f"{name}_1", "palm", f"{name}_a", at)]
        follows = f'<mimic joint="{name}_1" multiplier="1.5" offset="0.1"/>'
        if name == "thumb":
            follows = ""
        parts += [link(f"{name}_b")]
        parts += [hinge(f"{name}_2", f"{name}_a", f"{name}_b", "0.04 0 0", follows, 2.6)]
    parts += [link("index_c"), hinge("index_3", "index_b", "index_c", "0.04 0 0", velocity="0")]
    return f'<robot name="gripper">{"".join(parts)}</robot>'


def read(text, tmp_path):
    path = tmp_path / "hand.xml"
    path.write_text(text if isinstance(text, str) else ElementTree.tostring(text, "unicode"))
    return RobotHand.read(path)


@pytest.fixture(params=["right", "left", "gripper"])
def hand(request, tmp_path):
    if request.param == "gripper":
        return read(gripper(), tmp_path)
    return load_robot("openhand", request.param)


def anywhere(hand, rng):
    """A configuration whose joints, free ones and followers, are off their limits."""
    low, high = hand.limits[hand.coupling.free].T
    configuration = hand.neutral.copy()
    configuration[:3] = rng.normal(size=3)
    configuration[3:7] = rng.normal(size=4)
    share = rng.uniform(0.2, 0.6, len(low))
    configuration[7:][hand.coupling.free] = low + share * (high - low)
    return hand.clipped(configuration)


def violations(hand, configuration):
    """How far joints are from where MuJoCo's own equality constraints want them, rad."""
    data = mujoco.MjData(hand.model)
    data.qpos[:] = configuration
    mujoco.mj_forward(hand.model, data)
    equality = data.efc_type[: data.nefc] == int(mujoco.mjtConstraint.mjCNSTR_EQUALITY)
    return data.efc_pos[: data.nefc][equality]


def test_jacobians_are_finite_differences(hand):
    rng = np.random.default_rng(0)
    configuration = anywhere(hand, rng)
    points, links = hand.points
    chosen = rng.choice(len(points), 60, replace=False)
    points, links = points[chosen], links[chosen]
    hand.forward(configuration)
    found = hand.jacobian(hand.world(points, links), links)
    normal = hand.directions(np.tile([0.6, 0.0, 0.8], (60, 1)), links)
    turns = np.stack([hand.angular_jacobian(int(link)) for link in links])
    turning = np.cross(turns, normal[:, :, None], axis=1)  # of a vector fixed to the link
    step, size = 1e-5, hand.num_displacements
    assert found.shape == (60, 3, size)
    for column in range(size):
        ends = []
        for by in (step, -step):
            hand.forward(hand.displaced(configuration, by * np.eye(size)[column]))
            ends.append(
                (
                    hand.world(points, links),
                    hand.directions(np.tile([0.6, 0.0, 0.8], (60, 1)), links),
                )
            )
        moved, turned = ((a - b) / (2 * step) for a, b in zip(*ends, strict=True))
        assert found[:, :, column] == pytest.approx(moved, abs=1e-6)
        assert turning[:, :, column] == pytest.approx(turned, abs=1e-6)


def test_a_displacement_leads_from_one_configuration_to_the_other(hand):
    rng = np.random.default_rng(1)
    start = anywhere(hand, rng)
    by = rng.normal(size=hand.num_displacements)
    by[3:6] *= 1.5 / np.linalg.norm(by[3:6])
    by[6:] *= 0.05
    there = hand.displaced(start, by)
    assert hand.displacement(there, start) == pytest.approx(by, abs=1e-9)
    assert hand.displaced(there, -by)[7:] == pytest.approx(start[7:], abs=1e-9)


def test_displaced_keeps_limits(hand):
    rng = np.random.default_rng(2)
    low, high = hand.limits.T
    reached = []
    for _ in range(20):
        moved = hand.displaced(
            anywhere(hand, rng), rng.normal(scale=5, size=hand.num_displacements)
        )
        joints = moved[7:]
        assert (joints >= low).all() and (joints <= high).all()
        assert np.linalg.norm(moved[3:7]) == pytest.approx(1)
        reached.append((joints == low) | (joints == high))
    assert np.any(reached)


def test_mimic_joints_follow(tmp_path):
    """By slope and offset, as MuJoCo's own constraints have it; they are no degrees of freedom."""
    hand = read(gripper(), tmp_path)
    names = hand.joint_names
    assert len(names) == 7 and hand.num_displacements == 6 + 5
    assert [names[k] for k in hand.coupling.free] == [
        "thumb_1",
        "thumb_2",
        "index_1",
        "index_3",
        "middle_1",
    ]
    rng = np.random.default_rng(3)
    for configuration in (hand.neutral, anywhere(hand, rng)):
        joints = dict(zip(names, configuration[7:], strict=True))
        for finger in ("index", "middle"):
            wanted = 1.5 * joints[f"{finger}_1"] + 0.1
            assert joints[f"{finger}_2"] == pytest.approx(wanted, abs=1e-9)
        assert violations(hand, configuration) == pytest.approx(np.zeros(2), abs=1e-9)


@pytest.mark.parametrize("first", [True, False])
def test_a_joint_may_follow_one_that_follows(tmp_path, first):
    """In whatever order the file names them."""
    root = ElementTree.fromstring(gripper())
    joints = {joint.get("name"): joint for joint in root.findall("joint")}
    ElementTree.SubElement(joints["index_3"], "mimic", joint="index_2", multiplier="0.5")
    if not first:
        root.remove(joints["index_3"])
        root.insert(0, joints["index_3"])
    hand = read(root, tmp_path)
    configuration = anywhere(hand, np.random.default_rng(4))
    values = dict(zip(hand.joint_names, configuration[7:], strict=True))
    assert values["index_3"] == pytest.approx(0.5 * (1.5 * values["index_1"] + 0.1), abs=1e-9)
    assert violations(hand, configuration) == pytest.approx(np.zeros(3), abs=1e-9)


def coupled(polycoef, leader="index_pip_flexion", **reference):
    """The built-in hand with one joint that follows another."""
    root = ElementTree.fromstring(mjcf("right"))
    for joint in root.iter("joint"):
        if joint.get("name") in reference:
            joint.set("ref", str(reference[joint.get("name")]))
    equality = ElementTree.SubElement(root, "equality")
    ElementTree.SubElement(
        equality, "joint", joint1="index_dip_flexion", joint2=leader, polycoef=polycoef
    )
    return root


def test_a_joint_may_follow_one_whose_reference_is_not_0(tmp_path):
    """MuJoCo's constraint is of the joints' ways from their references."""
    hand = read(coupled("0.1 0.5 0 0 0", index_pip_flexion=0.3), tmp_path)
    configuration = anywhere(hand, np.random.default_rng(5))
    assert violations(hand, configuration) == pytest.approx(np.zeros(1), abs=1e-9)


def test_a_joint_that_follows_by_a_curve_is_refused(tmp_path):
    with pytest.raises(RobotHandError) as error:
        read(coupled("0 1 0.5 0 0"), tmp_path)
    assert "follows by a curve" in str(error.value) and "\n" not in str(error.value)


def test_speeds_are_those_of_the_urdf(tmp_path):
    """A joint that may not move at all by its file's word has the usual speed."""
    assert read(urdf("left"), tmp_path).velocities == pytest.approx(np.full(21, 12.0))
    hand = read(gripper(), tmp_path)
    speeds = dict(zip(hand.joint_names, hand.velocities, strict=True))
    assert speeds.pop("index_3") == pytest.approx(VELOCITY) and set(speeds.values()) == {3.0}
    assert read(mjcf("left"), tmp_path).velocities == pytest.approx(np.full(21, VELOCITY))


def test_of_an_arm_only_the_hand_is_left(tmp_path):
    root = ElementTree.fromstring(mjcf("left"))
    holder = root.find("worldbody")
    (wrist,) = holder
    holder.remove(wrist)
    for number in range(3):
        holder = ElementTree.SubElement(holder, "body", name=f"arm{number}", pos="0 0 0.2")
        ElementTree.SubElement(holder, "joint", name=f"elbow{number}", axis="1 0 0", range="-1 1")
        ElementTree.SubElement(holder, "geom", type="sphere", size="0.03")
    holder.append(wrist)
    ElementTree.SubElement(root.find("actuator"), "motor", joint="elbow1")
    equality = ElementTree.SubElement(root, "equality")
    ElementTree.SubElement(equality, "joint", joint1="elbow2", joint2="elbow1")
    hand = read(root, tmp_path)
    alone = load_robot("openhand", "left")
    assert hand.side == "left" and hand.joint_names == alone.joint_names
    assert hand.limits == pytest.approx(alone.limits, abs=1e-5)
    # What the palm is fixed to floats, and nothing above it is left.
    names = [hand.model.body(b).name for b in range(1, hand.model.nbody)]
    assert names[0] == hand.root == "arm2" and not {"arm0", "arm1"} & set(names)
    assert len(names) == alone.model.nbody
    tips = []
    for one in (hand, alone):
        one.forward(one.neutral)
        wrist, tip = (one.data.body(name).xpos.copy() for name in ("wrist", "index_dip"))
        tips.append(tip - wrist)
    assert tips[0] == pytest.approx(tips[1], abs=1e-5)


def test_a_hand_on_an_arm_of_a_urdf_is_described_without_it(tmp_path):
    """Whatever the arm's flange is called, rotated and away from the wrist."""
    root = ElementTree.fromstring(urdf("right"))
    above = "arm0"
    ElementTree.SubElement(root, "link", name=above)
    for number in range(1, 7):
        kind = {"name": f"arm{number}_joint", "type": "revolute"}
        joint = ElementTree.SubElement(root, "joint", kind)
        ElementTree.SubElement(joint, "parent", link=above)
        above = f"arm{number}"
        ElementTree.SubElement(joint, "child", link=above)
        ElementTree.SubElement(joint, "origin", xyz="0.1 0 0.2", rpy="0.3 0.2 0.1")
        ElementTree.SubElement(joint, "limit", lower="-3", upper="3", effort="9", velocity="1")
        link = ElementTree.SubElement(root, "link", name=above)
        collision = ElementTree.SubElement(link, "collision")
        box = ElementTree.SubElement(collision, "geometry")
        ElementTree.SubElement(box, "box", size="0.1 0.1 0.3")
    joint = ElementTree.SubElement(root, "joint", name="mount", type="fixed")
    ElementTree.SubElement(joint, "parent", link=above)
    ElementTree.SubElement(joint, "child", link="wrist")
    path = tmp_path / "arm_and_hand.urdf"
    path.write_text(ElementTree.tostring(root, encoding="unicode"))
    hand = RobotHand.read(path)
    assert hand.root == "arm6" and len(hand.joint_names) == 21
    assert sum(hand.model.body_mass) < 5.0  # the flange's box has three kilograms
    described = ElementTree.fromstring(description(hand, tmp_path))
    names = [link.get("name") for link in described.findall("link")]
    assert names[0] == "arm6" and "arm5" not in names and "index_dip" in names


def test_of_a_scene_only_the_hand_is_left(tmp_path):
    root = ElementTree.fromstring(mjcf("right"))
    world = root.find("worldbody")
    ElementTree.SubElement(world, "geom", type="plane", size="1 1 .1", name="floor")
    ElementTree.SubElement(world, "light", pos="0 0 1")
    ball = ElementTree.SubElement(world, "body", name="ball", pos="1 0 0")
    ElementTree.SubElement(ball, "freejoint", name="ball")
    ElementTree.SubElement(ball, "geom", size=".1")
    door = ElementTree.SubElement(world, "body", name="door", pos="1 1 0")
    ElementTree.SubElement(door, "joint", name="door", axis="0 0 1")
    ElementTree.SubElement(door, "geom", size=".1")
    ElementTree.SubElement(root.find("actuator"), "motor", joint="door")
    ElementTree.SubElement(root.find("contact"), "exclude", body1="door", body2="wrist")
    ElementTree.SubElement(ElementTree.SubElement(root, "sensor"), "jointpos", joint="door")
    equality = ElementTree.SubElement(root, "equality")
    ElementTree.SubElement(equality, "weld", body1="ball", body2="wrist")
    frames = ElementTree.SubElement(root, "keyframe")
    ElementTree.SubElement(frames, "key", name="start", qpos=" ".join(["0"] * (21 + 7 + 1)))
    model, alone = read(root, tmp_path).model, load_robot("openhand", "right").model
    for count in ("nq", "nv", "nbody", "ngeom", "nkey", "nu", "neq", "nsensor", "nlight"):
        assert getattr(model, count) == getattr(alone, count), count
    assert model.body(1).name == "wrist" and sum(model.body_mass) == pytest.approx(
        sum(alone.body_mass)
    )


def test_limbs_that_overlap_at_rest_are_known(tmp_path):
    assert load_robot("openhand", "right").touching_at_rest == []
    root = ElementTree.fromstring(mjcf("right"))
    bodies = {body.get("name"): body for body in root.iter("body")}
    ElementTree.SubElement(bodies["ring_pip"], "geom", type="sphere", size="0.02")
    found = read(root, tmp_path).touching_at_rest
    touched = {name for pair in found for name in pair}
    assert ("middle_pip", "ring_pip") in found or ("ring_pip", "middle_pip") in found
    assert all("ring_pip" in pair for pair in found) and "thumb_ip" not in touched
