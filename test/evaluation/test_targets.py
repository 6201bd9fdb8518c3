"""Annotated grasps: their file, and distances to them."""

import json

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from diffh2o_ros.evaluation.targets import (
    TIPS,
    grasp_keypoints,
    partial_target,
    read_grasps,
    target_errors,
)
from diffh2o_ros.motion.grasp import Grasp, GraspError

FRAMES, GRASP_FRAME = 8, 5


@pytest.fixture
def grasp():
    generator = np.random.default_rng(2)
    return Grasp(
        "right",
        global_orient=[0.4, -0.8, 1.1],
        transl=[0.02, -0.05, 0.1],
        hand_pose=0.3 * generator.normal(size=45),
    )


@pytest.fixture
def reached(simple_interaction, grasp):
    """An interaction whose hand is at the target in the last frame of the reach, the object
    turned and shifted."""

    def build(shift=(0.0, 0.0, 0.0), turn=(0.0, 0.0, 0.0), side="right"):
        path = np.zeros((FRAMES, 3))
        interaction = simple_interaction(path, path + 0.2, GRASP_FRAME, sides=(side,))
        pose = trimesh.transformations.rotation_matrix(0.9, (1, 2, 3))
        pose[:3, 3] = (0.3, -0.2, 0.5)
        interaction.object_pose[GRASP_FRAME - 1] = pose
        hand = interaction.hands[side]
        points = grasp_keypoints(grasp) + shift
        hand.joints[GRASP_FRAME - 1] = points @ pose[:3, :3].T + pose[:3, 3]
        turned = Rotation.from_rotvec(turn) * Rotation.from_rotvec(grasp.global_orient)
        turned = Rotation.from_matrix(pose[:3, :3]) * turned
        hand.global_orient[GRASP_FRAME - 1] = turned.as_rotvec()
        return interaction

    return build


def test_a_target_that_is_reached_is_without_error(reached, grasp):
    errors = target_errors(reached(), grasp)
    assert errors["grasp_error_m"] < 1e-6 and errors["wrist_error_mm"] < 1e-3
    assert errors["wrist_error_deg"] < 0.1 and errors["tip_error_mm"] < 1e-3


def test_errors_are_those_of_keypoints_wrist_and_tips(reached, grasp):
    errors = target_errors(reached((0.03, 0, 0.04), (0, 0.5, 0)), grasp)
    assert errors["grasp_error_m"] == pytest.approx(0.05, abs=1e-6)
    assert errors["wrist_error_mm"] == pytest.approx(50, abs=1e-3)
    assert errors["wrist_error_deg"] == pytest.approx(np.rad2deg(0.5), abs=0.1)
    assert errors["tip_error_mm"] == pytest.approx(50, abs=1e-3)
    away = reached()
    away.hands["right"].joints[GRASP_FRAME - 1, TIPS] += 0.1
    tips = target_errors(away, grasp)
    assert tips["wrist_error_mm"] < 1e-3
    assert tips["grasp_error_m"] == pytest.approx(5 / 21 * 0.1 * 3**0.5, abs=1e-5)


def test_the_other_hand_is_measured_where_the_targets_is_missing(reached, grasp):
    other = target_errors(reached((0.1, 0, 0), side="left"), grasp)
    assert other["grasp_error_m"] == pytest.approx(0.1, abs=1e-6)


def test_the_wrist_of_the_target_lies_at_the_rest_joint_plus_transl(grasp):
    expected = np.array([0.09566994, 0.00638343, 0.0061863]) + grasp.transl
    np.testing.assert_allclose(grasp_keypoints(grasp)[0], expected, atol=1e-6)


def test_parts_of_a_target(grasp):
    assert partial_target(grasp, "full") is grasp
    wrist = partial_target(grasp, "wrist")
    assert wrist.hand_pose is None and wrist.side == "right"
    np.testing.assert_array_equal(wrist.transl, grasp.transl)
    tips = partial_target(grasp, "fingertips")
    np.testing.assert_allclose(tips.fingertips, grasp_keypoints(grasp)[TIPS], atol=1e-6)
    assert tips.transl is None


ENTRY = {"global_orient": [0, 0, 0], "transl": [0, 0, 0.1], "hand_pose": [0.0] * 45}


def test_a_file_of_grasps(tmp_path):
    file = tmp_path / "grasps.json"
    entries = [{**ENTRY, "taxonomy": 3}, {**ENTRY, "side": "left"}]
    file.write_text(json.dumps({"003_box": entries, "empty": []}))
    grasps = read_grasps(file)
    assert [grasp.side for grasp in grasps["003_box"]] == ["right", "left"]
    assert grasps["empty"] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([ENTRY], "must hold, for each mesh's name"),
        ({"a": ENTRY}, "must hold, for each mesh's name"),
        ({"a": [ENTRY, {"transl": [0, 0, 0]}]}, "a, entry 2 lacks global_orient"),
        ({"a": ["b"]}, "a, entry 1 lacks"),
        ({"a": [{**ENTRY, "hand_pose": [0.0]}]}, "a, entry 1: grasp hand_pose must be 45"),
        ({"a": [{**ENTRY, "side": "up"}]}, "side must be"),
    ],
)
def test_bad_files_of_grasps_are_one_line(tmp_path, content, message):
    file = tmp_path / "grasps.json"
    file.write_text(json.dumps(content))
    with pytest.raises(GraspError) as error:
        read_grasps(file)
    assert message in str(error.value) and "\n" not in str(error.value)
    file.write_text("nothing")
    with pytest.raises(GraspError, match="is not JSON"):
        read_grasps(file)
