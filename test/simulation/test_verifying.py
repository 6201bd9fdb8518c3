"""Motions whose hands are seen to hold the object: `verify` of library and command line."""

import pytest

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from diffh2o_ros import Synthesizer
from diffh2o_ros.cli import main
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.synthesis.warning import WarningCode


@pytest.fixture(scope="module")
def synthesizer(tmp_path_factory):
    return Synthesizer(device="cpu", cache_dir=tmp_path_factory.mktemp("cache"))


def test_quality_says_whether_the_object_is_held(synthesizer, can_motion):
    mesh = can_motion.object_vertices, can_motion.object_faces
    seen = []
    result = synthesizer.synthesize(
        mesh, can_motion.text, verify=True, on_progress=lambda *args: seen.append(args)
    )
    quality = result[0].quality
    assert quality["held_in_simulation"] in (0.0, 1.0) and 0 <= quality["robustness"] <= 1
    warned = [w for w in result.warnings if w.code == WarningCode.NOT_HELD]
    assert len(warned) == (quality["held_in_simulation"] == 0)
    assert ("simulation", 0, 1) in seen and {"grasp", "interaction"} <= {s for s, _, _ in seen}
    again = synthesizer.synthesize(mesh, can_motion.text, verify=True)
    assert again[0].quality == quality
    assert (again[0].object_pose == result[0].object_pose).all()


def test_without_it_nothing_is_simulated(synthesizer, can_motion):
    mesh = can_motion.object_vertices, can_motion.object_faces
    result = synthesizer.synthesize(mesh, can_motion.text)
    assert "held_in_simulation" not in result[0].quality


def test_what_is_missing_is_said(synthesizer, can_motion, monkeypatch):
    monkeypatch.setattr("diffh2o_ros.retargeting.installed.find_spec", lambda name: None)
    mesh = can_motion.object_vertices, can_motion.object_faces
    with pytest.raises(RobotHandError, match="pip install mujoco coacd"):
        synthesizer.synthesize(mesh, can_motion.text, verify=True)


def test_the_command_line_writes_it(can_motion, tmp_path):
    import trimesh

    mesh = tmp_path / "can.ply"
    trimesh.Trimesh(can_motion.object_vertices, can_motion.object_faces).export(mesh)
    out = tmp_path / "can.npz"
    command = ["synthesize", "--mesh", str(mesh), "--task", can_motion.text, "--verify"]
    assert main([*command, "--device", "cpu", "--out", str(out)]) == 0
    quality = Interaction.load(out).quality
    assert quality["held_in_simulation"] in (0.0, 1.0)
