"""`diffh2o retarget` and `diffh2o simulate`: robot hands at the command line."""

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.retargeting.built_in import urdf
from diffh2o_ros.retargeting.trajectory import RobotTrajectory


@pytest.fixture
def motion(can_motion, tmp_path):
    """An interaction file: the right hand lifts a can."""
    can_motion.save(tmp_path / "F.npz")
    return tmp_path / "F.npz"


def refused(capsys, *words):
    """The one line that a command is refused with."""
    assert main([str(word) for word in words]) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    return captured.err


def test_a_motion_becomes_a_trajectory_that_is_carried_out_again(motion, tmp_path, capsys):
    out, film = tmp_path / "T.npz", tmp_path / "T.png"
    words = ["retarget", motion, "--robot", "openhand", "--out", out, "--video", film]
    assert main([str(word) for word in [*words, "--mass", "0.2"]]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{out}: done in simulation; at the end ") and said[1] == str(film)
    with Image.open(film) as image:
        assert len(image.convert("RGB").getcolors(1 << 20)) > 50
    trajectory = RobotTrajectory.load(out)
    assert trajectory.success and trajectory.settings["mass"] == 0.2
    assert trajectory.settings["robots"]["right"]["model"] == "openhand"
    rise = np.ptp(trajectory.simulated_object_pose[:, 2, 3])
    assert rise > 0.05

    assert main(["simulate", str(out), "--mass", "0.2"]) == 0
    assert f"{1000 * trajectory.position_error:.0f} mm" in capsys.readouterr().out
    assert main(["simulate", str(out), "--mass", "50"]) == 1
    assert capsys.readouterr().out.startswith("not done in simulation: the object ")

    words = ["view", motion, "--robot-trajectory", out, "--out", film, "--size", "500x200"]
    assert main([str(word) for word in words]) == 0
    with Image.open(film) as image:
        upper, lower = (np.asarray(image.crop((0, y, 500, y + 100))).astype(int) for y in (0, 100))
    red = [(row[..., 0] - row[..., 2] > 40).sum() for row in (upper, lower)]
    assert red[0] > 100 > red[1]  # skin above, metal below
    capsys.readouterr()
    said = refused(capsys, *words, "--robot-trajectory", out, out)
    assert "2 robot trajectories for 1 interactions: give one each" in said

    other = tmp_path / "mine.urdf"
    other.write_text(urdf("right", [2.0]))
    message = refused(capsys, "simulate", out, "--robot", other)
    assert "not the one that this trajectory was made for" in message


def test_what_cannot_be_retargeted_is_one_line_and_no_file(motion, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MENAGERIE_ROOT", raising=False)
    left = tmp_path / "left.urdf"
    left.write_text(urdf("left"))
    out = tmp_path / "T.npz"
    for robot, message in (
        ("gripper", "no robot gripper: give openhand, allegro, shadow, menagerie:NAME"),
        (tmp_path / "none.urdf", "cannot be read: No such file"),
        (left, "is a left hand and a right one acts: give a right one"),
        ("menagerie:leap_hand", "set MENAGERIE_ROOT to the folder of a clone"),
        (motion, "is no XML"),
    ):
        said = refused(capsys, "retarget", motion, "--robot", robot, "--out", out)
        assert message in said, said
    said = refused(capsys, "retarget", left, "--robot", "openhand", "--out", out)
    assert "is not an interaction file" in said
    said = refused(capsys, "retarget", motion, "--robot", "openhand", "--out", tmp_path / "T.txt")
    assert "--out must end in .npz" in said
    words = ("--robot", "openhand", "--out", out, "--video", tmp_path / "T.avi")
    assert "--video must end in .gif or .mp4 or .png" in refused(capsys, "retarget", motion, *words)
    assert "is not a robot trajectory file" in refused(capsys, "simulate", motion)
    assert "does not exist" in refused(capsys, "simulate", out)
    assert not out.exists()
