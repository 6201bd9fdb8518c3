"""The training loss of one batch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.diffusion.prediction import predicted_x0, training_error
from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.models.context import grasp_context
from diffh2o_ros.models.denoiser import Denoiser
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.training.batches import Draws
from diffh2o_ros.training.recipes import Recipe


def loss_weight(schedule: NoiseSchedule, t: Tensor, recipe: Recipe) -> Tensor:
    """Weight (B,) of the squared error at steps t (B,), one on average over all steps.

    Without `snr_clamp` all steps of a prediction weigh the same. With it the error of x0 weighs
    clamp(SNR, low, high), SNR = alpha_bar / (1 - alpha_bar): (0, 5) is min-SNR-5 (Hang
    et al., "Efficient diffusion training via min-SNR weighting strategy", 2023), and a lower
    bound keeps the noisiest steps alive, on which a few-step sampler starts. The squared error of
    epsilon is SNR times that of x0, that of v is SNR + 1 times, and their weight that much less.
    """
    if recipe.snr_clamp is None:
        return torch.ones(len(t), device=t.device)
    alpha_bar = schedule.alpha_bar
    snr = alpha_bar / (1 - alpha_bar)
    weight = snr.clamp(*recipe.snr_clamp)
    if recipe.prediction == "epsilon":
        weight = weight / snr
    elif recipe.prediction == "v":
        weight = weight / (snr + 1)
    return (weight / weight.mean()).float().to(t.device)[t]


@dataclass(frozen=True)
class Objective:
    """Turns a network and a batch into a loss.

    autocast: the type the network computes in, None for float32 throughout. The loss is float32.
    """

    recipe: Recipe
    codec: FeatureCodec
    schedule: NoiseSchedule
    autocast: torch.dtype | None = None

    def __call__(
        self, model: Denoiser, batch: dict[str, Tensor], draws: Draws
    ) -> dict[str, Tensor]:
        """Scalars "loss" (to be minimized) and "mse" (unweighted).

        `batch` as from `TrainingArrays.batch`; batch and draws on the device of the model.
        """
        t, x0 = draws.t, self.codec.encode(batch["features"])
        x_t = self.schedule.add_noise(x0, draws.noise, t)
        context = grasp_context(x0, self.recipe.grasp_frame) if model.config.context_dim else None
        with torch.autocast(x0.device.type, self.autocast, enabled=self.autocast is not None):
            output = model(
                x_t,
                t,
                batch["text_tokens"],
                batch["text_mask"],
                batch["bps"],
                context,
                draws.drop_text,
                draws.drop_bps,
            )
        output = output.float()
        error = training_error(self.recipe.prediction, output, x0, draws.noise, t, self.schedule)
        errors = error.square().mean(dim=(1, 2))
        mse = errors.mean().detach()
        if self.recipe.velocity_weight or self.recipe.integral_weight:
            x0_hat = predicted_x0(self.recipe.prediction, output, x_t, t, self.schedule)
            apart = x0_hat - x0
            if self.recipe.velocity_weight:
                jumps = apart.diff(dim=1).square().mean(dim=(1, 2))
                errors = errors + self.recipe.velocity_weight * jumps
            if self.recipe.integral_weight:
                drift = self.codec.integrated(apart).square().mean(dim=(1, 2))
                errors = errors + self.recipe.integral_weight * drift
        weight = loss_weight(self.schedule, t, self.recipe)
        return {"loss": (weight * errors).mean(), "mse": mse}
