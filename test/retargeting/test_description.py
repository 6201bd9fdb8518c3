"""Links of a robot hand, and the hand as URDF."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.built_in import mjcf, urdf
from diffh2o_ros.retargeting.description import description
from diffh2o_ros.retargeting.link_chain import links_of
from diffh2o_ros.retargeting.links import Links
from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.robots import load_robot

BASE = np.array([[0, -1, 0, 0.3], [1, 0, 0, -0.2], [0, 0, 1, 0.5], [0, 0, 0, 1.0]])

CUBE = " ".join(f"{x} {y} {z}" for x in (0, 0.02) for y in (0, 0.02) for z in (0, 0.03))


def finger(name, y, extra=""):
    """A finger whose first joint lies off its body's origin and counts from .2 rad."""
    return f"""
    <body name="{name}1" pos="0.05 {y} 0" quat="0.9 0.1 0.2 0.1">
      <joint name="{name}a" axis="0 1 0" pos="0 0.004 0.002" range="-0.3 1.5" ref="0.2"/>
      <geom type="capsule" fromto="0 0 0 0.04 0 0" size="0.008"/>{extra}
      <body name="{name}2" pos="0.04 0 0">
        <joint name="{name}b" axis="0 0 1" range="-0.2 0.2"/>
        <joint name="{name}c" axis="0 1 0" range="0 1.5"/>
        <geom type="capsule" fromto="0 0 0 0.03 0 0" size="0.007"/>
        <body name="{name}tip" pos="0.03 0 0"><geom type="ellipsoid" size=".007 .006 .006"/></body>
      </body>
    </body>"""


@pytest.fixture
def strange(tmp_path):
    """A hand of a file with everything in which MJCF is freer than URDF."""
    slide = (
        '<body name="pad" pos="0 0 .01"><joint name="pad" type="slide" axis="1 0 0" range="0 .01"/>\
<geom type="box" size=".004 .004 .004"/></body>'
    )
    fingers = finger("i", 0.03, slide) + finger("m", 0.0) + finger("r", -0.03)
    thumb = finger("t", 0.05).replace('quat="0.9 0.1 0.2 0.1"', 'quat="0.5 0.5 -0.2 0.5"')
    path = tmp_path / "hand_right.xml"
    path.write_text(
        f"""<mujoco><compiler angle="radian" autolimits="true"/>
        <asset><mesh name="cube" vertex="{CUBE}"/></asset><worldbody><body name="palm">
        <geom type="box" size=".05 .04 .012"/><geom type="mesh" mesh="cube" contype="0"
        conaffinity="0"/>{fingers}{thumb}</body></worldbody><equality>
        <joint joint1="ic" joint2="ia" polycoef="0.1 0.5 0 0 0"/></equality></mujoco>"""
    )
    return RobotHand.read(path)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def positions(robot, rng):
    """Joints somewhere within their limits, followers where they belong."""
    low, high = robot.limits.T
    whole = robot.clipped(configuration_of(np.eye(4), rng.uniform(low, high)))
    return whole[7:]


def link_poses(links, base, joints):
    """(L, 4, 4) of links, with the root at `base` (4, 4) and joints at positions (N,)."""
    known = {None: base}
    for link in links:
        position = 0.0 if link.joint is None else joints[link.joint]
        known[link.name] = known[link.parent] @ link.pose(position)
    return np.stack([known[link.name] for link in links])


def check_links(robot, rng):
    links = links_of(robot)
    joints = positions(robot, rng)
    found = link_poses(links, BASE, joints)
    robot.forward(configuration_of(BASE, joints))
    seen = 0
    for link, pose in zip(links, found, strict=True):
        if link.body is not None:
            seen += 1
            assert np.allclose(pose[:3, 3], robot.data.xpos[link.body], atol=1e-9), link.name
            assert np.allclose(pose[:3, :3].ravel(), robot.data.xmat[link.body], atol=1e-9)
    assert seen == robot.model.nbody - 1
    assert len({link.name for link in links}) == len(links)


