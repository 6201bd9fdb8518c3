import dataclasses
import json

import pytest
import torch

from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.training.batches import batch_rows, draw
from diffh2o_ros.training.objective import Objective, loss_weight
from diffh2o_ros.training.recipes import RECIPES, Recipe, recipe
from diffh2o_ros.training.state import TrainingState

SCHEDULE = NoiseSchedule.cosine()
CPU = torch.device("cpu")


class Oracle(torch.nn.Module):
    """Answers with what it was given; stands where a perfect network would."""

    def __init__(self, config, answer):
        super().__init__()
        self.config, self.answer = config, answer

    def forward(self, x, t, *conditions):
        return self.answer


def case(make_arrays, fit_codec, **options):
    chosen = dataclasses.replace(recipe("grasp", "tiny"), **options)
    arrays = make_arrays()
    draws = draw((8, 50, 108), 1000, 0.1, 0.1, 0, 0)
    batch = arrays.batch(batch_rows(arrays.rows(0), 0, 8, 0), draws.rng)
    return chosen, fit_codec(arrays), batch, draws


@pytest.mark.parametrize("prediction", ["x0", "epsilon"])
def test_loss_is_zero_exactly_at_the_target(make_arrays, fit_codec, prediction):
    chosen, codec, batch, draws = case(make_arrays, fit_codec, prediction=prediction)
    x0 = codec.encode(batch["features"])
    objective = Objective(chosen, codec, SCHEDULE)
    right, wrong = (x0, draws.noise) if prediction == "x0" else (draws.noise, x0)
    assert objective(Oracle(chosen.network, right), batch, draws)["loss"] == 0
    missed = objective(Oracle(chosen.network, wrong), batch, draws)["mse"]
    torch.testing.assert_close(missed, (x0 - draws.noise).square().mean())


def test_velocity_loss_counts_jumps_and_nothing_else(make_arrays, fit_codec):
    chosen, codec, batch, draws = case(make_arrays, fit_codec, velocity_weight=4.0)
    x0, objective = codec.encode(batch["features"]), Objective(chosen, codec, SCHEDULE)
    shifted = objective(Oracle(chosen.network, x0 + 0.5), batch, draws)["loss"]
    torch.testing.assert_close(shifted, torch.tensor(0.25))
    zigzag = x0.clone()
    zigzag[:, ::2] += 0.5  # off by .5 in half of the frames, every change off by .5
    loss = objective(Oracle(chosen.network, zigzag), batch, draws)["loss"]
    torch.testing.assert_close(loss, torch.tensor(0.125 + 4.0 * 0.25))


def test_weights_follow_the_clamped_signal_to_noise_ratio():
    base = recipe("grasp", "tiny")
    t = torch.arange(1000)
    assert (loss_weight(SCHEDULE, t, base) == 1).all()
    x0 = loss_weight(SCHEDULE, t, dataclasses.replace(base, snr_clamp=(0.1, 5.0)))
    torch.testing.assert_close(x0.mean(), torch.tensor(1.0))
    torch.testing.assert_close(x0.max() / x0.min(), torch.tensor(50.0))
    snr = (SCHEDULE.alpha_bar / (1 - SCHEDULE.alpha_bar)).float()
    epsilon = loss_weight(
        SCHEDULE, t, dataclasses.replace(base, snr_clamp=(0.0, 5.0), prediction="epsilon")
    )
    # min-SNR: the noise of noisy steps counts fully, that of nearly clean ones hardly.
    torch.testing.assert_close(epsilon * snr / epsilon[-1], snr.clamp_max(5.0), rtol=1e-3, atol=0)
    v = loss_weight(SCHEDULE, t, dataclasses.replace(base, snr_clamp=(0.1, 5.0), prediction="v"))
    torch.testing.assert_close(v * (1 + snr) / v[-1], x0 / x0[-1], rtol=1e-3, atol=0)


def test_bfloat16_stays_near_float32(make_arrays, fit_codec):
    chosen, codec, batch, draws = case(make_arrays, fit_codec)
    model = TrainingState.fresh(chosen, CPU).model
    losses = [
        float(Objective(chosen, codec, SCHEDULE, kind)(model, batch, draws)["loss"].detach())
        for kind in (None, torch.bfloat16)
    ]
    assert losses[0] != losses[1]
    assert abs(losses[0] - losses[1]) < 0.02 * losses[0]


def test_recipes_are_complete():
    for name, stages in RECIPES.items():
        for stage, chosen in stages.items():
            assert recipe(stage, name) is chosen and chosen.stage == stage
    with pytest.raises(ValueError, match="no recipe 'huge': choose one of shipped, tiny"):
        recipe("grasp", "huge")
    with pytest.raises(ValueError, match="no stage 'lift'"):
        recipe("lift", "tiny")


def test_recipes_survive_json_and_new_fields():
    chosen = dataclasses.replace(recipe("interaction", "shipped"), snr_clamp=(0.2, 5.0))
    stored = json.loads(json.dumps(chosen.as_dict()))
    assert Recipe.from_dict(stored) == chosen
    del stored["ema_decay"]
    assert Recipe.from_dict(stored) == chosen


def test_shipped_checkpoints_fit_in_forty_megabytes():
    weights = sum(
        parameter.numel()
        for chosen in RECIPES["shipped"].values()
        for parameter in TrainingState.fresh(chosen, CPU).model.parameters()
    )
    assert 2 * weights < 39e6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stage": "lift"}, "stage must be one of"),
        ({"prediction": "u"}, "prediction must be one of"),
        ({"snr_clamp": (5.0, 1.0)}, "snr_clamp"),
        ({"prediction": "epsilon", "velocity_weight": 1.0}, "noise has no speed"),
        ({"drop_text": 1.0}, "drop_text must be in"),
        ({"batch_size": 0}, "batch_size must be positive"),
    ],
)
def test_senseless_recipes_are_named(change, message):
    network = RECIPES["tiny"]["grasp"].network
    with pytest.raises(ValueError, match=message):
        Recipe(**{"stage": "grasp", "network": network} | change)
