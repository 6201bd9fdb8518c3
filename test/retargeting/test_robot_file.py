"""Robot files as they come: every fault is one line, before MuJoCo meets it."""

import re

import pytest
import trimesh

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.built_in import mjcf, urdf
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robot_file import read_robot

HAND = urdf("right")
LIMIT = 'lower="0" upper="1.919862"'


def replaced(old, new, count=1):
    assert old in HAND
    return HAND.replace(old, new, count)


def link(name, shape=""):
    return f'<link name="{name}">{shape}</link>'


def joint(name, parent, child, rest="", kind="fixed"):
    ends = f'<parent link="{parent}"/><child link="{child}"/>'
    return f'<joint name="{name}" type="{kind}">{ends}{rest}</joint>'


def with_mesh(file, tag="collision"):
    shape = f'<{tag}><geometry><mesh filename="{file}"/></geometry></{tag}>'
    return replaced("</robot>", link("x", shape) + joint("jx", "wrist", "x") + "</robot>")


BAD = {
    "empty": ("", "is no XML"),
    "truncated": (HAND[: len(HAND) // 2], "is no XML"),
    "binary": ("\x01\x02", "is no XML"),
    "other": ("<sdf version='1.9'/>", "neither URDF (<robot>) nor MJCF (<mujoco>) but <sdf>"),
    "entities": (
        '<!DOCTYPE robot [<!ENTITY a "aaaa">]><robot name="&a;"/>',
        "has a DOCTYPE or entities",
    ),
    "no links": ('<robot name="r"/>', "has no links"),
    "twice": (replaced("</robot>", link("wrist") + "</robot>"), "['wrist'] twice"),
    "unknown link": (
        replaced("</robot>", joint("j", "wrist", "nowhere") + "</robot>"),
        "joint 'j' has link 'nowhere', which is not there",
    ),
    "two parents": (
        replaced("</robot>", joint("j", "wrist", "index_mcp") + "</robot>"),
        "two joints hold link 'index_mcp'",
    ),
    "circle": (
        "<robot>"
        + link("a")
        + link("b")
        + joint("j", "a", "b")
        + joint("k", "b", "a")
        + "</robot>",
        "hangs on itself, in a circle",
    ),
    "loose": (replaced("</robot>", link("x") + "</robot>"), "x hang on nothing"),
    "kind": (
        replaced("</robot>", link("x") + joint("j", "wrist", "x", kind="ball") + "</robot>"),
        "joint 'j' is of type 'ball'",
    ),
    "mimic": (
        replaced(
            "</robot>",
            link("x")
            + joint("j", "wrist", "x", '<mimic joint="no"/><limit upper="1"/>', "revolute")
            + "</robot>",
        ),
        "joint 'j' mimics 'no', which is not there",
    ),
    "no limit": (
        replaced("</robot>", link("x") + joint("j", "wrist", "x", kind="revolute") + "</robot>"),
        "joint 'j' has no <limit>",
    ),
    "NaN": (replaced(LIMIT, 'lower="nan" upper="1"'), "has a limit of 'nan'"),
    "infinite": (replaced(LIMIT, 'lower="0" upper="1e999"'), "has a limit of '1e999'"),
    "words": (replaced(LIMIT, 'lower="zero" upper="1"'), "has a limit of 'zero'"),
    "swapped": (replaced(LIMIT, 'lower="1.9" upper="0"'), "has limits 1.9 to 0: swap them"),
    "no mesh": (with_mesh("meshes/palm.stl"), "names 1 meshes that are not there, first 'meshes/"),
    "no package": (with_mesh("package://hand/palm.stl"), "first 'package://hand/palm.stl'"),
    "itself": ('<mujoco><include file="hand.xml"/></mujoco>', "'hand.xml', which includes itself"),
    "elsewhere": ('<mujoco><include file="/etc/passwd"/></mujoco>', "which lies elsewhere"),
    "above": ('<mujoco><include file="../x.xml"/></mujoco>', "which lies elsewhere"),
    "missing": ('<mujoco><include file="x.xml"/></mujoco>', "'x.xml', which is not there"),
    "mujoco": ("<mujoco><worldbody><bodi/></worldbody></mujoco>", "MuJoCo cannot read"),
    "axis": (mjcf("right").replace('axis="', 'axis="nan ', 1), "axis of a <joint> holds NaN"),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_files_are_told_in_one_line(tmp_path, fault):
    text, said = BAD[fault]
    path = tmp_path / "hand.xml"
    path.write_text(text)
    with pytest.raises(RobotHandError) as error:
        read_robot(path)
    assert said in str(error.value) and "\n" not in str(error.value)
    assert len(str(error.value)) < 500 + len(str(path))


def test_files_that_are_none(tmp_path):
    (tmp_path / "hand.urdf.xacro").write_text(HAND)
    with pytest.raises(RobotHandError, match="is xacro: expand it first"):
        read_robot(tmp_path / "hand.urdf.xacro")
    for path, said in ((tmp_path / "no.urdf", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(RobotHandError, match=f"cannot be read: {said}"):
            read_robot(path)


def test_too_many_joints(tmp_path):
    body = "".join(
        f'<body><joint axis="1 0 0"/><geom size=".01" pos="{i} 0 0"/></body>' for i in range(300)
    )
    path = tmp_path / "hand.xml"
    path.write_text(f"<mujoco><worldbody>{body}</worldbody></mujoco>")
    with pytest.raises(RobotHandError, match="has 300 joints, 100 at most"):
        read_robot(path)


@pytest.mark.parametrize("name", ["palm.stl", "palm.obj", "palm.glb"])
def test_meshes_of_every_format_are_found_and_lie_as_in_their_file(tmp_path, name):
    """By package:// and by a path; pictures that nobody collides with may be missing."""
    box = trimesh.creation.box((0.02, 0.04, 0.06))
    folder = tmp_path / "hand" / "meshes"
    folder.mkdir(parents=True)
    box.export(folder / name)
    (tmp_path / "hand" / "urdf").mkdir()
    path = tmp_path / "hand" / "urdf" / "hand.urdf"
    for file in (f"package://hand/meshes/{name}", f"../meshes/{name}"):
        path.write_text(with_mesh(file))
        model = read_robot(path).compile()
        (mesh,) = range(model.nmesh)
        first, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
        size = sorted(2 * abs(model.mesh_vert[first : first + count]).max(0))
        assert size == pytest.approx([0.02, 0.04, 0.06], abs=1e-5)
    path.write_text(with_mesh("nowhere.glb", "visual"))
    assert read_robot(path).compile().nmesh == 0


def test_a_file_without_collision_shapes_collides_as_it_looks(tmp_path):
    path = tmp_path / "hand.urdf"
    path.write_text(re.sub(r"<collision>.*?</collision>", "", HAND, flags=re.DOTALL))
    (tmp_path / "other.urdf").write_text(HAND)
    assert read_robot(path).compile().ngeom == read_robot(tmp_path / "other.urdf").compile().ngeom


def test_mimic_joints_are_coupled(tmp_path):
    path = tmp_path / "hand.urdf"
    path.write_text(
        replaced(
            "</robot>",
            link("x", '<collision><geometry><sphere radius=".01"/></geometry></collision>')
            + joint(
                "follows",
                "index_dip",
                "x",
                '<axis xyz="0 0 1"/><limit lower="0" upper="1" effort="1" velocity="1"/>'
                '<mimic joint="index_dip_flexion" multiplier="0.5"/>',
                "revolute",
            )
            + "</robot>",
        )
    )
    assert read_robot(path).compile().neq == 1


def test_mjcf_may_include_what_lies_beside_it(tmp_path):
    (tmp_path / "hand.xml").write_text('<mujoco><include file="inner.xml"/></mujoco>')
    (tmp_path / "inner.xml").write_text(mjcf("left"))
    assert read_robot(tmp_path / "hand.xml").compile().njnt == 21
