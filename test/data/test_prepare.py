"""What training computes from a data set, and that it is computed once."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.geometry.shape import DESCRIPTORS, outside, shape_descriptors
from diffh2o_ros.models.checkpoint import load_checkpoint, save_checkpoint
from diffh2o_ros.training import prepare
from diffh2o_ros.training.arrays import TRAIN
from diffh2o_ros.training.ranges import shape_ranges
from diffh2o_ros.training.recipes import recipe


@pytest.fixture(scope="module")
def copy(folder, tmp_path_factory):
    copy = tmp_path_factory.mktemp("prepare") / "set"
    shutil.copytree(folder, copy)
    return copy


def test_arrays_and_basis_are_computed_once(copy, monkeypatch):
    arrays, basis = prepare.prepare_arrays(copy, workers=1)
    dataset = Dataset(copy)
    assert len(arrays.features) == len(dataset)
    assert set(arrays.rows(TRAIN)) == {
        i for i, info in enumerate(dataset.infos) if info.split == "train"
    }
    for name in ("pose_basis", "_compute"):
        monkeypatch.delattr(prepare, name)
    again, same = prepare.prepare_arrays(copy)
    assert (again.features == arrays.features).all()
    assert torch.equal(same.mean, basis.mean) and torch.equal(same.components, basis.components)


def test_ranges_are_those_of_the_objects_that_training_sees(copy, monkeypatch):
    ranges = prepare.prepare_ranges(copy)
    assert ranges.keys() == DESCRIPTORS.keys()
    dataset = Dataset(copy)
    for index in (0, len(dataset) - 1):
        found = shape_descriptors(dataset[index].mesh)
        if dataset.infos[index].split == "train":
            assert outside(found, ranges) == []
        assert outside({**found, "longest": 2.0}, ranges)
    assert all(r["min"] <= r["p01"] <= r["p99"] <= r["max"] for r in ranges.values())
    monkeypatch.delattr(prepare, "shape_ranges")
    assert prepare.prepare_ranges(copy) == ranges
    stored = copy / f"arrays-minilm-{len(dataset)}" / "ranges.json"
    assert json.loads(stored.read_text()) == ranges


def test_only_one_of_several_works(tmp_path):
    made = []

    def make(path):
        made.append(path)
        with whole_file(path) as partial:
            partial.write_text("done")

    wanted = [tmp_path / "cache" / "file"] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda path: prepare._made(path, make).read_text(), wanted))
    assert found == ["done"] * 4 and len(made) == 1


def test_ranges_of_frames_read_their_meshes(dataset, monkeypatch):
    """A recorded data set has no recipes: the mesh comes with the sequence."""
    expected = shape_ranges(dataset)
    monkeypatch.setattr(dataset, "header", {**dataset.header, "content": "frames"})
    found = shape_ranges(dataset)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=1e-3, abs=0.03 if name == "fill" else 0)


def test_the_command_trains_by_the_recipe(copy, tmp_path, capsys):
    out = tmp_path / "grasp.safetensors"
    words = ["train", "grasp", "--data", str(copy), "--out", str(out), "--recipe", "tiny"]
    assert main(words) == 0
    assert capsys.readouterr().out.strip() == str(out)
    meta = load_checkpoint(out).meta
    assert meta["step"] == recipe("grasp", "tiny").steps
    assert meta["shape_ranges"] == prepare.prepare_ranges(copy)
    assert main([*words, "--steps", "21", "--resume"]) == 0
    assert load_checkpoint(out).meta["step"] == 21
    assert main([*words, "--resume", "--recipe", "shipped"]) == BAD_INPUT
    assert "belongs to a run of another recipe" in capsys.readouterr().err


def test_the_command_trains_a_network_on(copy, tmp_path, capsys):
    """Another data set's frames are coded as the network knows them, and nothing is drawn twice."""
    words = ["train", "grasp", "--data", str(copy), "--recipe", "tiny", "--out"]
    first, then, wrong = (str(tmp_path / f"{name}.safetensors") for name in ("a", "b", "c"))
    assert main([*words, first]) == 0
    # As a network of other data: with a basis that this data set would not have.
    old = load_checkpoint(first)
    codec = dict(old.codec) | {"pose_mean": old.codec["pose_mean"] + 0.01}
    save_checkpoint(first, old.model, codec, old.meta)
    assert main([*words, then, "--from", first, "--steps", "3"]) == 0
    assert main([*words, then, "--resume", "--steps", "5"]) == 0
    new = load_checkpoint(then)
    for name, value in codec.items():
        assert torch.equal(value, new.codec[name]), name
    before, after = (dict(case.model.named_parameters()) for case in (old, new))
    change = max(float((after[name] - before[name]).abs().max()) for name in before)
    assert 0 < change < 0.1
    assert new.meta["continues"]["step"] == old.meta["step"]
    assert new.meta["recipe"]["seed"] == old.meta["step"]
    capsys.readouterr()
    assert main([*words, wrong, "--from", first, "--recipe", "shipped"]) == BAD_INPUT
    assert "choose the recipe that it was trained by" in capsys.readouterr().err
    assert main([*words, wrong, "--from", str(tmp_path / "none.safetensors")]) == BAD_INPUT
    assert "no checkpoint at" in capsys.readouterr().err


def test_the_command_trains_on_any_text_encoder(copy, tmp_path, add_letter_encoder):
    add_letter_encoder()
    out = tmp_path / "grasp.safetensors"
    words = ["train", "grasp", "--data", str(copy), "--out", str(out), "--recipe", "tiny"]
    assert main([*words, "--steps", "2", "--text-encoder", "letters"]) == 0
    checkpoint = load_checkpoint(out)
    assert checkpoint.meta["text_encoder"] == "letters"
    assert checkpoint.model.config.text_dim == 128
