import torch
from analytic import SCHEDULE, correlated_gaussian, unit_noise

from diffh2o_ros.diffusion.imputing import Impute
from diffh2o_ros.diffusion.sampler import sample


def smooth_denoise(x_t, t):
    """Stands for a network that likes its frames equal."""
    return 0.5 * (x_t + x_t.mean(dim=1, keepdim=True))


def test_dictated_part_comes_out_exactly():
    values, mask = unit_noise(3, 8, 2, seed=1), torch.zeros(8, 1, dtype=torch.bool)
    mask[:5] = True
    out = sample(smooth_denoise, unit_noise(3, 8, 2), SCHEDULE, 10, edit_x0=[Impute(values, mask)])
    assert torch.equal(out[:, :5], values[:, :5])
    free = sample(smooth_denoise, unit_noise(3, 8, 2), SCHEDULE, 10)
    assert not torch.allclose(out[:, 5:], free[:, 5:])


def test_blends_between():
    impute = Impute(torch.ones(4, 1), torch.tensor([1.0, 0.25, 0.0, 0.0])[:, None])
    assert impute(torch.zeros(2, 4, 3), 0.5, 3)[0, :, 0].tolist() == [1.0, 0.25, 0.0, 0.0]


def test_the_rest_leans_towards_what_is_dictated():
    """On a Gaussian, imputing some entries shifts the others as their correlations say.

    Not as far as they say: the shift is a known shortfall of imputing alone, and independent of
    the number of steps.
    """
    truth, values = correlated_gaussian(), torch.tensor([1.5, -2.0])
    impute = Impute(torch.cat([values, torch.zeros(3)]), torch.tensor([1.0, 1.0, 0.0, 0.0, 0.0]))
    expected = truth.given(values).mean - truth.mean[2:]
    for num_steps in (20, 200):
        out = sample(truth.denoise, unit_noise(4000, 5), SCHEDULE, num_steps, edit_x0=[impute])
        shift = out[:, 2:].mean(0) - truth.mean[2:]
        assert (shift.sign() == expected.sign()).all()
        assert 0.1 < shift.norm() / expected.norm() < 0.9
