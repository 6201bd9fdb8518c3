"""The text pooling learns what sentences say before the diffusion starts."""

import numpy as np
import pytest
import torch

from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig
from diffh2o_ros.training.loop import Budget, train
from diffh2o_ros.training.recipes import Recipe
from diffh2o_ros.training.state import TrainingState
from diffh2o_ros.training.text_pretraining import pretrain_text

SMALL = {"width": 16, "multipliers": (1, 2), "embedding_dim": 32, "bps_hidden": 16}
CONFIG = DenoiserConfig(feature_dim=108, num_frames=50, **SMALL)


@pytest.fixture
def lesson(make_arrays):
    """Arrays, and what their sentences say: 0 and 2 the one thing, 1 and 3 the other."""
    arrays = make_arrays()
    return arrays, {"goal": np.asarray(arrays.text_index[:, 0]).astype(np.int64)}


def taught(arrays, labels, steps, seed=0):
    torch.manual_seed(1)
    model = Denoiser(CONFIG)
    before = {k: v.clone() for k, v in model.state_dict().items()}
    return model, before, pretrain_text(model, arrays, labels, steps, seed)


def test_held_out_sentences_are_understood_and_only_the_text_is_touched(lesson):
    model, before, told = taught(*lesson, steps=60)
    assert told["goal"] > 0.95
    _, _, untaught = taught(*lesson, steps=0)
    assert untaught["goal"] < 0.9
    for name, value in model.state_dict().items():
        same = torch.equal(value, before[name])
        assert same or name.startswith("text."), name
    assert not torch.equal(model.text.queries, before["text.queries"])


def test_the_same_seed_teaches_the_same(lesson):
    first, again, other = (taught(*lesson, steps=5, seed=s)[0].text.queries for s in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_training_starts_from_the_lesson_and_asks_for_labels(lesson, fit_codec, tmp_path):
    arrays, labels = lesson
    recipe = Recipe(
        "grasp", CONFIG, text_pretraining=20, batch_size=8, validate_every=1, validation_batches=1
    )
    codec, budget = fit_codec(arrays), Budget(steps=1)
    with pytest.raises(ValueError, match="labels"):
        train(recipe, arrays, codec, tmp_path / "F.safetensors", budget, device="cpu", quiet=True)
    out = train(
        recipe,
        arrays,
        codec,
        tmp_path / "F.safetensors",
        budget,
        device="cpu",
        quiet=True,
        labels=labels,
    )
    state = TrainingState.load(out.with_suffix(".state.safetensors"), recipe, torch.device("cpu"))
    fresh = TrainingState.fresh(recipe, torch.device("cpu"))
    gap = (state.model.text.queries - fresh.model.text.queries).abs().max()
    assert gap > 3e-4  # one step at the warm-up's rate moves them by 5e-6
