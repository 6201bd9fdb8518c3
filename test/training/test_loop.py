import csv
import dataclasses
import itertools
import time

import numpy as np
import pytest
import torch

from diffh2o_ros.diffusion.sampler import sample
from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.models.checkpoint import CheckpointError, load_checkpoint
from diffh2o_ros.models.context import grasp_context
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.training.arrays import TrainingArrays
from diffh2o_ros.training.loop import Budget, learning_rate, train
from diffh2o_ros.training.recipes import recipe
from diffh2o_ros.training.run_files import COLUMNS

GRASP = recipe("grasp", "tiny")


class Interrupted(TrainingArrays):
    """Arrays whose reader presses Ctrl-C in the middle of the 25th step."""

    def batch(self, indices, rng, rows=slice(None)):
        with_validations = next(self.__dict__.setdefault("calls", itertools.count(1)))
        if with_validations > 24 + 2:  # after steps 10 and 20
            raise KeyboardInterrupt
        return super().batch(indices, rng, rows)


class Exploding(TrainingArrays):
    """Arrays that hold something infinite, which is met after 15 steps."""

    def batch(self, indices, rng, rows=slice(None)):
        found = super().batch(indices, rng, rows)
        if next(self.__dict__.setdefault("calls", itertools.count(1))) > 15 + 1:
            found["features"][0, 0, 0] = torch.inf
        return found


def log_rows(out):
    with out.with_suffix(".csv").open() as file:
        return list(csv.DictReader(file))


def test_learns_from_sentence_and_object(make_arrays, fit_codec, tmp_path):
    """From noise, sentence and object to a motion: the whole way through the files."""
    arrays = make_arrays(sequences=100)
    chosen = dataclasses.replace(GRASP, batch_size=16, learning_rate=3e-3, validate_every=100)
    out = train(
        chosen,
        arrays,
        fit_codec(arrays),
        tmp_path / "grasp.safetensors",
        Budget(steps=300),
        meta={"data": "ramps"},
        quiet=True,
    )
    losses = [float(row["validation_mse"]) for row in log_rows(out)]
    assert losses[-1] < 0.7 * losses[0]

    checkpoint = load_checkpoint(out)
    assert checkpoint.meta["data"] == "ramps" and checkpoint.meta["prediction"] == "x0"
    assert checkpoint.meta["recipe"]["batch_size"] == 16 and checkpoint.meta["step"] == 300
    codec = FeatureCodec.from_state(checkpoint.codec)
    rows = arrays.rows(1)
    batch = arrays.batch(rows, np.random.default_rng(0))
    condition = checkpoint.model.condition(batch["text_tokens"], batch["text_mask"], batch["bps"])
    noise = torch.randn(len(rows), 50, 108, generator=torch.Generator().manual_seed(0))
    samples = codec.decode(
        sample(
            lambda x, t: checkpoint.model.denoise(x, t, condition),
            noise,
            NoiseSchedule.cosine(checkpoint.meta["num_diffusion_steps"]),
            10,
        )
    )
    truth = batch["features"]
    agreement = torch.cosine_similarity(samples[:, -1], truth[:, -1], dim=-1)
    assert (agreement > 0.8).float().mean() > 0.9, agreement


def test_interaction_stage_trains_with_its_context(make_arrays, fit_codec, tmp_path):
    arrays = make_arrays(sequences=20, frames=200, dim=117)
    chosen = recipe("interaction", "tiny")
    out = train(
        chosen, arrays, fit_codec(arrays), tmp_path / "i.safetensors", Budget(steps=3), quiet=True
    )
    model = load_checkpoint(out).model
    x0 = torch.zeros(1, 200, 117)
    batch = arrays.batch(np.array([0]), np.random.default_rng(0))
    answer = model(
        x0,
        torch.tensor([10]),
        batch["text_tokens"],
        batch["text_mask"],
        batch["bps"],
        grasp_context(x0, chosen.grasp_frame),
    )
    assert answer.shape == (1, 200, 117)


