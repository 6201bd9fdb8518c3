"""Steering a denoiser: towards its condition (classifier-free) and towards a target (gradient)."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.diffusion.prediction import Denoise

#: Where the direction agrees with the plain gradient dL/dx0_hat by a cosine below this (a network
#: says little about x0 at the noisiest steps), the step shrinks with it.
_TRUSTED = 0.1

DroppableDenoise = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(x_t (2B, ...), t (2B,), drop (2B,) bool) -> (2B, ...); where drop is True, without the
condition. Rows i and B + i belong to the same sample."""


@dataclass(frozen=True)
class ClassifierFree:
    """Guided prediction u + scale (c - u) of a conditional c and an unconditional u.

    Ho & Salimans, "Classifier-free diffusion guidance" (2022), with scale = 1 + their w: 1 is the
    plain conditional prediction, 0 the unconditional one, and for these two the network runs on
    one batch only; otherwise c and u are computed in one doubled batch. Since x0 is affine in
    epsilon, it does not matter which of the two is combined.

    Below the diffusion step `least_step` it is the plain conditional prediction: what a sentence
    decides is decided where the noise is strong, and later guidance costs time and spread
    (Kynkaanniemi et al., "Applying guidance in a limited interval", 2024).
    """

    denoise: DroppableDenoise
    scale: float
    least_step: int = 0

    def __call__(self, x_t: Tensor, t: Tensor) -> Tensor:
        batch = len(x_t)
        drop = torch.zeros(batch, dtype=torch.bool, device=x_t.device)
        if self.scale in (0.0, 1.0):
            return self.denoise(x_t, t, drop if self.scale else ~drop)
        if self.least_step and int(t[0]) < self.least_step:
            return self.denoise(x_t, t, drop)
        both = self.denoise(torch.cat([x_t, x_t]), torch.cat([t, t]), torch.cat([drop, ~drop]))
        conditional, unconditional = both[:batch], both[batch:]
        return unconditional + self.scale * (conditional - unconditional)


@dataclass(frozen=True)
class GradientGuide:
    """Moves x0_hat down the gradient of a loss, taken through the network with respect to x_t.

    With J = d x0_hat / d x_t, the direction is J^T dL/dx0_hat (diffusion posterior sampling, Chung
    et al., 2023; the grasp guidance of DiffH2O). J is, up to a factor, the covariance of x0 given
    x_t (Tweedie), so entries that the loss does not name follow along as the data would have them.
    That factor, and the scale of the loss, make a fixed step size either timid or unstable: the
    papers tune it for 1000 small steps. In a few large ones the length of the step is found
    instead, per sample: the Polyak step (as long as it takes to bring a quadratic loss to its
    minimum of 0 by the gradient along the direction), then the minimum of the parabola through
    L(0), L'(0) and L(step), which is exact for squared distances to full and to partial targets.

    Attributes:
        loss: x0_hat (B, ...) -> (B,), differentiable, least at 0, each sample on its own.
    """

    loss: Callable[[Tensor], Tensor]

    def __call__(self, denoise: Denoise, x_t: Tensor, t: Tensor) -> Tensor:
        """The guided x0_hat (B, ...)."""
        with torch.enable_grad():
            x_t = x_t.detach().requires_grad_()
            x0 = denoise(x_t, t)
            leaf = x0.detach().requires_grad_()
            value = self.loss(leaf)
            (gradient,) = torch.autograd.grad(value.sum(), leaf)
            # As a sum: given the gradient itself, autograd loads a compiler first.
            (direction,) = torch.autograd.grad((x0 * gradient).sum(), x_t)
        with torch.no_grad():
            return self._step(x0.detach(), value.detach(), gradient, direction)

    def _step(self, x0: Tensor, value: Tensor, gradient: Tensor, direction: Tensor) -> Tensor:
        def column(per_sample: Tensor) -> Tensor:
            return per_sample.reshape(-1, *[1] * (x0.ndim - 1))

        tiny = torch.finfo(x0.dtype).tiny
        steepest = gradient.flatten(1).norm(dim=1).clamp_min(tiny)
        direction = direction / column(direction.flatten(1).norm(dim=1).clamp_min(tiny))
        descent = (gradient * direction).flatten(1).sum(1)
        cosine = (descent / steepest).clamp_min(0)
        longest = 2 * value / steepest * cosine / cosine.clamp_min(_TRUSTED) ** 2
        reached = self.loss(x0 - column(longest) * direction)
        curvature = (reached - value + descent * longest).clamp_min(tiny)
        length = (descent * longest**2 / (2 * curvature)).clamp(min=0).minimum(longest)
        return x0 - column(length) * direction
