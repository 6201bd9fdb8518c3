import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from diffh2o_ros.models.checkpoint import CheckpointError, load_checkpoint, save_checkpoint
from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig

CONFIG = DenoiserConfig(
    feature_dim=9,
    num_frames=20,
    width=8,
    multipliers=(1, 2),
    embedding_dim=16,
    text_dim=12,
    text_queries=2,
    bps_points=7,
    bps_hidden=8,
)
CODEC = {"mean": torch.linspace(0, 1e6, 9), "projection": torch.eye(9) / 3}
META = {"prediction": "x0", "schedule": "cosine", "num_diffusion_steps": 1000, "note": "ä"}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "stage.safetensors"
    save_checkpoint(path, Denoiser(CONFIG), CODEC, META)
    return path


def rewrite(path, change_tensors=lambda tensors: None, **header):
    """The same file with some of its content changed."""
    tensors = load_file(path)
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    change_tensors(tensors)
    save_file(tensors, path, metadata=metadata | header)


def test_comes_back_as_it_was(tmp_path):
    model, path = Denoiser(CONFIG).eval(), tmp_path / "new folder" / "stage.safetensors"
    save_checkpoint(path, model, CODEC, META)
    loaded = load_checkpoint(path)
    assert loaded.meta == META
    assert loaded.model.config == CONFIG
    assert not loaded.model.training
    for name, weight in model.state_dict().items():
        back = loaded.model.state_dict()[name]
        assert back.dtype == torch.float32
        assert torch.equal(back, weight.half().float())
    for name, value in CODEC.items():
        assert torch.equal(loaded.codec[name], value)  # in full precision
    assert not any(p.requires_grad for p in loaded.model.parameters())
    assert [f.name for f in path.parent.iterdir()] == [path.name]


def test_weights_take_two_bytes_each(saved):
    weights = sum(p.numel() for p in Denoiser(CONFIG).parameters())
    assert 2 * weights < saved.stat().st_size < 2 * weights + 16_000


def test_missing_file(tmp_path):
    with pytest.raises(CheckpointError, match=r"no checkpoint at .*absent"):
        load_checkpoint(tmp_path / "absent.safetensors")


@pytest.mark.parametrize("kept", [0, 4, 500, -1])
def test_truncated_file(saved, kept):
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match="damaged or not a safetensors file"):
        load_checkpoint(saved)


def test_foreign_files(saved, tmp_path):
    text = tmp_path / "text.safetensors"
    text.write_text("hello, this is not a checkpoint at all")
    with pytest.raises(CheckpointError, match="damaged or not"):
        load_checkpoint(text)
    foreign = tmp_path / "foreign.safetensors"
    save_file({"weight": torch.zeros(3)}, foreign)
    with pytest.raises(CheckpointError, match=r"not a diffh2o_ros\.denoiser file"):
        load_checkpoint(foreign)
    rewrite(saved, version="99")
    with pytest.raises(CheckpointError, match="format version 99, this program reads 1"):
        load_checkpoint(saved)


def test_wrong_architecture(saved):
    config = json.loads(json.dumps(CONFIG.__dict__)) | {"width": 16}
    rewrite(saved, config=json.dumps(config))
    with pytest.raises(CheckpointError, match=r"another architecture .* should be"):
        load_checkpoint(saved)


@pytest.mark.parametrize("config", ["{", "{}", '{"surprise": 1}', '{"feature_dim": -1}', "[1]"])
def test_unreadable_configuration(saved, config):
    rewrite(saved, config=config)
    with pytest.raises(CheckpointError, match="does not describe its network"):
        load_checkpoint(saved)


def test_missing_and_broken_weights(saved):
    rewrite(saved, lambda tensors: tensors.pop("model.enter.bias"))
    with pytest.raises(CheckpointError, match=r"1 weights differ, first enter\.bias: absent"):
        load_checkpoint(saved)


def test_weights_that_are_not_numbers(saved, tmp_path):
    rewrite(saved, lambda tensors: tensors["model.enter.bias"].fill_(torch.nan))
    with pytest.raises(CheckpointError, match=r"enter\.bias is not finite"):
        load_checkpoint(saved)
    model = Denoiser(CONFIG)
    with torch.no_grad():
        model.enter.bias[0] = 1e6
    with pytest.raises(CheckpointError, match="half precision"):
        save_checkpoint(tmp_path / "large.safetensors", model, CODEC, META)
    assert not (tmp_path / "large.safetensors").exists()


def test_failed_write_leaves_the_old_file(saved):
    before = saved.read_bytes()
    with pytest.raises(TypeError):
        save_checkpoint(saved, Denoiser(CONFIG), CODEC, {"not json": object()})
    assert saved.read_bytes() == before
    assert [f.name for f in saved.parent.iterdir()] == [saved.name]
