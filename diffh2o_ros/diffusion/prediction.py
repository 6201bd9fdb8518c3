"""What a network is trained to predict: the clean sample ("x0"), the noise ("epsilon") or "v".

v = signal * noise - sigma * x0 (Salimans & Ho, "Progressive distillation", 2022, appendix D):
x0 = signal * x_t - sigma * v leans on x_t where that is nearly clean and on the network where it
is nearly noise, so that errors are never magnified. The sampler speaks x0 only; here a network of
any kind becomes an x0 denoiser.
"""

from collections.abc import Callable

from torch import Tensor

from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.errors import OptionError

Denoise = Callable[[Tensor, Tensor], Tensor]
"""(x_t (B, ...), t (B,) int64) -> (B, ...)"""

PREDICTIONS = ("x0", "epsilon", "v")


def check_prediction(prediction: str) -> str:
    """`prediction` itself; OptionError when it is unknown."""
    if prediction not in PREDICTIONS:
        raise OptionError(f"prediction must be one of {', '.join(PREDICTIONS)}, not {prediction!r}")
    return prediction


def training_target(
    prediction: str, x0: Tensor, noise: Tensor, t: Tensor, schedule: NoiseSchedule
) -> Tensor:
    """What the network should answer when shown `add_noise(x0, noise, t)`."""
    if check_prediction(prediction) == "x0":
        return x0
    if prediction == "epsilon":
        return noise
    signal, sigma = schedule.coefficients(t, x0)
    return signal * noise - sigma * x0


def predicted_x0(
    prediction: str,
    output: Tensor,
    x_t: Tensor,
    t: Tensor,
    schedule: NoiseSchedule,
    clip: float | None = None,
) -> Tensor:
    """The clean sample meant by a network's `output` (B, ...) for `x_t` (B, ...) at t (B,).

    `clip` bounds it when the network predicts noise; see `NoiseSchedule.x0_from_epsilon`.
    """
    if check_prediction(prediction) == "x0":
        return output
    if prediction == "v":
        signal, sigma = schedule.coefficients(t, x_t)
        return signal * x_t - sigma * output
    return schedule.x0_from_epsilon(x_t, output, t, clip)
