"""Slim interaction files: what is left out is made again, and what cannot be is not left out."""

import numpy as np
import pytest

from diffh2o_ros.motion.interaction import HAND_FIELDS, Interaction, InteractionFileError

LIMIT = 60_000  # bytes of a motion of 6 s


def same(found, given):
    assert (found.fps, found.text, found.grasp_frame) == (given.fps, given.text, given.grasp_frame)
    assert list(found.hands) == list(given.hands) and found.quality == given.quality
    for name in ("object_pose", "object_vertices", "object_faces"):
        np.testing.assert_array_equal(getattr(found, name), getattr(given, name))
        assert getattr(found, name).dtype == getattr(given, name).dtype
    for side, hand in given.hands.items():
        for name in HAND_FIELDS:
            ours, theirs = getattr(found.hands[side], name), getattr(hand, name)
            assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
            if name == "faces":
                np.testing.assert_array_equal(ours, theirs)
            else:
                np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)


def test_a_slim_file_is_small_and_gives_the_same_motion(can_motion, tmp_path):
    file = tmp_path / "F.npz"
    can_motion.save(file, slim=True)
    seconds = can_motion.duration
    assert file.stat().st_size < LIMIT * max(seconds / 6, 1)
    same(Interaction.load(file), can_motion)
    with np.load(file, allow_pickle=False) as archive:
        assert archive["right_model"].item() == "openhand"
        assert not {"right_vertices", "right_joints", "right_faces"} & set(archive.files)
        assert archive["right_known_vertices"].shape == (16, 3)
    again = tmp_path / "again.npz"
    Interaction.load(file).save(again, slim=True)  # nothing is lost a second time
    first, second = Interaction.load(file).hands["right"], Interaction.load(again).hands["right"]
    np.testing.assert_array_equal(first.hand_pose, second.hand_pose)
    np.testing.assert_array_equal(first.vertices, second.vertices)


def test_both_hands_and_motions_in_another_frame(can_motion, tmp_path):
    far = np.eye(4)
    far[:3, :3] = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]
    far[:3, 3] = 400, -30_000, 7
    for moved in (can_motion.moved(far), can_motion.moved(np.linalg.inv(far))):
        moved.save(tmp_path / "F.npz", slim=True)
        same(Interaction.load(tmp_path / "F.npz"), moved)


def test_a_hand_of_manos_needs_its_files(mano_motion, mano_dir, tmp_path):
    file = tmp_path / "F.npz"
    mano_motion.save(file, slim=True, mano_dir=mano_dir)
    assert file.stat().st_size < LIMIT
    same(Interaction.load(file, mano_dir), mano_motion)
    with pytest.raises(InteractionFileError, match="MANO needs its model files: register") as error:
        Interaction.load(file)
    assert str(error.value).startswith(str(file)) and "\n" not in str(error.value)
    with pytest.raises(InteractionFileError, match="does not exist"):
        Interaction.load(file, tmp_path / "nowhere")


def test_files_of_another_mano_are_noticed(mano_motion, mano_dir, tmp_path):
    mano_motion.save(tmp_path / "F.npz", slim=True, mano_dir=mano_dir)
    with np.load(mano_dir / "MANO_RIGHT.npz") as archive:
        arrays = dict(archive)
    arrays["v_template"] = arrays["v_template"] * 1.01
    np.savez(tmp_path / "MANO_RIGHT.npz", **arrays)
    with pytest.raises(InteractionFileError, match="other files of mano than those that are here"):
        Interaction.load(tmp_path / "F.npz", tmp_path)


def test_what_parameters_do_not_tell_is_not_left_out(can_motion, simple_interaction, tmp_path):
    file = tmp_path / "F.npz"
    ball = simple_interaction([(0, 0, 0)] * 4, [(0.1, 0, 0.04)] * 4)
    with pytest.raises(InteractionFileError, match="save it with its vertices"):
        ball.save(file, slim=True)
    bent = Interaction(**vars(can_motion))
    bent.hands = {"right": can_motion.hands["right"].moved(np.eye(4))}
    bent.hands["right"].vertices[3, 5] += 0.001
    with pytest.raises(InteractionFileError, match="skin lies 1 mm from what its parameters give"):
        bent.save(file, slim=True)
    assert not list(tmp_path.iterdir())


def damaged(motion, tmp_path, **changes):
    motion.save(tmp_path / "good.npz", slim=True)
    with np.load(tmp_path / "good.npz") as archive:
        arrays = dict(archive) | changes
    np.savez(tmp_path / "bad.npz", **{k: v for k, v in arrays.items() if v is not None})
    return tmp_path / "bad.npz"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"right_model": np.array("auto")}, "hand 'auto', which is none of openhand, mano"),
        ({"right_model": np.array("os\n")}, r"hand 'os\\\\n', which is none of"),
        ({"right_transl": None}, "holds no 'right_transl'"),
        ({"right_transl": np.zeros((3, 3))}, "is no valid interaction file"),
        ({"right_hand_pose": np.zeros((2, 44))}, "is no valid interaction file"),
        ({"right_betas": np.array(["a"] * 10)}, "is no valid interaction file"),
        ({"right_num_vertices": np.int64(5)}, "other files of openhand"),
        ({"right_known_vertices": np.zeros((16, 3))}, "other files of openhand"),
        ({"right_known_vertices": np.array(["a"])}, "other files of openhand"),
    ],
)
def test_wrong_content_is_one_clear_line(can_motion, tmp_path, changes, message):
    file = damaged(can_motion, tmp_path, **changes)
    with pytest.raises(InteractionFileError, match=message) as error:
        Interaction.load(file)
    assert str(file) in str(error.value) and "\n" not in str(error.value)


def test_a_slim_file_that_is_cut_short_or_flipped(can_motion, tmp_path):
    file = tmp_path / "F.npz"
    can_motion.save(file, slim=True)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InteractionFileError, match="truncated"):
        Interaction.load(file)
    middle = whole.index(b"right_hand_pose.npy") + 3000
    file.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
    with pytest.raises(InteractionFileError, match="is damaged"):
        Interaction.load(file)
