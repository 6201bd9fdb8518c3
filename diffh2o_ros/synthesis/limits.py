"""The numbers of a request, and how large they may be. Imports nothing, for help texts."""

from __future__ import annotations

MOST_SAMPLES = 32
"""Of one command or message; the library takes any number."""
MOST_STEPS = 1000
"""Denoising steps of a stage: as many as in training."""
LARGEST_SEED = 2**63 - 1


def check_numbers(num_samples: int, seed: int, steps: int | None, most_ranked: int | None) -> None:
    """Raises ValueError for a number of `Synthesizer.synthesize` that is out of its range.

    Args:
        most_ranked: how many samples can be ranked; None where they are not to be.
    """
    if num_samples < 1:
        raise ValueError(f"num_samples must be at least 1, not {num_samples}")
    if most_ranked is not None and num_samples > most_ranked:
        raise ValueError(
            f"num_samples is {num_samples}, but only {most_ranked} grasps are tried at once: ask "
            "for fewer, or for samples that are not ranked"
        )
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed must be 0 to 2^63 - 1, not {seed}")
    if steps is not None and not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be 1 to {MOST_STEPS}, not {steps}")
