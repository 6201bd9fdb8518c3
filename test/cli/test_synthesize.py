"""`synthesize` through the real library, with networks that nobody trained."""

import json

import numpy as np
import pytest
import trimesh
from PIL import Image

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.evaluation.agreement import joint_disagreement_mm
from diffh2o_ros.motion.interaction import HAND_FIELDS, Interaction
from diffh2o_ros.synthesis.warning import WarningCode

TASK = "pick up the tea box with the right hand"


@pytest.fixture
def run(untrained):
    """Runs a subcommand with one step of the untrained networks, and without refinement."""

    def command(*words):
        flags = ["--weights", str(untrained), "--steps", "1", "--no-refine"]
        return main([*map(str, words), *flags])

    return command


def test_a_mesh_and_a_task_become_files_and_again_the_same(run, box, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["synthesize", "--mesh", box, "--task", TASK, "--seed", 3]
    assert run(*words, "--num-samples", 2, "--out", out / "F.npz") == 0
    captured = capsys.readouterr()
    assert str(out / "F_001.npz") in captured.out and "grasp" in captured.err
    assert sorted(path.name for path in out.iterdir()) == ["F_000.npz", "F_001.npz"]
    first, second = (Interaction.load(out / f"F_00{i}.npz") for i in (0, 1))
    assert first.text == TASK and first.num_frames == second.num_frames
    assert joint_disagreement_mm(first) < 1
    assert not np.array_equal(first.object_pose, second.object_pose)

    page = ("--html", out / "page.html")
    assert run(*words, "--out", out / "again.npz", "--gif", out / "film.gif", *page) == 0
    assert (out / "page.html").read_text("utf-8").startswith("<!doctype html>")
    with Image.open(out / "film.gif") as film:
        assert film.n_frames == pytest.approx(first.duration * 15, abs=2)
    again = Interaction.load(out / "again.npz")
    np.testing.assert_array_equal(again.object_pose, first.object_pose)
    assert list(again.hands) == list(first.hands)
    for side, hand in first.hands.items():
        for name in HAND_FIELDS:
            np.testing.assert_array_equal(getattr(again.hands[side], name), getattr(hand, name))


def test_a_task_that_cannot_be_done_as_asked_is_flagged_and_refused_on_request(
    run, box, tmp_path, capsys
):
    words = ["synthesize", "--mesh", box, "--task", "fly to the moon", "--out", tmp_path / "F.npz"]
    assert run(*words, "--strict") == BAD_INPUT
    error = capsys.readouterr().err.splitlines()
    assert not (tmp_path / "F.npz").exists() and "UNKNOWN_ACTION" in error[-1]
    assert run(*words) == 0
    assert "warning: [UNKNOWN_ACTION] the task names no action" in capsys.readouterr().err
    assert WarningCode.UNKNOWN_ACTION in Interaction.load(tmp_path / "F.npz").warning_codes


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("do not pick up the tea box", "asks for nothing to be done"),
        ("lift it with neither hand", "rules out both hands"),
    ],
)
def test_tasks_that_ask_for_nothing_are_one_line(run, box, task, message, tmp_path, capsys):
    out = tmp_path / "F.npz"
    assert run("synthesize", "--mesh", box, "--task", task, "--out", out) == BAD_INPUT
    (error,) = capsys.readouterr().err.strip().splitlines()
    assert message in error and not out.exists()


@pytest.mark.parametrize(("up", "notes"), [([], 1), (["--up", "z"], 0), (["--up", "y"], 0)])
def test_an_axis_that_nobody_asked_for_is_told(up, notes, tmp_path, capsys):
    trimesh.creation.box((0.06, 0.12, 0.05)).export(tmp_path / "lying.glb")
    words = ["synthesize", "--mesh", tmp_path / "lying.glb", "--task", TASK, *up]
    # Without networks it ends when the mesh has been read.
    words += ["--weights", tmp_path, "--out", tmp_path / "F.npz"]
    assert main([str(word) for word in words]) == BAD_INPUT
    lines = capsys.readouterr().err.splitlines()
    assert "grasp.safetensors" in lines[-1]
    told = [line for line in lines if line.startswith("note: ") and "y is up" in line]
    assert told == lines[:notes]


