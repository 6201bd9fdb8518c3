import pytest
import torch
from analytic import SCHEDULE, correlated_gaussian, unit_noise

from diffh2o_ros.diffusion.guidance import ClassifierFree, GradientGuide
from diffh2o_ros.diffusion.sampler import METHODS, sample


def test_classifier_free_algebra_in_one_doubled_batch():
    batches = []

    def denoise(x, t, drop):
        batches.append(len(x))
        return torch.where(drop[:, None], -x, x * t[:, None])

    x, t = unit_noise(3, 4), torch.tensor([2, 5, 7])
    unconditional, conditional = -x, x * t[:, None]
    for scale in (0.0, 1.0, 2.5):
        expected = unconditional + scale * (conditional - unconditional)
        torch.testing.assert_close(ClassifierFree(denoise, scale)(x, t), expected)
    assert batches == [3, 3, 6]


def squared_distance(target):
    return lambda x0: (x0[:, : len(target)] - target).square().sum(1)


@pytest.mark.parametrize("method", METHODS)
def test_full_target_is_met(method):
    truth = correlated_gaussian()
    target = torch.tensor([1.0, -1.0, 0.5, 0.0, 1.5])
    guide = GradientGuide(squared_distance(target))
    noise = unit_noise(100, 5)
    guided = sample(truth.denoise, noise, SCHEDULE, 20, method=method, guide=guide)
    free = sample(truth.denoise, noise, SCHEDULE, 20, method=method)
    assert (guided - target).norm(dim=1).mean() < 0.1
    assert (free - target).norm(dim=1).mean() > 1


def test_partial_target_is_met_and_the_rest_follows_the_data():
    truth = correlated_gaussian()
    target = torch.tensor([1.5, -2.0])
    posterior = truth.given(target)
    guide = GradientGuide(squared_distance(target))
    guided = sample(truth.denoise, unit_noise(4000, 5), SCHEDULE, 20, guide=guide)
    assert (guided[:, :2] - target).norm(dim=1).mean() < 0.05
    # The free entries move where the correlations say, at least three quarters of the way.
    moved = posterior.mean - truth.mean[2:]
    error = guided[:, 2:].mean(0) - posterior.mean
    assert error.norm() < 0.25 * moved.norm()
    # And they keep the spread that the target leaves them.
    torch.testing.assert_close(
        guided[:, 2:].T.cov().diag(), posterior.covariance.diag(), rtol=0.35, atol=0
    )


def test_step_does_not_depend_on_the_unit_of_the_loss():
    truth, target = correlated_gaussian(), torch.tensor([1.5, -2.0])
    noise = unit_noise(10, 5)
    samples = [
        sample(
            truth.denoise,
            noise,
            SCHEDULE,
            10,
            guide=GradientGuide(lambda x0, unit=unit: unit * squared_distance(target)(x0)),
        )
        for unit in (1e-3, 1.0, 1e3)
    ]
    torch.testing.assert_close(samples[0], samples[1], rtol=0, atol=1e-2)
    torch.testing.assert_close(samples[2], samples[1], rtol=0, atol=1e-2)


def test_never_acts_on_a_met_target():
    truth = correlated_gaussian()
    noise = unit_noise(10, 5)
    free = sample(truth.denoise, noise, SCHEDULE, 10)
    content = GradientGuide(lambda x0: x0.sum(1) * 0)
    assert torch.equal(sample(truth.denoise, noise, SCHEDULE, 10, guide=content), free)


def test_samples_are_guided_independently():
    truth, target = correlated_gaussian(), torch.tensor([1.5, -2.0])
    guide = GradientGuide(squared_distance(target))
    noise = unit_noise(6, 5)
    together = sample(truth.denoise, noise, SCHEDULE, 10, guide=guide)
    alone = sample(truth.denoise, noise[2:3], SCHEDULE, 10, guide=guide)
    torch.testing.assert_close(together[2:3], alone, rtol=0, atol=1e-4)


def test_never_makes_things_worse_through_a_network_that_knows_nothing():
    """A random, strongly nonlinear network: its gradient is no guide, and must not explode."""
    weight = unit_noise(6, 6, seed=5) * 3

    def network(x_t, t):
        return torch.sin(x_t @ weight)

    guide = GradientGuide(squared_distance(torch.tensor([0.5, 0.5])))
    x_t, t = unit_noise(50, 6), torch.full((50,), 999)
    before = guide.loss(network(x_t, t))
    after = guide.loss(guide(network, x_t, t))
    assert (after <= before + 1e-5).all() and after.mean() < before.mean()
