"""Every program, from its flags to its page, with networks that were hardly trained."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.training.arrays import TrainingArrays
from studies import ablation, edges, networks, steps
from studies.common import run_program


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """The ablation's networks after one small step, on noise."""
    rng = np.random.default_rng(0)
    arrays = TrainingArrays(
        features=(0.1 * rng.normal(size=(4, 200, 117))).astype(np.float16),
        bps=(0.1 * rng.normal(size=(4, 1024, 3))).astype(np.float16),
        text_index=np.zeros((4, 1), np.int64),
        tokens=rng.normal(size=(6, 384)).astype(np.float16),
        split=np.zeros(4, np.uint8),
        token_start=np.array([0, 6]),
    )
    basis = PoseBasis(torch.zeros(45), torch.eye(24, 45))
    folder = tmp_path_factory.mktemp("networks")
    for name, network in networks.NETWORKS.items():
        small = replace(network, recipe=replace(network.recipe, batch_size=4))
        networks.train_network(
            name, small, arrays, basis, folder, steps=1, device="cpu", quiet=True
        )
    return folder


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Flags that make a run small: one box, one task, one grasp, two candidates."""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "meshes").mkdir()
    box = trimesh.creation.box((0.06, 0.05, 0.12)).subdivide().subdivide()
    box.export(folder / "meshes" / "007_tea_box.ply")
    task = {"task": "pick up the {object} with the {hand} hand", "action": "lift"}
    (folder / "tasks.json").write_text(json.dumps([task | {"hands": ["right"]}]))
    grasp = {"global_orient": [0, 0, 0], "transl": [-0.05, 0, 0.05], "hand_pose": [0.0] * 45}
    (folder / "grasps.json").write_text(json.dumps({"007_tea_box": [grasp]}))
    flags = ["--meshes", "meshes", "--tasks", "tasks.json"]
    flags = [flag if flag[0] == "-" else str(folder / flag) for flag in flags]
    return [*flags, "--candidates", "2"], ["--grasps", str(folder / "grasps.json")]


def page(folder, name):
    assert all(json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines())
    assert json.loads((folder / f"{name}.json").read_text())["results"]
    return (folder / f"{name}.md").read_text()


def test_steps(inputs, weights, tmp_path):
    flags = [*inputs[0], "--weights", str(weights), "--out", str(tmp_path), "--refinement", "off"]
    steps.main([*flags, "--steps", "2"])
    before = (tmp_path / "steps.jsonl").read_text()
    steps.main([*flags, "--steps", "2,3"])  # goes on
    assert (tmp_path / "steps.jsonl").read_text().startswith(before)
    assert (tmp_path / "steps.png").stat().st_size > 10_000
    lines = [line.split() for line in page(tmp_path, "steps").splitlines()]
    assert [line[1:4] for line in lines if line[:1] == ["|"]][-2:] == [
        ["2", "|", "1"],
        ["3", "|", "1"],
    ]


@pytest.mark.parametrize("variant", ["one_stage", "neither", "object_relative", "unguided"])
def test_ablation(inputs, weights, tmp_path, variant):
    flags = [*inputs[0], *inputs[1], "--weights", str(weights), "--out", str(tmp_path)]
    ablation.main(["run", *flags, "--refinement", "off", "--only", variant])
    assert "What each idea is worth" in page(tmp_path, "ablation")
    results = json.loads((tmp_path / "ablation.json").read_text())["results"]
    assert results[0]["variant"] == variant
    assert "penetration_mm" in results[0]["row"]["figures"]


def test_edges(inputs, weights, tmp_path):
    flags = [*inputs[0], *inputs[1], "--weights", str(weights), "--out", str(tmp_path)]
    edges.main([*flags, "--refinement", "off", "--only", "mirror"])
    assert "On the wrong side" in page(tmp_path, "edges")
    figures = json.loads((tmp_path / "edges.json").read_text())["results"][0]["row"]["figures"]
    assert figures["flagged"] == 1


def test_bad_input_is_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.argv", ["steps", "--meshes", str(tmp_path / "none")])
    assert run_program(steps.main) == 2
    assert capsys.readouterr().err.count("\n") == 1
