"""What a network is trained to predict: the clean sample ("x0"), the noise ("epsilon"), "v", or the
clean sample with a skip connection for x_t ("x0_skip").

v = signal * noise - sigma * x0 (Salimans & Ho, "Progressive distillation", 2022, appendix D):
x0 = signal * x_t - sigma * v leans on x_t where that is nearly clean and on the network where it
is nearly noise, so that errors are never magnified. But the network has to tell all of the noise
for that, which a narrow one cannot. "x0_skip" leans on x_t only where its noise is weaker than
what such a network leaves out: x0 = c_skip x_t / signal + (1 - c_skip) output, with the c_skip of
EDM (Karras et al., "Elucidating the design space of diffusion-based generative models", 2022,
table 1), SKIP_SIGMA^2 / (SKIP_SIGMA^2 + sigma^2 / signal^2). At strong noise that is "x0". The
sampler speaks x0 only; here a network of any kind becomes an x0 denoiser.
"""

from collections.abc import Callable

from torch import Tensor

from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.errors import OptionError

Denoise = Callable[[Tensor, Tensor], Tensor]
"""(x_t (B, ...), t (B,) int64) -> (B, ...)"""

PREDICTIONS = ("x0", "epsilon", "v", "x0_skip")
#: Of what "x0_skip" leaves to x_t: deviation of the details, in units of the samples'.
SKIP_SIGMA = 0.1


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
    if prediction == "v":
        return signal * noise - sigma * x0
    skip = _skip(signal, sigma)
    return x0 - skip / (1 - skip) * sigma / signal * noise


def training_error(
    prediction: str, output: Tensor, x0: Tensor, noise: Tensor, t: Tensor, schedule: NoiseSchedule
) -> Tensor:
    """What is wrong (B, ...) with a network's `output`: with "x0_skip", of the clean sample that it
    stands for, since almost all of its output is skipped where there is hardly any noise."""
    error = output - training_target(prediction, x0, noise, t, schedule)
    if prediction == "x0_skip":
        error = (1 - _skip(*schedule.coefficients(t, x0))) * error
    return error


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
    if prediction in ("v", "x0_skip"):
        signal, sigma = schedule.coefficients(t, x_t)
        if prediction == "v":
            return signal * x_t - sigma * output
        skip = _skip(signal, sigma)
        return skip / signal * x_t + (1 - skip) * output
    return schedule.x0_from_epsilon(x_t, output, t, clip)


def _skip(signal: Tensor, sigma: Tensor) -> Tensor:
    """c_skip of "x0_skip"."""
    return SKIP_SIGMA**2 / (SKIP_SIGMA**2 + (sigma / signal) ** 2)
