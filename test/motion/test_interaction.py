import json
import pickle
import zipfile

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.motion.interaction import (
    HAND_FIELDS,
    HandMotion,
    Interaction,
    InteractionFileError,
)


@pytest.fixture
def interaction(simple_interaction):
    path = np.linspace((0, 0, 0), (0, 0, 0.1), 12)
    ball = path + np.array([0, 0, 0.11])
    made = simple_interaction(path, ball, grasp_frame=4, sides=("left", "right"))
    made.warnings, made.warning_codes = ["small, \u00e4h", "lost"], [10301, 10302]
    return made


def test_file_round_trip_is_exact(interaction, tmp_path):
    file = tmp_path / "new folder" / "F.npz"
    interaction.save(file)
    loaded = Interaction.load(file)
    assert (loaded.fps, loaded.text, loaded.grasp_frame) == (30.0, "lift the box", 4)
    assert (loaded.warnings, loaded.warning_codes) == (["small, \u00e4h", "lost"], [10301, 10302])
    assert loaded.quality == {"penetration_mm": 1.5}
    assert list(loaded.hands) == ["left", "right"]
    for side, hand in interaction.hands.items():
        for name in HAND_FIELDS:
            np.testing.assert_array_equal(getattr(loaded.hands[side], name), getattr(hand, name))
    np.testing.assert_array_equal(loaded.object_pose, interaction.object_pose)
    np.testing.assert_array_equal(loaded.object_vertices, interaction.object_vertices)
    np.testing.assert_array_equal(loaded.object_faces, interaction.object_faces)
    assert [p.name for p in file.parent.iterdir()] == ["F.npz"]


def test_file_names_are_the_documented_ones_and_need_no_pickle(interaction, tmp_path):
    del interaction.hands["left"]
    interaction.save(tmp_path / "F.npz")
    with np.load(tmp_path / "F.npz", allow_pickle=False) as archive:
        names = set(archive.files)
        assert archive["hand_sides"].tolist() == ["right"]
        assert archive["right_vertices"].dtype == np.float32
        assert archive["object_pose"].shape == (12, 4, 4)
    assert names == {
        "fps",
        "text",
        "grasp_frame",
        "hand_sides",
        "object_pose",
        "object_vertices",
        "object_faces",
        "right_global_orient",
        "right_transl",
        "right_hand_pose",
        "right_betas",
        "right_joints",
        "right_vertices",
        "right_faces",
        "quality_names",
        "quality_values",
        "warnings",
        "warning_codes",
    }


def test_files_from_before_warnings_were_kept_have_none(interaction, tmp_path):
    file = damaged(interaction, tmp_path, warnings=None, warning_codes=None)
    assert Interaction.load(file).warnings == Interaction.load(file).warning_codes == []


def test_duration_counts_the_steps_between_frames(interaction):
    assert interaction.num_frames == 12
    assert interaction.duration == pytest.approx(11 / 30)


def test_save_that_fails_leaves_the_old_file(interaction, tmp_path, monkeypatch):
    file = tmp_path / "F.npz"
    interaction.save(file)
    before = file.read_bytes()

    def disk_full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", disk_full)
    with pytest.raises(OSError, match="No space"):
        interaction.save(file)
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["F.npz"]


