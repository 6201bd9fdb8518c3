import diffusers
import pytest
import torch
from analytic import epsilon_from_x0, unit_noise

from diffh2o_ros.diffusion.prediction import (
    PREDICTIONS,
    predicted_x0,
    training_error,
    training_target,
)
from diffh2o_ros.diffusion.schedule import NoiseSchedule


@pytest.mark.parametrize("num_steps", [50, 1000])
def test_agrees_with_diffusers(num_steps):
    theirs = diffusers.DDPMScheduler(num_steps, beta_schedule="squaredcos_cap_v2")
    ours = NoiseSchedule.cosine(num_steps)
    torch.testing.assert_close(ours.alpha_bar.float(), theirs.alphas_cumprod, rtol=2e-4, atol=1e-7)
    x0, noise = unit_noise(8, 10, 3), unit_noise(8, 10, 3, seed=1)
    t = torch.linspace(0, num_steps - 1, 8).long()
    torch.testing.assert_close(ours.add_noise(x0, noise, t), theirs.add_noise(x0, noise, t))


def test_starts_clean_and_ends_in_noise():
    alpha_bar = NoiseSchedule.cosine().alpha_bar
    assert alpha_bar[0] > 0.9999 and alpha_bar[-1] < 1e-8
    assert (alpha_bar.diff() < 0).all()


def test_x0_and_epsilon_are_two_views_of_one_thing():
    schedule = NoiseSchedule.cosine()
    x0, noise = unit_noise(5, 7, 2), unit_noise(5, 7, 2, seed=1)
    t = torch.tensor([0, 100, 400, 700, 900])
    x_t = schedule.add_noise(x0, noise, t)
    torch.testing.assert_close(schedule.x0_from_epsilon(x_t, noise, t), x0, rtol=0, atol=1e-4)
    torch.testing.assert_close(epsilon_from_x0(schedule, x_t, x0, t), noise, rtol=0, atol=1e-4)


def test_clipping_tames_the_noisiest_step():
    schedule = NoiseSchedule.cosine()
    x_t, wrong, t = unit_noise(1, 9, 9), unit_noise(1, 9, 9, seed=1), torch.tensor([999])
    assert schedule.x0_from_epsilon(x_t, wrong, t).abs().max() > 1000
    assert schedule.x0_from_epsilon(x_t, wrong, t, clip=4.0).abs().max() == 4


def test_all_predictions_mean_the_same_sample():
    schedule = NoiseSchedule.cosine()
    x0, noise, t = unit_noise(3, 4, 2), unit_noise(3, 4, 2, seed=1), torch.tensor([5, 300, 600])
    x_t = schedule.add_noise(x0, noise, t)
    for prediction in PREDICTIONS:
        answer = training_target(prediction, x0, noise, t, schedule)
        hat = predicted_x0(prediction, answer, x_t, t, schedule)
        torch.testing.assert_close(hat, x0, rtol=0, atol=1e-5)
        assert training_error(prediction, answer, x0, noise, t, schedule).abs().max() < 1e-6


def test_a_skip_connection_carries_what_is_almost_clean_and_nothing_of_noise():
    schedule = NoiseSchedule.cosine()
    x_t, t = torch.ones(3, 4, 2), torch.tensor([3, 300, 990])
    kept = predicted_x0("x0_skip", torch.zeros_like(x_t), x_t, t, schedule)[:, 0, 0]
    assert kept[0] > 0.97 and 0.01 < kept[1] < 0.1 and kept[2] < 0.01


def test_v_agrees_with_diffusers():
    theirs = diffusers.DDPMScheduler(1000, beta_schedule="squaredcos_cap_v2")
    x0, noise, t = unit_noise(3, 4, 2), unit_noise(3, 4, 2, seed=1), torch.tensor([5, 300, 600])
    ours = training_target("v", x0, noise, t, NoiseSchedule.cosine())
    torch.testing.assert_close(ours, theirs.get_velocity(x0, noise, t))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="at least one step"):
        NoiseSchedule.cosine(0)
    with pytest.raises(ValueError, match="x0, epsilon, v, x0_skip, not 'u'"):
        predicted_x0("u", *unit_noise(3, 2, 2), torch.tensor([1, 2]), NoiseSchedule.cosine())
