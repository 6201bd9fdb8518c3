"""Robot hands by name."""

import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.built_in import mjcf, urdf
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.robots import NAMES, load_robot


@pytest.fixture
def menagerie(tmp_path, monkeypatch):
    """A folder like MuJoCo Menagerie with one robot of two hands, and a file outside of it."""
    folder = tmp_path / "menagerie" / "our_hand"
    folder.mkdir(parents=True)
    for side in ("left", "right"):
        (folder / f"{side}_hand.xml").write_text(mjcf(side))
        (folder / f"scene_{side}.xml").write_text("<mujoco/>")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "right_hand.xml").write_text(mjcf("right"))
    monkeypatch.setenv("MENAGERIE_ROOT", str(tmp_path / "menagerie"))
    return folder


def refused(name, side="right"):
    """The one line that says why."""
    with pytest.raises(RobotHandError) as error:
        load_robot(name, side)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_built_in_hand_is_there_without_a_file(side):
    hand = load_robot("openhand", side)
    assert hand.side == side and hand.name == "openhand" and hand.num_displacements == 27
    assert list(hand.anatomy.fingers) == ["thumb", "index", "middle", "ring", "little"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "openhand"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_names_give_hands_of_either_side_or_say_what_to_install(name, side):
    try:
        assert load_robot(name, side).side == side
    except RobotHandError as error:
        assert f"{name} needs the package" in str(error) and "pip install" in str(error)


def test_a_name_that_is_none_is_told_which_there_are():
    said = refused("opnhand")
    assert said.startswith("no robot opnhand") and all(name in said for name in NAMES)


def test_a_file_of_either_kind(tmp_path):
    for name, write in (("a.xml", mjcf), ("a.urdf", urdf)):
        (tmp_path / name).write_text(write("left"))
        assert load_robot(str(tmp_path / name), "left").side == "left"


def test_a_file_of_the_other_side_is_refused(tmp_path):
    (tmp_path / "a.urdf").write_text(urdf("left"))
    said = refused(str(tmp_path / "a.urdf"))
    assert said.endswith("a.urdf is a left hand and a right one acts: give a right one")


def test_a_file_that_is_not_there(tmp_path):
    assert "cannot be read: No such file" in refused(str(tmp_path / "no.urdf"))


@pytest.mark.parametrize("name", ["a\nb", "a\nb.urdf", "a\0b.urdf", "menagerie:a\0b"])
def test_names_that_no_file_can_have(menagerie, name):
    refused(name)


@pytest.mark.parametrize("name", ["shadow_hand", "a\nb"])
def test_menagerie_must_be_named(monkeypatch, name):
    monkeypatch.delenv("MENAGERIE_ROOT", raising=False)
    assert "set MENAGERIE_ROOT to the folder of a clone" in refused(f"menagerie:{name}")


@pytest.mark.parametrize("side", ["left", "right"])
def test_menagerie_s_hands_are_of_the_side_that_acts(menagerie, side):
    assert load_robot("menagerie:our_hand", side).side == side


def test_menagerie_s_hand_of_one_side_alone(menagerie):
    (menagerie / "left_hand.xml").unlink()
    assert load_robot("menagerie:our_hand", "right").side == "right"
    assert "our_hand has no left hand" in refused("menagerie:our_hand", "left")
    (menagerie / "right_hand.xml").rename(menagerie / "hand.xml")
    assert load_robot("menagerie:our_hand", "right").side == "right"
    assert "is a right hand and a left one acts" in refused("menagerie:our_hand", "left")


@pytest.mark.parametrize("name", ["../x", "", ".", "..", "our_hand/../../x", "no_hand"])
def test_menagerie_ends_at_its_folder(menagerie, name):
    assert "has no robot" in refused(f"menagerie:{name}")