def damaged(interaction, tmp_path, **changes):
    """An interaction file with some arrays replaced (None: left out)."""
    interaction.save(tmp_path / "good.npz")
    with np.load(tmp_path / "good.npz") as archive:
        arrays = {name: archive[name] for name in archive.files}
    arrays.update(changes)
    np.savez(tmp_path / "bad.npz", **{k: v for k, v in arrays.items() if v is not None})
    return tmp_path / "bad.npz"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"object_pose": None}, "no 'object_pose'"),
        ({"right_joints": None}, "no 'right_joints'"),
        ({"right_joints": np.zeros((12, 20, 3))}, r"right hand joints .* shape \(12, 21, 3\)"),
        ({"left_transl": np.zeros((11, 3))}, r"left hand transl must have shape \(12, 3\)"),
        ({"object_pose": np.zeros((9, 4, 4))}, "12 frames, the object 9"),
        ({"object_pose": np.full((12, 4, 4), np.nan)}, "NaN"),
        ({"object_faces": np.array([[0, 1, 99]])}, "points at vertices outside 0..7"),
        ({"object_faces": np.zeros((2, 3))}, "must be integers"),
        ({"hand_sides": np.array(["up"])}, "'left' or 'right', not 'up'"),
        ({"hand_sides": np.array([], dtype=np.str_)}, "at least one active hand"),
        ({"grasp_frame": np.int64(12)}, "grasp_frame 12 is outside the 12 frames"),
        ({"fps": np.float64(0)}, "fps must be positive"),
        ({"fps": np.array(["fast"])}, "fps must be one number"),
        ({"quality_values": np.zeros(3)}, "1 quality_names but 3 quality_values"),
        ({"warning_codes": np.zeros(3, int)}, "2 warnings but 3 warning_codes"),
        ({"warning_codes": np.array(["a", "b"])}, "warning_codes must be integers"),
        ({"warnings": np.zeros((2, 2))}, "warnings must be lines of text"),
    ],
)
def test_wrong_content_is_one_clear_line(interaction, tmp_path, changes, message):
    file = damaged(interaction, tmp_path, **changes)
    with pytest.raises(InteractionFileError, match=message) as error:
        Interaction.load(file)
    assert str(file) in str(error.value) and "\n" not in str(error.value)


def test_files_that_are_no_interaction(interaction, tmp_path):
    interaction.save(tmp_path / "good.npz")
    whole = (tmp_path / "good.npz").read_bytes()
    (tmp_path / "truncated.npz").write_bytes(whole[: len(whole) // 2])
    flipped = bytearray(whole)
    middle = whole.index(b"right_vertices.npy") + 5000
    flipped[middle : middle + 64] = bytes(64)
    (tmp_path / "flipped.npz").write_bytes(flipped)
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "text.npz").write_text("not an archive")
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps({"fps": 30}))
    for name in ("truncated", "flipped", "empty", "text", "pickle", "missing"):
        file = tmp_path / f"{name}.npz"
        with pytest.raises(InteractionFileError) as error:
            Interaction.load(file)
        assert str(file) in str(error.value) and "\n" not in str(error.value)
    with pytest.raises(InteractionFileError, match="is a folder"):
        Interaction.load(tmp_path)


def test_pickled_objects_are_refused_unread(interaction, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    file = damaged(interaction, tmp_path, text=np.array(Bomb(), dtype=object))
    with pytest.raises(InteractionFileError, match="pickle"):
        Interaction.load(file)
    assert not (tmp_path / "exploded").exists()


def write_grasp(tmp_path, **changes):
    content = {"side": "right", "global_orient": [0.1, 0, 0], "transl": [0, 0, 0.2]}
    content.update(changes)
    file = tmp_path / "G.json"
    file.write_text(json.dumps({k: v for k, v in content.items() if v != "left out"}))
    return file


def test_grasp_whole_hand_and_wrist_only(tmp_path):
    wrist = Grasp.from_json(write_grasp(tmp_path))
    assert wrist.wrist_only and wrist.side == "right"
    np.testing.assert_allclose(wrist.transl, [0, 0, 0.2])
    whole = Grasp.from_json(write_grasp(tmp_path, hand_pose=[0.25] * 45, side="left"))
    assert not whole.wrist_only and whole.hand_pose.shape == (45,) and whole.side == "left"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"side": "both"}, "'left' or 'right', not 'both'"),
        ({"side": "left out"}, "lacks side"),
        ({"transl": [0, float("nan"), 0]}, "transl holds NaN"),
        ({"transl": [0, 0]}, "transl must be 3 numbers, not 2"),
        ({"transl": [150, 20, 300]}, "give meters"),
        ({"transl": "here"}, "transl must be 3 numbers"),
        ({"hand_pose": [0.0] * 44}, "hand_pose must be 45 numbers, not 44"),
        ({"hand_pose": [float("inf")] * 45}, "hand_pose holds NaN or infinite"),
        ({"hand_pose": [[0, 0], [1]]}, "hand_pose must be 45 numbers"),
        ({"global_orient": [0, 90, 0]}, "in radians"),
        ({"handpose": [0.0] * 45}, "no use for 'handpose'"),
    ],
)
def test_bad_grasps_are_one_clear_line(tmp_path, changes, message):
    with pytest.raises(GraspError, match=message) as error:
        Grasp.from_json(write_grasp(tmp_path, **changes))
    assert "\n" not in str(error.value)


