"""The command, and what it says of what it cannot do."""

import pytest

from diffh2o_ros.cli import main


@pytest.fixture
def motion(simple_interaction, tmp_path):
    still = [(0, 0, 0)] * 4
    path = tmp_path / "F.npz"
    simple_interaction(still, [(0.1, 0, 0.04)] * 4).save(path)
    return path


def refused(capsys, *arguments):
    assert main(["export", *map(str, arguments)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1, said
    return said.err


def test_a_format_that_is_none(capsys, motion, tmp_path):
    assert "format must be one of" in refused(capsys, motion, "--to", "fbx", "--out", tmp_path)


def test_a_file_that_is_no_motion(capsys, tmp_path):
    (tmp_path / "F.npz").write_bytes(b"PK no zip")
    said = refused(capsys, tmp_path / "F.npz", "--to", "spider", "--out", tmp_path / "out")
    assert "F.npz is not an interaction file, or it is truncated" in said
    assert not (tmp_path / "out").exists()


def test_robot_trajectories_of_another_number(capsys, motion, tmp_path):
    files = [motion, motion, "--robot-trajectory", motion]
    said = refused(capsys, *files, "--to", "spider", "--out", tmp_path / "out")
    assert "1 robot trajectories for 2 interactions: give one each" in said


def test_motions_of_one_sentence_lie_side_by_side(motion, tmp_path):
    arguments = [motion, motion, "--to", "spider", "--out", tmp_path / "out"]
    assert main(["export", *map(str, arguments)]) == 0
    numbers = (tmp_path / "out/processed/diffh2o/mano/right/lift_the_box").glob("*/*.npz")
    assert sorted(path.parent.name for path in numbers) == ["0", "1"]
