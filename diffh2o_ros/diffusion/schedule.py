"""The noise schedule: how much of the motion is left at each diffusion step.

x_t = signal[t] * x0 + noise[t] * epsilon, with signal = sqrt(alpha_bar) and
noise = sqrt(1 - alpha_bar) (Ho et al., "Denoising diffusion probabilistic models", 2020).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.errors import OptionError


@dataclass(frozen=True)
class NoiseSchedule:
    """alpha_bar (num_steps,) float64, falling from nearly 1 to nearly 0.

    Float64, because it spans nine orders of magnitude; what leaves the methods has the type and
    device of the samples they are given.
    """

    alpha_bar: Tensor

    @staticmethod
    def cosine(num_steps: int = 1000) -> "NoiseSchedule":
        """Nichol & Dhariwal, "Improved DDPM" (2021), equation 17: offset .008, betas <= .999."""
        if num_steps < 1:
            raise OptionError(f"a noise schedule needs at least one step, got {num_steps}")

        def remaining(u: float) -> float:
            return math.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2

        betas = [
            min(1 - remaining((i + 1) / num_steps) / remaining(i / num_steps), 0.999)
            for i in range(num_steps)
        ]
        return NoiseSchedule((1 - torch.tensor(betas, dtype=torch.float64)).cumprod(0))

    @property
    def num_steps(self) -> int:
        return len(self.alpha_bar)

    def coefficients(self, t: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """(signal, noise) at steps `t` (B,), shaped to multiply `like` (B, ...)."""
        alpha_bar = self.alpha_bar.to(t.device)[t].reshape(-1, *[1] * (like.ndim - 1))
        return alpha_bar.sqrt().to(like), (1 - alpha_bar).sqrt().to(like)

    def add_noise(self, x0: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """x_t for clean samples x0 (B, ...), unit normal noise (B, ...), steps t (B,)."""
        signal, sigma = self.coefficients(t, x0)
        return signal * x0 + sigma * noise

    def x0_from_epsilon(
        self, x_t: Tensor, epsilon: Tensor, t: Tensor, clip: float | None = None
    ) -> Tensor:
        """The clean sample that `x_t` is, if `epsilon` is its noise; all (B, ...), t (B,).

        `clip` bounds the result to [-clip, clip]. At the noisiest steps the signal is some
        2e4 times smaller than the noise, and so the error of epsilon is that much magnified: a
        sampler that starts there needs it.
        """
        signal, sigma = self.coefficients(t, x_t)
        x0 = (x_t - sigma * epsilon) / signal
        return x0 if clip is None else x0.clamp(-clip, clip)