@pytest.mark.parametrize("side", ["left", "right"])
def test_links_are_where_mujoco_has_them(side, rng):
    check_links(load_robot("openhand", side), rng)


def test_also_with_joints_off_the_origin_with_references_and_that_slide(strange, rng):
    check_links(strange, rng)


def described(robot, tmp_path):
    """The hand that the description of a hand gives when read as a file."""
    path = tmp_path / "described.urdf"
    path.write_text(description(robot, tmp_path / "meshes"))
    return RobotHand.read(path)


def check_description(robot, tmp_path, rng):
    again = described(robot, tmp_path)
    assert again.joint_names == robot.joint_names
    assert np.allclose(again.limits, robot.limits)
    joints = positions(robot, rng)
    one, other = links_of(robot), links_of(again)
    first = dict(zip([x.name for x in one], link_poses(one, BASE, joints), strict=True))
    second = dict(zip([x.name for x in other], link_poses(other, BASE, joints), strict=True))
    assert first.keys() == second.keys()
    for name, pose in first.items():
        assert np.allclose(pose, second[name], atol=1e-6), name
    return again


def test_the_built_in_hand_as_urdf_moves_alike(tmp_path, rng):
    robot = load_robot("openhand", "left")
    again = check_description(robot, tmp_path, rng)
    one, other = Links.of(robot.model).points, Links.of(again.model).points
    assert len(one) == len(other) == 16
    for body, points in one.items():
        same = other[again.model.body(robot.model.body(body).name).id]
        assert np.allclose([points.min(0), points.max(0)], [same.min(0), same.max(0)], atol=2e-3)


def test_a_file_of_mjcf_as_urdf_moves_alike_and_shows_what_is_to_be_seen(strange, tmp_path, rng):
    again = check_description(strange, tmp_path, rng)
    assert np.allclose(again.coupling.matrix, strange.coupling.matrix)
    assert np.allclose(again.coupling.offset, strange.coupling.offset)
    root = ElementTree.fromstring(description(strange, tmp_path / "meshes"))
    palm = next(link for link in root.findall("link") if link.get("name") == "palm")
    shapes = [next(iter(v.find("geometry"))) for v in palm.findall("visual")]
    assert [shape.tag for shape in shapes] == ["mesh"]  # not the box, which is for collisions
    assert shapes[0].get("filename").startswith("file:///")


def test_a_file_of_urdf_stays_as_it_is_but_for_paths(tmp_path):
    (tmp_path / "meshes").mkdir()
    import trimesh

    trimesh.creation.box((0.02, 0.02, 0.02)).export(tmp_path / "meshes" / "a.stl")
    text = urdf("right")
    shape = (
        '<visual><geometry><mesh filename="package://our_hand/meshes/a.stl" /></geometry></visual>'
    )
    text = text.replace('<link name="wrist">', f'<link name="wrist">{shape}', 1)
    (tmp_path / "hand.urdf").write_text(text)
    found = description(RobotHand.read(tmp_path / "hand.urdf"), tmp_path / "never")
    assert (tmp_path / "meshes" / "a.stl").as_uri() in found
    assert "package://" not in found and not (tmp_path / "never").exists()
    links = [link.get("name") for link in ElementTree.fromstring(found).findall("link")]
    robot = RobotHand.read(tmp_path / "hand.urdf")
    assert {link.name for link in links_of(robot)} == set(links)


def test_links_of_a_hand_of_mjcf_are_those_of_its_urdf(tmp_path):
    (tmp_path / "h.xml").write_text(mjcf("right"))
    robot = RobotHand.read(tmp_path / "h.xml")
    root = ElementTree.fromstring(description(robot, tmp_path))
    assert [link.get("name") for link in root.findall("link")] == [
        link.name for link in links_of(robot)
    ]