def test_resumed_run_equals_the_uninterrupted_one(make_arrays, fit_codec, tmp_path):
    """Interrupted in the middle of a step, as by Ctrl-C, and taken up from the last save."""
    arrays = make_arrays()
    codec = fit_codec(arrays)
    torch.manual_seed(1)
    whole = train(GRASP, arrays, codec, tmp_path / "a.safetensors", Budget(steps=30), quiet=True)

    torch.manual_seed(2)  # the global generator must not matter
    out = tmp_path / "b.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train(GRASP, Interrupted(**vars(arrays)), codec, out, Budget(steps=30), quiet=True)
    assert load_checkpoint(out).meta["step"] == 20
    train(GRASP, arrays, codec, out, Budget(steps=30), quiet=True, resume=True)

    first, second = (load_checkpoint(path).model.state_dict() for path in (whole, out))
    for name, weight in first.items():
        assert torch.equal(weight, second[name]), name
    losses = [
        [(r["step"], r["loss"], r["validation_mse"]) for r in log_rows(p)] for p in (whole, out)
    ]
    assert losses[0] == losses[1] and len(losses[0]) == 3


def test_files_of_a_run(make_arrays, fit_codec, tmp_path):
    arrays = make_arrays()
    out = tmp_path / "run" / "grasp.safetensors"
    train(GRASP, arrays, fit_codec(arrays), out, Budget(steps=12), quiet=True)
    assert sorted(f.name for f in out.parent.iterdir()) == [
        "grasp.csv",
        "grasp.safetensors",
        "grasp.state.safetensors",
    ]
    rows = log_rows(out)
    assert tuple(rows[0]) == COLUMNS
    assert [row["step"] for row in rows] == ["10", "12"]
    assert all(float(row["validation_mse"]) > 0 for row in rows)


def test_budget_of_time_is_kept(make_arrays, fit_codec, tmp_path):
    arrays = make_arrays()
    chosen = dataclasses.replace(GRASP, validate_every=10_000)
    start = time.monotonic()
    out = train(
        chosen,
        arrays,
        fit_codec(arrays),
        tmp_path / "g.safetensors",
        Budget(minutes=0.03),
        quiet=True,
    )
    assert 1.8 <= time.monotonic() - start < 30
    (row,) = log_rows(out)
    assert int(row["step"]) > 1
    # The rate falls to 0 with the time, so the last step's is near its end.
    assert float(row["learning_rate"]) < chosen.learning_rate / 2


def test_learning_rate_warms_up_and_ends_at_zero():
    rates = [learning_rate(GRASP, step, step / 100) for step in range(101)]
    peak = rates.index(max(rates))
    assert peak == GRASP.warmup_steps - 1
    assert max(rates) < GRASP.learning_rate and rates[-1] == 0
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


def test_data_of_another_stage_is_refused(make_arrays, fit_codec, tmp_path):
    arrays = make_arrays(dim=117)
    out = tmp_path / "g.safetensors"
    with pytest.raises(ValueError, match="feature_dim 117, the grasp recipe expects 108"):
        train(GRASP, arrays, fit_codec(arrays), out, Budget(steps=1))
    assert not list(tmp_path.iterdir())


def test_resume_needs_a_state_of_the_same_recipe(make_arrays, fit_codec, tmp_path):
    arrays = make_arrays()
    codec, out = fit_codec(arrays), tmp_path / "g.safetensors"
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        train(GRASP, arrays, codec, out, Budget(steps=2), resume=True, quiet=True)
    train(GRASP, arrays, codec, out, Budget(steps=2), quiet=True)
    other = dataclasses.replace(GRASP, learning_rate=5e-4)
    with pytest.raises(CheckpointError, match="another recipe"):
        train(other, arrays, codec, out, Budget(steps=4), resume=True, quiet=True)


def test_divergence_stops_and_keeps_the_last_good_state(make_arrays, fit_codec, tmp_path):
    arrays = Exploding(**vars(make_arrays()))
    out = tmp_path / "g.safetensors"
    with pytest.raises(FloatingPointError, match="no longer finite at step 20"):
        train(GRASP, arrays, fit_codec(arrays), out, Budget(steps=30), quiet=True)
    assert load_checkpoint(out).meta["step"] == 10


@pytest.mark.parametrize("options", [{}, {"steps": 5, "minutes": 1.0}, {"steps": 0}])
def test_budget_is_one_of_two(options):
    with pytest.raises(ValueError, match="either steps or minutes"):
        Budget(**options)
