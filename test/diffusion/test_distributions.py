"""Sampling distributions whose best denoiser is known must give these distributions back."""

import pytest
import torch
from analytic import (
    SCHEDULE,
    Mixture,
    correlated_gaussian,
    epsilon_from_x0,
    unit_noise,
    x0_denoiser,
)

from diffh2o_ros.diffusion.sampler import METHODS, sample


def test_ddim_converges_to_a_gaussian_in_many_steps():
    truth = correlated_gaussian()
    samples = sample(truth.denoise, unit_noise(20_000, 5), SCHEDULE, 500)
    torch.testing.assert_close(samples.mean(0), truth.mean, rtol=0, atol=0.03)
    torch.testing.assert_close(samples.T.cov(), truth.covariance, rtol=0, atol=0.04)


def test_second_order_needs_only_twenty():
    truth = correlated_gaussian()
    noise = unit_noise(20_000, 5)
    worst = {}
    for method in METHODS:
        samples = sample(truth.denoise, noise, SCHEDULE, 20, method=method)
        torch.testing.assert_close(samples.mean(0), truth.mean, rtol=0, atol=0.03)
        worst[method] = float((samples.T.cov() - truth.covariance).abs().max())
    assert worst["ddim"] < 0.25 and worst["dpm++"] < 0.06, worst


@pytest.mark.parametrize("method", METHODS)
def test_mixture_keeps_its_modes_and_their_shares(method):
    truth = Mixture(
        means=torch.tensor([[2.0, 0.0], [-1.0, 1.5], [0.0, -2.0]]),
        shares=torch.tensor([0.5, 0.3, 0.2]),
        sigma=0.1,
    )
    samples = sample(truth.denoise, unit_noise(10_000, 2), SCHEDULE, 20, method=method)
    nearest, mode = torch.cdist(samples, truth.means).min(dim=1)
    shares = mode.bincount(minlength=3) / len(samples)
    torch.testing.assert_close(shares, truth.shares, rtol=0, atol=0.03)
    assert (nearest < 0.5).float().mean() > 0.99


def test_epsilon_prediction_gives_the_same_samples():
    truth = correlated_gaussian()
    noise = unit_noise(200, 5)

    def epsilon(x_t, t):
        return epsilon_from_x0(SCHEDULE, x_t, truth.denoise(x_t, t), t)

    by_epsilon = sample(x0_denoiser(epsilon, "epsilon", SCHEDULE, clip=8.0), noise, SCHEDULE, 20)
    by_x0 = sample(truth.denoise, noise, SCHEDULE, 20)
    # Float32 noise at the first step, magnified by 1 / signal, is what remains between the two.
    torch.testing.assert_close(by_epsilon, by_x0, rtol=0, atol=0.02)
