"""Distributions whose best denoiser is known in closed form."""

from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.diffusion.prediction import Denoise, predicted_x0
from diffh2o_ros.diffusion.schedule import NoiseSchedule

SCHEDULE = NoiseSchedule.cosine()


def x0_denoiser(
    network: Denoise, prediction: str, schedule: NoiseSchedule, clip: float | None = None
) -> Denoise:
    """`network` as a function from (x_t, t) to the predicted clean sample."""

    def denoise(x_t: Tensor, t: Tensor) -> Tensor:
        return predicted_x0(prediction, network(x_t, t), x_t, t, schedule, clip)

    return denoise


def epsilon_from_x0(schedule: NoiseSchedule, x_t: Tensor, x0: Tensor, t: Tensor) -> Tensor:
    """The noise in `x_t`, if `x0` is its clean sample; all (B, ...), t (B,)."""
    signal, sigma = schedule.coefficients(t, x_t)
    return (x_t - signal * x0) / sigma


@dataclass
class Gaussian:
    """N(mean (D,), covariance (D, D)): E[x0 | x_t] is linear in x_t."""

    mean: Tensor
    covariance: Tensor

    def denoise(self, x_t: Tensor, t: Tensor) -> Tensor:
        alpha_bar = SCHEDULE.alpha_bar[t[0]].to(x_t)
        noisy = alpha_bar * self.covariance + (1 - alpha_bar) * torch.eye(len(self.mean))
        gain = alpha_bar.sqrt() * self.covariance @ torch.linalg.inv(noisy)
        return self.mean + (x_t - alpha_bar.sqrt() * self.mean) @ gain.T

    def given(self, values: Tensor) -> "Gaussian":
        """The distribution of the other entries when the first are `values`."""
        k = len(values)
        gain = self.covariance[k:, :k] @ torch.linalg.inv(self.covariance[:k, :k])
        return Gaussian(
            self.mean[k:] + gain @ (values - self.mean[:k]),
            self.covariance[k:, k:] - gain @ self.covariance[:k, k:],
        )


@dataclass
class Mixture:
    """Round Gaussians of one width: E[x0 | x_t] is a softmax over the components."""

    means: Tensor  # (K, D)
    shares: Tensor  # (K,)
    sigma: float

    def denoise(self, x_t: Tensor, t: Tensor) -> Tensor:
        alpha_bar = SCHEDULE.alpha_bar[t[0]].to(x_t)
        variance = alpha_bar * self.sigma**2 + 1 - alpha_bar
        offset = x_t[:, None] - alpha_bar.sqrt() * self.means  # (B, K, D)
        log_odds = self.shares.log() - offset.square().sum(-1) / (2 * variance)
        each = self.means + alpha_bar.sqrt() * self.sigma**2 / variance * offset
        return (log_odds.softmax(dim=1)[..., None] * each).sum(1)


def correlated_gaussian(dim: int = 5) -> Gaussian:
    generator = torch.Generator().manual_seed(3)
    factor = torch.randn(dim, dim, generator=generator)
    covariance = factor @ factor.T / dim + 0.2 * torch.eye(dim)
    return Gaussian(torch.linspace(-1, 1, dim), covariance)


def unit_noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