def test_grasp_files_that_are_none(tmp_path):
    with pytest.raises(GraspError, match="No such file"):
        Grasp.from_json(tmp_path / "missing.json")
    (tmp_path / "broken.json").write_text('{"side": ')
    with pytest.raises(GraspError, match="is not JSON"):
        Grasp.from_json(tmp_path / "broken.json")
    (tmp_path / "list.json").write_text("[1, 2]")
    with pytest.raises(GraspError, match="one JSON object"):
        Grasp.from_json(tmp_path / "list.json")


@pytest.fixture(scope="module")
def transform():
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_euler("xyz", [1.0, -0.4, 2.5]).as_matrix()
    pose[:3, 3] = 0.3, -2.0, 0.7
    return pose


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_hand_in_another_frame_is_the_hand_that_its_parameters_give_there(side, transform):
    """Which the pair of global_orient and transl, multiplied, is not."""
    hand, rng = OpenHand(side), np.random.default_rng(0)
    orient, transl, pose = (rng.normal(0, 0.3, (4, n)).astype(np.float32) for n in (3, 3, 45))

    def motion(orient, transl):
        out = hand(*map(torch.as_tensor, (orient, transl, pose)), None)
        return HandMotion(
            side,
            orient,
            transl,
            pose,
            np.zeros(10),
            out.keypoints.numpy(),
            out.vertices.numpy(),
            hand.faces.numpy(),
        )

    here = motion(orient, transl)
    moved = here.moved(transform)
    again = motion(moved.global_orient, moved.transl)
    np.testing.assert_allclose(moved.joints, again.joints, atol=1e-5)
    np.testing.assert_allclose(moved.vertices, again.vertices, atol=1e-5)
    np.testing.assert_allclose(moved.wrist_pose, transform @ here.wrist_pose, atol=1e-5)
    naive = transl @ transform[:3, :3].T + transform[:3, 3]
    assert np.linalg.norm(moved.transl - naive, axis=1).max() > 0.05


def test_an_interaction_in_another_frame_and_back_is_itself(interaction, transform):
    there = interaction.moved(transform)
    np.testing.assert_allclose(there.object_pose[0], transform, atol=1e-6)
    own = there.with_object_at(transform)
    points = own.object_pose[3] @ np.append(own.object_vertices[0], 1)
    meant = there.object_pose[3] @ np.append(there.object_vertices[0], 1)
    np.testing.assert_allclose(points, meant, atol=1e-5)
    back = there.moved(np.linalg.inv(transform))
    np.testing.assert_allclose(back.object_pose, interaction.object_pose, atol=1e-5)
    for side, hand in interaction.hands.items():
        np.testing.assert_allclose(back.hands[side].joints, hand.joints, atol=1e-5)
        np.testing.assert_allclose(back.hands[side].transl, hand.transl, atol=1e-5)


def test_an_archive_with_text_in_place_of_an_array_is_none(tmp_path):
    with zipfile.ZipFile(tmp_path / "F.npz", "w") as archive:
        archive.writestr("fps", "thirty")
    with pytest.raises(InteractionFileError, match="not all in it are arrays"):
        Interaction.load(tmp_path / "F.npz")