@pytest.fixture
def bad_mesh(tmp_path):
    """Writes a broken mesh by its fault."""

    def write(fault):
        file = tmp_path / f"{fault}.obj"
        vertices = trimesh.creation.box((0.06, 0.05, 0.12)).vertices
        faces = trimesh.creation.box().faces + 1
        if fault == "missing":
            return file
        if fault == "empty":
            vertices, faces = [], []
        if fault == "millimeters":
            vertices = vertices * 1000
        if fault == "nan":
            vertices = np.where(np.arange(24).reshape(8, 3) == 4, np.nan, vertices)
        if fault == "indices":
            faces = np.where(np.arange(36).reshape(12, 3) == 7, 99, faces)
        lines = [f"v {x} {y} {z}" for x, y, z in vertices] + [f"f {a} {b} {c}" for a, b, c in faces]
        file.write_text("\n".join(lines) + "\n")
        return file

    return write


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("missing", "no"),
        ("empty", "empty"),
        ("millimeters", "millimeters"),
        ("nan", "NaN"),
        ("indices", "ind"),
    ],
)
def test_bad_meshes_are_one_line_and_no_file(run, bad_mesh, fault, message, tmp_path, capsys):
    out = tmp_path / "out" / "F.npz"
    assert run("synthesize", "--mesh", bad_mesh(fault), "--task", TASK, "--out", out) == BAD_INPUT
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("diffh2o: error: ") and message.lower() in error.lower()
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("task", "message"),
    [("", "empty"), ("   ", "empty"), ("a" * 10_000, "10000 characters"), ("a\0b", "control")],
)
def test_bad_tasks_are_one_line_and_no_file(run, box, task, message, tmp_path, capsys):
    out = tmp_path / "out" / "F.npz"
    assert run("synthesize", "--mesh", box, "--task", task, "--out", out) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.err.startswith("diffh2o: error: ") and captured.err.count("\n") == 1
    assert message in captured.err
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"transl": [0, float("nan"), 0]}, "transl holds NaN"),
        ({"hand_pose": [0.0] * 44}, "hand_pose must be 45 numbers, not 44"),
    ],
)
def test_bad_grasps_are_one_line_and_no_file(run, box, changes, message, tmp_path, capsys):
    grasp = {"side": "right", "global_orient": [0, 0, 0], "transl": [0, 0, 0.1], **changes}
    (tmp_path / "G.json").write_text(json.dumps(grasp))
    words = ["synthesize", "--mesh", box, "--task", TASK, "--out", tmp_path / "F.npz"]
    assert run(*words, "--grasp", tmp_path / "G.json") == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.err.startswith("diffh2o: error: ") and captured.err.count("\n") == 1
    assert message in captured.err
    assert not (tmp_path / "F.npz").exists()


def test_weights_that_are_none(box, tmp_path, capsys):
    words = ["synthesize", "--mesh", box, "--task", TASK, "--out", tmp_path / "F.npz"]
    assert main([*map(str, words), "--weights", str(tmp_path)]) == BAD_INPUT
    assert "checkpoint" in capsys.readouterr().err.splitlines()[-1]


def test_the_table_is_heeded(run, box, tmp_path, capsys):
    words = ["synthesize", "--mesh", box, "--task", TASK, "--out", tmp_path / "F.npz"]
    assert run(*words, "--table", "floor") == BAD_INPUT
    assert "'floor' is neither under_object, none nor a number" in capsys.readouterr().err
    assert run(*words, "--table", "5.0") == BAD_INPUT
    assert "cm below the table at z = 5.000 m" in capsys.readouterr().err
    assert not list(tmp_path.glob("F*"))
    assert run(*words, "--table", "none", "--below-table", "lift") == 0


def test_slim_files_are_small_and_read_by_other_commands(run, box, tmp_path, capsys):
    words = ["synthesize", "--mesh", box, "--task", TASK, "--seed", 3]
    assert run(*words, "--out", tmp_path / "F.npz") == 0
    assert run(*words, "--slim", "--out", tmp_path / "slim.npz") == 0
    whole, slim = (Interaction.load(tmp_path / name) for name in ("F.npz", "slim.npz"))
    for side, hand in whole.hands.items():
        np.testing.assert_allclose(slim.hands[side].vertices, hand.vertices, rtol=0, atol=1e-5)
    assert (tmp_path / "slim.npz").stat().st_size < (tmp_path / "F.npz").stat().st_size / 20
    picture = tmp_path / "F.png"
    assert main(["view", str(tmp_path / "slim.npz"), "--out", str(picture), "--size", "64"]) == 0
    assert picture.is_file()


def test_a_slim_file_of_mano_without_its_files_is_one_line(mano_motion, mano_dir, tmp_path, capsys):
    file = tmp_path / "F.npz"
    mano_motion.save(file, slim=True, mano_dir=mano_dir)
    words = ["view", str(file), "--out", str(tmp_path / "F.png"), "--size", "64"]
    assert main(words) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "its hands' model is not here: MANO needs its model" in said
    assert main([*words, "--mano-dir", str(mano_dir)]) == 0
