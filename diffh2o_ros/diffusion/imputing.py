"""Subsequence imputing: part of the sample is dictated, the rest is generated around it.

x0 <- (1 - M) x0 + M P at each step (DiffH2O, section 4.2, after GMD), P the dictated values and M
their mask. Dictated at every noise level, the known part is what the network sees beside the
unknown part, and so the two join without a jump.

The free part leans towards the dictated one by less than it should (Ho et al., "Video diffusion
models", 2022, section 3.1): on correlated Gaussians by a sixth of the exact conditional offset in
our tests, however many steps are taken. Showing the network the dictated values clean
(`models.context`) or guiding it by them (`GradientGuide`) makes up for that.
"""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Impute:
    """An `edit_x0` of the sampler.

    Attributes:
        values: (B, T, D) or what broadcasts to it, in the space of the samples.
        mask: likewise; 1 (or True) = dictated, 0 = free, between = blended.
    """

    values: Tensor
    mask: Tensor

    def __call__(self, x0: Tensor, progress: float, step: int) -> Tensor:
        mask = self.mask.to(x0)
        return (1 - mask) * x0 + mask * self.values.to(x0)
