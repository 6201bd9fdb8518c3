"""The command line where no network runs: help, refusals, pictures, the report of `doctor`."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from diffh2o_ros import __version__
from diffh2o_ros.cli import BAD_INPUT, INTERRUPTED, main, outputs
from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.cli.progress import Progress
from diffh2o_ros.errors import describe_failure
from diffh2o_ros.geometry.formats.names import FORMATS


@pytest.fixture
def file(simple_interaction, tmp_path):
    """An interaction file of 12 frames, the only thing in its folder."""
    path = np.linspace((0, 0, 0), (0, 0, 0.1), 12)
    interaction = simple_interaction(path, path + np.array([0, 0, 0.11]), grasp_frame=4)
    interaction.save(tmp_path / "F.npz")
    return tmp_path / "F.npz"


def refused(capsys, *argv):
    """Runs a command line that must be refused; returns its one line without the prefix."""
    assert main([str(word) for word in argv]) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("diffh2o: error: ") and captured.err.count("\n") == 1
    return captured.err.removeprefix("diffh2o: error: ").rstrip()


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from diffh2o_ros.cli import build_parser; build_parser().format_help(); "
        "print(sorted({'numpy', 'torch', 'scipy', 'PIL', 'tqdm'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command", ["synthesize", "studio", "view", "evaluate", "bench", "dataset", "doctor"]
)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as leave:
        main([command, "--help"])
    assert leave.value.code == 0
    assert f"usage: diffh2o {command}" in capsys.readouterr().out


def test_version_and_module(capsys):
    done = subprocess.run(
        [sys.executable, "-m", "diffh2o_ros", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == f"diffh2o {__version__}"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["synthesize", "--out", "F.npz", "--mesh", "m.ply"], "required: --task"),
        (["view", "F.npz", "--size", "9"], "9 is not from 64 to 2048"),
        (["view", "F.npz", "--size", "0"], "0 is not from 64 to 2048"),
        (["view", "F.npz", "--size", "1000000"], "1000000 is not from 64 to 2048"),
        (["view", "F.npz", "--size", "0x720"], "0x720: width and height are from 64 to 4096"),
        (["view", "F.npz", "--size", "1280x1000000"], "width and height are from 64 to 4096 pix"),
        (["view", "F.npz", "--size", "1280x"], "'1280x' is not a whole number"),
        (["view", "F.npz", "--table", "floor"], "'floor' is neither under_object, none nor a num"),
        (["view", "A.npz", "B.npz"], "--out says where the picture of several files goes"),
        (["view", *["F.npz"] * 13, "--out", "F.png"], "at most 12 files fit into a picture, not 1"),
        (["view", "F.npz", "--fps", "0"], "0 is not above 0"),
        (["view", "F.npz", "--fps", "many"], "'many' is not a number"),
        (["dataset", "build", "--out", "D", "--num", "0"], "0 is not from 1"),
        (["evaluate", "--meshes", "nowhere"], "--meshes nowhere is not a folder"),
        (["evaluate", "--meshes", ".", "--keep"], "--keep needs --out"),
    ],
)
def test_command_lines_that_make_no_sense(words, message, capsys):
    assert message in refused(capsys, *words)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--seed", "-1"], "--seed: -1 is not from 0 to"),
        (["--seed", "1.5"], "'1.5' is not a whole number"),
        (["--num-samples", "0"], "0 is not from 1 to 32"),
        (["--num-samples", "33"], "33 is not from 1 to 32"),
        (["--steps", "0"], "0 is not from 1 to 1000"),
        (["--device", "tpu"], "'tpu' is none of auto, cpu, cuda, cuda:N"),
        (["--out", "motion.pkl"], "--out must end in .npz, not 'motion.pkl'"),
        (["--html", "p.html", "--num-samples", "10"], "--html shows at most 9 samples"),
        (["--gif", "motion.avi"], "--gif must end in .gif"),
        (["--grasp", "nowhere.json"], "cannot read grasp file nowhere.json: No such file"),
    ],
)
def test_synthesize_refuses_before_it_works(flags, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["synthesize", "--mesh", "mug.ply", "--task", "lift the mug", "--out", "F.npz", *flags]
    assert message in refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_view_draws_by_the_ending_of_the_file(file, capsys):
    for name, size in (("F.png", (500, 100)), ("one.gif", (100, 100))):
        out = file.with_name(name)
        assert main(["view", str(file), "--out", str(out), "--size", "100", "--views", "1"]) == 0
        assert capsys.readouterr().out.strip() == str(out)
        with Image.open(out) as picture:
            assert picture.size == size
    assert main(["view", str(file), "--size", "64", "--fps", "5"]) == 0
    with Image.open(file.with_suffix(".gif")) as film:
        assert film.size == (128, 64) and film.n_frames == 2


def test_view_draws_several_files_at_any_size(file, capsys):
    words = ["view", str(file), str(file), "--size", "500x202", "--close", "--contacts"]
    for name in ("F.png", "F.gif"):
        out = file.with_name(name)
        assert main([*words, "--table", "none", "--out", str(out)]) == 0
        with Image.open(out) as picture:
            assert picture.size == (500, 202)


def test_view_refuses_what_a_film_cannot_be(file, capsys):
    out = file.with_suffix(".mp4")
    said = refused_in_log(capsys, "view", file, "--size", "501x202", "--out", out)
    assert "an mp4 has an even width and height, not 501x202: give 502x202" in said
    said = refused_in_log(capsys, "view", *[file] * 5, "--size", "64x64", "--out", out)
    assert "64x64 pixels are too few for 5 x 1 pictures: give at least 80x16" in said
    file.with_suffix(".png").mkdir()
    assert "F.png is a folder" in refused(capsys, "view", file, "--out", file.with_suffix(".png"))
    assert sorted(p.name for p in file.parent.iterdir()) == ["F.npz", "F.png"]


def refused_in_log(capsys, *argv):
    """The last line of a command that is refused when it has begun to work."""
    assert main([str(word) for word in argv]) == BAD_INPUT
    return capsys.readouterr().err.splitlines()[-1].removeprefix("diffh2o: error: ")


def test_view_refuses_a_motion_without_hands(file, capsys):
    with np.load(file) as arrays:
        fields = dict(arrays)
    np.savez(file, **{**fields, "hand_sides": np.array([], np.str_)})
    said = refused(capsys, "view", file)
    assert "no valid interaction file: an interaction needs at least one active hand" in said


def test_view_refuses_files_that_are_none(file, capsys):
    (file.parent / "note.npz").write_text("no archive")
    assert "is not an interaction file" in refused(capsys, "view", file.parent / "note.npz")
    assert "does not exist" in refused(capsys, "view", file.parent / "missing.npz")
    assert "--out must end in .gif or .png or .mp4" in refused(
        capsys, "view", file, "--out", file.with_suffix(".jpg")
    )
    assert sorted(p.name for p in file.parent.iterdir()) == ["F.npz", "note.npz"]


def test_outputs_that_cannot_be_written_are_known_before(tmp_path, monkeypatch):
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder.npz").mkdir()
    outputs.check_file(tmp_path / "a" / "b" / "F.npz", "--out", ".npz")
    assert not (tmp_path / "a").exists()
    with pytest.raises(CommandError, match=r"--out .*folder.npz is a folder"):
        outputs.check_file(tmp_path / "folder.npz", "--out", ".npz")
    with pytest.raises(CommandError, match=r"file.txt is not a folder"):
        outputs.check_file(tmp_path / "file.txt" / "F.npz", "--out", ".npz")
    # A superuser may write anywhere, so permissions are told by the system call itself.
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(CommandError, match="no permission in"):
        outputs.check_file(tmp_path / "F.npz", "--out", ".npz")


def test_samples_are_numbered_when_there_are_several(tmp_path):
    assert outputs.numbered(tmp_path / "F.npz", 1) == [tmp_path / "F.npz"]
    names = [path.name for path in outputs.numbered(tmp_path / "F.npz", 3)]
    assert names == ["F_000.npz", "F_001.npz", "F_002.npz"]


def test_failures_that_are_ours_keep_their_trace():
    assert describe_failure(ZeroDivisionError("ours")) is None
    assert describe_failure(ValueError("ours")) is None
    assert describe_failure(CommandError("two\nlines")) == "two lines"
    full = OSError(28, "No space left on device", "F.npz")
    assert describe_failure(full) == "F.npz: No space left on device"


def test_interruption_is_no_traceback(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("diffh2o_ros.cli.view.run", interrupt)
    assert main(["view", "F.npz"]) == INTERRUPTED
    assert capsys.readouterr().err.strip() == "diffh2o: interrupted"


def test_evaluate_says_when_a_folder_holds_no_meshes(tmp_path, capsys):
    (tmp_path / "readme.md").touch()
    assert f"no {FORMATS} file in" in refused(capsys, "evaluate", "--meshes", tmp_path)


def test_doctor_reports_every_part(capsys):
    code = main(["doctor", "--json"])
    findings = json.loads(capsys.readouterr().out)
    subjects = {finding["subject"] for finding in findings}
    assert {"python", "torch", "device", "hand", "weights", "text", "ROS 2", "renderer"} <= subjects
    states = {finding["state"] for finding in findings}
    assert states <= {"ok", "missing", "optional"}
    assert code == (1 if "missing" in states else 0)
    assert all(f["remedy"] for f in findings if f["state"] != "ok")
    by_subject = {finding["subject"]: finding for finding in findings}
    assert by_subject["torch"]["state"] == by_subject["hand"]["state"] == "ok"

    assert main(["doctor"]) == code
    text = capsys.readouterr().out
    assert all(finding["detail"] in text and finding["remedy"] in text for finding in findings)


def test_doctor_says_what_a_mano_folder_lacks(tmp_path):
    from diffh2o_ros.cli.checks import check_hand, check_packages

    (tmp_path / "MANO_RIGHT.pkl").touch()
    mano = check_hand(str(tmp_path))[1]
    assert mano.state in ("missing", "optional") and "smplx" in mano.remedy
    assert check_packages()[0].state == "ok"


class Terminal:
    """A stream that keeps what was written and says whether it is a terminal."""

    def __init__(self, is_terminal):
        self.text, self._is_terminal = "", is_terminal

    def isatty(self):
        return self._is_terminal

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_progress_is_a_line_a_stage_in_a_log_and_one_line_on_a_terminal():
    for is_terminal in (False, True):
        stream = Terminal(is_terminal)
        with Progress(stream=stream) as progress:
            for step in range(1, 21):
                progress("grasp_stage", step, 20)
            progress("refinement", 1, 1)
        if is_terminal:
            assert "\n" not in stream.text and "grasp stage 20/20" in stream.text
            assert stream.text.endswith("\r")
        else:
            assert stream.text == "grasp stage\nrefinement\n"
