import itertools

import diffusers
import pytest
import torch
from analytic import SCHEDULE, unit_noise, x0_denoiser

from diffh2o_ros.diffusion.sampler import METHODS, sample, sampling_steps


def network(x_t, t):
    """Some smooth function of sample and step."""
    mixed = x_t + 0.3 * x_t.roll(1, dims=-1)
    return torch.tanh(mixed * (1 + t[:, None, None] / 1000))


def diffusers_scheduler(method, **options):
    options = {"beta_schedule": "squaredcos_cap_v2", "timestep_spacing": "trailing", **options}
    if method == "ddim":
        return diffusers.DDIMScheduler(1000, **options)
    return diffusers.DPMSolverMultistepScheduler(
        1000, algorithm_type="dpmsolver++", final_sigmas_type="zero", **options
    )


def diffusers_sample(scheduler, model, x, num_steps, **options):
    scheduler.set_timesteps(num_steps)
    for t in scheduler.timesteps:
        x = scheduler.step(model(x, t.expand(len(x))), t, x, **options).prev_sample
    return x


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("num_steps", [1, 5, 20, 50])
def test_agrees_with_diffusers(method, num_steps):
    options = {"clip_sample": False} if method == "ddim" else {}
    scheduler = diffusers_scheduler(method, prediction_type="sample", **options)
    noise = unit_noise(4, 10, 6)
    theirs = diffusers_sample(scheduler, network, noise, num_steps)
    assert sampling_steps(1000, num_steps) == scheduler.timesteps.tolist()
    ours = sample(network, noise, SCHEDULE, num_steps, method=method)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def test_clipped_epsilon_prediction_agrees_with_diffusers():
    scheduler = diffusers_scheduler(
        "ddim", prediction_type="epsilon", clip_sample=True, clip_sample_range=2.0
    )
    noise = unit_noise(4, 10, 6)
    theirs = diffusers_sample(scheduler, network, noise, 20, use_clipped_model_output=True)
    denoise = x0_denoiser(network, "epsilon", SCHEDULE, clip=2.0)
    torch.testing.assert_close(sample(denoise, noise, SCHEDULE, 20), theirs, rtol=0, atol=1e-4)


def test_first_step_is_pure_noise_and_steps_fall():
    for num_steps in (1, 7, 20, 1000):
        steps = sampling_steps(1000, num_steps)
        assert len(steps) == num_steps and steps[0] == 999
        assert all(a > b >= 0 for a, b in itertools.pairwise(steps))


@pytest.mark.parametrize("method", METHODS)
def test_same_noise_same_sample(method):
    first, again, other = (
        sample(network, unit_noise(2, 5, 3, seed=seed), SCHEDULE, 10, method=method)
        for seed in (7, 7, 8)
    )
    assert torch.equal(first, again)
    assert not torch.allclose(first, other, atol=0.1)


def test_edits_run_in_order_and_see_the_progress():
    seen = []

    def first(x0, progress, step):
        seen.append((progress, step))
        return x0 + 1

    out = sample(
        network, unit_noise(2, 5, 3), SCHEDULE, 5, edit_x0=[first, lambda x0, *_: x0 * 0 + 3]
    )
    assert seen == [(0.0, 0), (0.25, 1), (0.5, 2), (0.75, 3), (1.0, 4)]
    assert (out == 3).all()


def test_feedback_counts_and_an_exception_in_it_cancels():
    calls = []
    sample(network, unit_noise(1, 5, 3), SCHEDULE, 4, on_step=lambda *a: calls.append(a))
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]

    def cancel(done, total):
        calls.append(done)
        if done == 2:
            raise InterruptedError

    calls.clear()
    with pytest.raises(InterruptedError):
        sample(network, unit_noise(1, 5, 3), SCHEDULE, 4, on_step=cancel)
    assert calls == [1, 2]


def test_bad_arguments_are_named():
    noise = unit_noise(1, 5, 3)
    with pytest.raises(ValueError, match="1 to 1000 steps, not 0"):
        sample(network, noise, SCHEDULE, 0)
    with pytest.raises(ValueError, match="not 1001"):
        sample(network, noise, SCHEDULE, 1001)
    with pytest.raises(ValueError, match="ddim, dpm"):
        sample(network, noise, SCHEDULE, 5, method="euler")


def test_steps_may_crowd_where_the_noise_is_strong():
    for num_steps in (1, 2, 16, 1000):
        steps = sampling_steps(1000, num_steps, 3.0)
        assert len(steps) == num_steps and steps[0] == 999
        assert all(a > b >= 0 for a, b in itertools.pairwise(steps))
    assert sum(t > 900 for t in sampling_steps(1000, 16, 3.0)) > 6
    with pytest.raises(ValueError, match="timestep_spacing"):
        sampling_steps(1000, 16, 0.5)


def test_the_spacing_keeps_the_spread_of_what_many_dimensions_share():
    """One number, drawn from a standard normal, stands in all 600 dimensions of a sample. The exact
    denoiser is linear; few even steps draw that number too near to its mean."""

    def denoise(x, t):
        alpha_bar = SCHEDULE.alpha_bar[t].float()[:, None]
        shared = x.mean(1, keepdim=True)
        return (alpha_bar.sqrt() * shared / (alpha_bar + (1 - alpha_bar) / x.shape[1])).expand_as(x)

    noise = unit_noise(4000, 600)
    spread = {
        c: sample(denoise, noise, SCHEDULE, 16, timestep_spacing=c)[:, 0].std() for c in (1.0, 3.0)
    }
    many = sample(denoise, noise, SCHEDULE, 1000)[:, 0].std()
    assert many == pytest.approx(1.0, abs=0.05)
    assert spread[1.0] < 0.5 * many
    assert spread[3.0] > 0.8 * many
