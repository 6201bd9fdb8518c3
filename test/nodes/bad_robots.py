"""Robot files, mappings and trajectories that users give and should not: rows of docs/bad_input.md,
which test_bad_robots.py tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diffh2o_ros.retargeting.built_in import mjcf, urdf

HAND, MJCF = urdf("right"), mjcf("right")
LIMIT = 'lower="0" upper="1.919862"'


@dataclass(frozen=True)
class GivenRobot:
    """A robot for the right hand with one thing wrong, and what is said of it: by the library, the
    command line and the node alike.

    write: makes what is needed in a folder, and gives the robot's name. mapping: text of a mapping.
    """

    what: str
    says: str
    write: Callable[[Path], str]
    mapping: str | None = None


def file(text: str | bytes, name: str = "hand.urdf") -> Callable[[Path], str]:
    def write(folder: Path) -> str:
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return str(folder / name)

    return write


def named(name: str) -> Callable[[Path], str]:
    return lambda folder: name


def changed(old: str, new: str, text: str = HAND) -> Callable[[Path], str]:
    assert old in text
    return file(text.replace(old, new, 1))


def added(xml: str) -> Callable[[Path], str]:
    return changed("</robot>", f"{xml}</robot>")


def joint(name: str, parent: str, child: str, kind: str = "fixed", rest: str = "") -> str:
    ends = f'<parent link="{parent}"/><child link="{child}"/>'
    return f'<joint name="{name}" type="{kind}">{ends}{rest}</joint>'


def shaped(mesh: str) -> Callable[[Path], str]:
    shape = f'<collision><geometry><mesh filename="{mesh}"/></geometry></collision>'
    return added(f'<link name="x">{shape}</link>' + joint("j", "wrist", "x"))


def arm() -> str:
    """Three links in a row: nothing that opens and closes."""
    shape = '<collision><geometry><box size=".1 .05 .05"/></geometry></collision>'
    links = "".join(f'<link name="l{k}">{shape}</link>' for k in range(3))
    rest = '<axis xyz="0 1 0"/><limit lower="-1" upper="1" effort="9" velocity="1"/>'
    return f'<robot name="arm">{links}{joint("a", "l0", "l1", "revolute", rest)}\
{joint("b", "l1", "l2", "revolute", rest)}</robot>'


def many() -> str:
    bodies = "".join(
        f'<body><joint axis="1 0 0"/><geom size=".01" pos="{k} 0 0"/></body>' for k in range(300)
    )
    return f"<mujoco><worldbody>{bodies}</worldbody></mujoco>"


def itself(folder: Path) -> str:
    return file('<mujoco><include file="hand.xml"/></mujoco>', "hand.xml")(folder)


def tips(*names: str, **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"retargeting: {{type: DexPilot, finger_tip_link_names: [{', '.join(names)}]{extra}}}"


def mapped(what: str, mapping: str, says: str) -> GivenRobot:
    return GivenRobot(what, says, file(HAND), mapping)


GIVEN = [
    GivenRobot("a name that is none", "no robot opnhand: give openhand", named("opnhand")),
    GivenRobot("a missing file", "cannot be read: No such file", named("/no/such/hand.urdf")),
    GivenRobot("a folder", "cannot be read: Is a directory", lambda d: str(d) + "/."),
    GivenRobot("menagerie:, not set up", "set MENAGERIE_ROOT", named("menagerie:shadow_hand")),
    GivenRobot("an empty file", "is no XML", file("")),
    GivenRobot("truncated", "is no XML", file(HAND[: len(HAND) // 2])),
    GivenRobot("bytes", "is no XML", file(bytes(range(256)))),
    GivenRobot("SDF", "neither URDF (<robot>) nor MJCF (<mujoco>)", file("<sdf version='1.9'/>")),
    GivenRobot("xacro", "is xacro: expand it first", file(HAND, "hand.urdf.xacro")),
    GivenRobot(
        "entities that stand for gigabytes",
        "has a DOCTYPE or entities",
        file('<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><robot name="&b;"/>'),
    ),
    GivenRobot("a file without links", "has no links", file('<robot name="r"/>')),
    GivenRobot("an arm without fingers", "it has 1 moving end(s)", file(arm())),
    GivenRobot(
        "a file without joints",
        "it has 0 moving end(s)",
        file('<mujoco><worldbody><body><geom size=".1"/></body></worldbody></mujoco>', "h.xml"),
    ),
    GivenRobot("a left hand for the right one", "is a left hand", file(urdf("left"))),
    GivenRobot("a link twice", "['wrist'] twice", added('<link name="wrist"/>')),
    GivenRobot("a link that is not there", "which is not there", added(joint("j", "wrist", "x"))),
    GivenRobot("a link without a joint", "x hang on nothing", added('<link name="x"/>')),
    GivenRobot(
        "a link that hangs on two",
        "two joints hold link 'index_mcp'",
        added(joint("j", "wrist", "index_mcp")),
    ),
    GivenRobot(
        "a cyclic tree",
        "hangs on itself, in a circle",
        file(
            '<robot><link name="a"/><link name="b"/>'
            + joint("j", "a", "b")
            + joint("k", "b", "a")
            + "</robot>"
        ),
    ),
    GivenRobot(
        "a joint of an unknown type",
        "is of type 'ball'",
        added('<link name="x"/>' + joint("j", "wrist", "x", "ball")),
    ),
    GivenRobot("limits: NaN", "has a limit of 'nan'", changed(LIMIT, 'lower="nan" upper="1"')),
    GivenRobot(
        "limits: swapped", "has limits 1.9 to 0: swap them", changed(LIMIT, 'lower="1.9" upper="0"')
    ),
    GivenRobot("limits: words", "has a limit of 'zero'", changed(LIMIT, 'lower="zero" upper="1"')),
    GivenRobot(
        "a joint that mimics none",
        "mimics 'no', which is not there",
        added(
            '<link name="x"/>'
            + joint("j", "wrist", "x", "revolute", '<mimic joint="no"/><limit upper="1"/>')
        ),
    ),
    GivenRobot("meshes that are not there", "names 1 meshes that are not there", shaped("a.stl")),
    GivenRobot(
        "meshes of a package that is not there",
        "first 'package://hand/a.stl'",
        shaped("package://hand/a.stl"),
    ),
    GivenRobot("300 joints", "has 300 joints, 100 at most", file(many(), "hand.xml")),
    GivenRobot("MJCF that includes itself", "which includes itself", itself),
    GivenRobot(
        "MJCF that includes a file elsewhere",
        "which lies elsewhere",
        file('<mujoco><include file="/etc/passwd"/></mujoco>', "hand.xml"),
    ),
    GivenRobot(
        "MJCF with an element that is none",
        "MuJoCo cannot read",
        file("<mujoco><worldbody><bodi/></worldbody></mujoco>", "hand.xml"),
    ),
    GivenRobot(
        "MJCF with NaN",
        "axis of a <joint> holds NaN",
        file(MJCF.replace('axis="', 'axis="nan ', 1), "hand.xml"),
    ),
    mapped("mapping: no YAML", "retargeting: [", "is no YAML"),
    mapped("mapping: a Python object", "!!python/object/apply:os.system [ls]", "is no YAML"),
    mapped("mapping: aliases", "a: &a [1]\nretargeting: *a", "an alias"),
    mapped("mapping: another file", "a: 1", "has no section `retargeting`"),
    mapped("mapping: an unknown key", "retargeting: {tips: [a]}", "has the unknown key tips"),
    mapped("mapping: no thumb", tips("thumb_ip"), "names 1 fingertip(s)"),
    mapped("mapping: a wrong link", tips("thumb_ip", "index_tip"), "there is no link index_tip"),
    mapped(
        "mapping: a wrong joint",
        tips("thumb_ip", "index_dip", locked_joints="[thumb]"),
        "has no joint thumb",
    ),
    mapped(
        "mapping: a palm that fingers do not hang on",
        tips("thumb_ip", "index_dip", wrist_link_name="thumb_mcp"),
        "does not hang on thumb_mcp",
    ),
]


def rows() -> list[str]:
    """Lines of a table."""
    lines = ["| as a robot (`--robot`, `robot_right`) | says |", "|---|---|"]
    return lines + [f"| {given.what} | ... {given.says} ... |" for given in GIVEN]
