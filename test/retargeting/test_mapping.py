"""dex-retargeting's mappings: what is read, what it does, and what is refused."""

import pytest

pytest.importorskip("mujoco")
pytest.importorskip("yaml")

import yaml

from diffh2o_ros.retargeting.built_in import mjcf
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.mapping import HandMapping, read_mapping
from diffh2o_ros.retargeting.robots import available, load_robot, load_robots

TIPS = ["thumb_ip", "index_dip", "middle_dip"]


@pytest.fixture
def write(tmp_path):
    """Writes a mapping and reads it."""

    def written(text):
        (tmp_path / "map.yml").write_text(text if isinstance(text, str) else yaml.safe_dump(text))
        return read_mapping(tmp_path / "map.yml")

    return written


def dexpilot(**more):
    said = {"type": "DexPilot", "wrist_link_name": "wrist", "finger_tip_link_names": TIPS}
    return {"retargeting": said | more}


THREE = HandMapping({"thumb": TIPS[0], "index": TIPS[1], "middle": TIPS[2]}, "wrist")


def test_the_kinds_of_dex_retargeting_say_the_same(write):
    unused = {"scaling_factor": 1.6, "low_pass_alpha": 0.2, "urdf_path": "x.urdf"}
    assert write(dexpilot(**unused)) == THREE
    vector = {
        "type": "vector",
        "wrist_link_name": "wrist",
        "target_origin_link_names": ["wrist"] * 4,
        "target_task_link_names": ["thumb_mcp", *TIPS],
        "target_link_human_indices": [[0, 0, 0, 0], [3, 4, 8, 12]],
    }
    assert write({"retargeting": vector}) == THREE
    position = {
        "type": "position",
        "palm_links": ["wrist"],
        "target_link_names": [*TIPS, "index_pip"],
        "target_link_human_indices": [4, 8, 12, 6],
    }
    assert write({"retargeting": position}) == THREE


def test_it_decides_which_fingers_there_are_and_what_they_are_called(write, tmp_path):
    inferred = load_robot("openhand", "right")
    assert len(inferred.anatomy.fingers) == 5
    mapped = load_robot("openhand", "right", write(dexpilot()))
    assert list(mapped.anatomy.fingers) == ["thumb", "index", "middle"]
    for name in mapped.anatomy.fingers:
        assert mapped.anatomy.fingers[name].links == inferred.anatomy.fingers[name].links
    swapped = write(dexpilot(finger_tip_link_names=["thumb_ip", "middle_dip", "index_dip"]))
    hand = load_robot("openhand", "right", swapped)
    model = hand.model
    assert model.body(hand.anatomy.fingers["index"].links[-1]).name == "middle_dip"


def test_joints_may_be_locked(write):
    whole = load_robot("openhand", "right")
    locked = [name for name in whole.joint_names if "abduction" in name]
    hand = load_robot("openhand", "right", write(dexpilot(locked_joints=locked)))
    assert set(hand.joint_names) == set(whole.joint_names) - set(locked)
    moving = [name for name in whole.joint_names if name.startswith(("thumb", "index", "middle"))]
    hand = load_robot("openhand", "right", write(dexpilot(target_joint_names=moving)))
    assert hand.joint_names == [name for name in whole.joint_names if name in moving]


def test_one_mapping_for_all_robots_or_one_each(write, tmp_path):
    for side in ("left", "right"):
        (tmp_path / f"{side}.xml").write_text(mjcf(side))
    names = [str(tmp_path / f"{side}.xml") for side in ("left", "right")]
    mapping = write(dexpilot())
    for mappings in ([mapping], [mapping, mapping]):
        hands = load_robots(names, ("left", "right"), mappings)
        assert all(len(hand.anatomy.fingers) == 3 for hand in hands.values())
    assert set(available(names, [mapping])) == {"left", "right"}
    with pytest.raises(RobotHandError, match="3 mappings for 2 robots"):
        load_robots(names, ("left", "right"), [mapping] * 3)


REFUSED = {
    "": "no section `retargeting`",
    "retargeting: 3": "no section `retargeting`",
    "a: [": "no YAML",
    "retargeting: {type: DexPilot}\nrobot: x": "has robot beside",
    "retargeting: {type: DexPilot, finger_tip_links: [a]}": "do you mean finger_tip_link_names",
    "retargeting: {type: 3}": "has type 3",
    "retargeting: {type: position}": "no target_link_names",
    "retargeting: {type: DexPilot, finger_tip_link_names: [a]}": "names 1 fingertip",
    "retargeting: {type: DexPilot, finger_tip_link_names: thumb}": "must be a list of names",
    "retargeting: {type: DexPilot, finger_tip_link_names: [a, a]}": "as the tip of two fingers",
    "retargeting: {type: DexPilot, finger_tip_link_names: [a, b, c, d, e, f]}": "five at most",
    "retargeting: {type: position, target_link_names: [a, b], target_link_human_indices: [4]}": (
        "must be a row of 2 keypoints"
    ),
    "retargeting: {type: position, target_link_names: [a, b], target_link_human_indices: [4, x]}": (
        "must be a row of 2 keypoints"
    ),
    "retargeting: {type: vector, target_task_link_names: [a], target_link_human_indices: [4]}": (
        "must be two rows of 1 keypoints"
    ),
    "retargeting: {type: position, target_link_names: [a, b], target_link_human_indices: [8, 8]}": (
        "two links for the tip of the index"
    ),
    "retargeting: {type: DexPilot, type: vector}": "'type' is said twice",
    "a: &a [1]\nretargeting: *a": "an alias",
    "retargeting: !!python/object/apply:os.system [ls]": "no YAML",
    "retargeting: {type: DexPilot, finger_tip_link_names: [a, b], wrist_link_name: 3}": (
        "wrist_link_name must be a name"
    ),
    "[" * 3000: "nested too deeply|no YAML",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_is_refused_in_one_line(write, text):
    with pytest.raises(RobotHandError, match=REFUSED[text]) as error:
        write(text)
    assert "\n" not in str(error.value) and "map.yml" in str(error.value)


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "b.yml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "big.yml").write_text("#" * 1_000_001)
    for name in ("none.yml", "b.yml", "big.yml", "", "a\0b"):
        with pytest.raises(RobotHandError) as error:
            read_mapping(tmp_path / name)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"finger_tip_link_names": ["thumb_ip", "index_tip"]}, "no link index_tip: do you mean"),
        ({"wrist_link_name": "thumb_cmc"}, "index_dip does not hang on thumb_cmc"),
        ({"locked_joints": ["thumb_flexion"]}, "no joint thumb_flexion: do you mean thumb"),
        ({"target_joint_names": ["index_mcp_flexion"]}, "no joint moves thumb_ip"),
    ],
)
def test_what_does_not_fit_the_robot_is_refused(write, more, says):
    with pytest.raises(RobotHandError, match=says) as error:
        load_robot("openhand", "right", write(dexpilot(**more)))
    assert "\n" not in str(error.value)
