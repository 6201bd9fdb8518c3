"""Deterministic few-step sampling: DDIM and DPM-Solver++(2M).

DDIM: Song et al., "Denoising diffusion implicit models" (2021), equation 12 with eta = 0.
DPM-Solver++(2M): Lu et al., "DPM-Solver++" (2022), algorithm 2.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from diffh2o_ros.diffusion.guidance import GradientGuide
from diffh2o_ros.diffusion.prediction import Denoise
from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.errors import OptionError

EditX0 = Callable[[Tensor, float, int], Tensor]
"""(x0_hat (B, ...), progress in [0, 1], step) -> x0_hat. Progress is how far the diffusion time has
come down: 0 at the first step and 1 at the last one, whose result is the sample."""

OnStep = Callable[[int, int], None]
"""(steps done, total). An exception raised in it ends the sampling."""

METHODS = ("ddim", "dpm++")


def sampling_steps(
    num_train_steps: int, num_steps: int, timestep_spacing: float = 1.0
) -> list[int]:
    """The diffusion steps that are evaluated, noisiest first.

    "Trailing" spacing (Lin et al., "Common diffusion noise schedules and sample steps are
    flawed", 2024): step i stands at round(T - T (i / num_steps)^timestep_spacing) - 1. The first is
    always T - 1, where nothing but noise is left, as the initial noise is; after the last comes x0
    itself. A `timestep_spacing` of 1 is even; above, more steps are taken where the noise is
    strong. That is where signals that many dimensions share are decided, such as which way a hand
    goes: in one long step through that noise, every sample goes the mean way.
    """
    if not 1 <= num_steps <= num_train_steps:
        raise OptionError(f"sampling takes 1 to {num_train_steps} steps, not {num_steps}")
    if timestep_spacing < 1:
        raise OptionError(f"timestep_spacing must be at least 1, not {timestep_spacing}")
    steps: list[int] = []
    highest = num_train_steps - 1
    for i in range(num_steps):
        step = round(num_train_steps - num_train_steps * (i / num_steps) ** timestep_spacing) - 1
        steps.append(min(step, highest))
        highest = steps[-1] - 1  # where steps crowd, two may be rounded to the same
    return steps


def sample(
    denoise: Denoise,
    noise: Tensor,
    schedule: NoiseSchedule,
    num_steps: int = 20,
    *,
    method: str = "ddim",
    timestep_spacing: float = 1.0,
    edit_x0: Sequence[EditX0] = (),
    guide: GradientGuide | None = None,
    on_step: OnStep | None = None,
) -> Tensor:
    """Turns `noise` (B, ...) into samples (B, ...); the same noise, the same samples.

    Args:
        noise: normal; of unit variance in training.
        denoise: predicts the clean sample x0_hat from (x_t, t).
        timestep_spacing: see `sampling_steps`.
        edit_x0: applied in order to every x0_hat: imputing, contact guidance.
        guide: pulls every x0_hat towards a target, before the edits; needs a differentiable
            denoise.

    Raises OptionError for an unknown method or an impossible number of steps.
    """
    if method not in METHODS:
        raise OptionError(f"sampling method must be one of {', '.join(METHODS)}, not {method!r}")
    steps = sampling_steps(schedule.num_steps, num_steps, timestep_spacing)
    alpha_bar = [float(schedule.alpha_bar[t]) for t in steps] + [1.0]
    x, previous = noise, None
    for i, step in enumerate(steps):
        t = torch.full((len(x),), step, dtype=torch.int64, device=x.device)
        progress = (steps[0] - step) / (steps[0] - steps[-1]) if num_steps > 1 else 1.0
        if guide is None:
            with torch.no_grad():
                x0 = denoise(x, t)
        else:
            x0 = guide(denoise, x, t)
        for edit in edit_x0:
            x0 = edit(x0, progress, i)
        history = alpha_bar[max(i - 1, 0) : i + 2]
        if method == "ddim" or previous is None or i == num_steps - 1:
            x = _first_order(x, x0, *history[-2:])
        else:
            x = _second_order(x, x0, previous, *history)
        previous = x0
        if on_step is not None:
            on_step(i + 1, num_steps)
    return x


def _first_order(x: Tensor, x0: Tensor, alpha_bar: float, alpha_bar_next: float) -> Tensor:
    """DDIM: keep the noise that (x, x0) imply, at the next noise level.

    The first-order DPM-Solver++ is the same step.
    """
    if alpha_bar_next == 1.0:
        return x0
    shrink = math.sqrt((1 - alpha_bar_next) / (1 - alpha_bar))
    return shrink * x + (math.sqrt(alpha_bar_next) - shrink * math.sqrt(alpha_bar)) * x0


def _second_order(
    x: Tensor,
    x0: Tensor,
    previous: Tensor,
    alpha_bar_previous: float,
    alpha_bar: float,
    alpha_bar_next: float,
) -> Tensor:
    """DPM-Solver++(2M): a first-order step with x0 extrapolated from its last change.

    The extrapolation is linear in the log signal-to-noise ratio lambda, to the middle of the
    step.
    """
    log_snr = [0.5 * math.log(k / (1 - k)) for k in (alpha_bar_previous, alpha_bar, alpha_bar_next)]
    ratio = (log_snr[2] - log_snr[1]) / (log_snr[1] - log_snr[0])
    return _first_order(x, x0 + 0.5 * ratio * (x0 - previous), alpha_bar, alpha_bar_next)
