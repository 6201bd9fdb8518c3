import pytest
import torch

from diffh2o_ros.models.checkpoint import CheckpointError, write_safetensors
from diffh2o_ros.models.recognizer import (
    FORMAT,
    VERSION,
    RecognizerConfig,
    RecognizerNetwork,
    load_recognizer,
    save_recognizer,
)

CONFIG = RecognizerConfig(actions=("lift", "pass", "pour"))
MEAN, STD = torch.linspace(-1, 1, 17), torch.linspace(0.1, 2, 17)


@pytest.fixture
def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return RecognizerNetwork(CONFIG, MEAN, STD).eval()


@pytest.fixture
def motion():
    return torch.randn(3, 90, 17, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def test_frames_after_the_end_change_nothing(network, motion):
    lengths = torch.tensor([90, 67, 51])
    together = network(motion, lengths)
    assert together.shape == (3, 3)
    for i, length in enumerate(lengths):
        alone = network(motion[i : i + 1, :length], lengths[i : i + 1])[0]
        torch.testing.assert_close(together[i], alone, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(together[2], network(motion, torch.tensor([90, 67, 90]))[2])


@torch.no_grad()
def test_comes_back_from_a_small_file(network, motion, tmp_path):
    path, meta = tmp_path / "recognizer.safetensors", {"diversity": {"overall": 0.25}}
    save_recognizer(path, network, meta)
    assert path.stat().st_size < 1e6
    loaded, found = load_recognizer(path)
    assert found == meta and loaded.config == CONFIG and not loaded.training
    torch.testing.assert_close(loaded.mean, MEAN, atol=0, rtol=0)
    lengths = torch.full((3,), 90)
    torch.testing.assert_close(loaded(motion, lengths), network(motion, lengths), atol=0.02, rtol=0)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"format_name": "diffh2o_ros.denoiser"}, "not a diffh2o_ros.recognizer file"),
        ({"config": {"actions": ["lift"]}}, "does not describe its network"),
        ({"config": {"actions": ["lift", "pass"]}}, "another architecture than it says"),
    ],
)
def test_other_files_are_refused_in_one_line(network, tmp_path, header, message):
    path = tmp_path / "recognizer.safetensors"
    good = {"format_name": FORMAT, "version": VERSION, "meta": {}}
    write_safetensors(path, network.state_dict(), **good | header)
    with pytest.raises(CheckpointError, match=message) as error:
        load_recognizer(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        load_recognizer(tmp_path / "nowhere.safetensors")
