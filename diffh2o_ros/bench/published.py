"""DiffH2O's two stages at their published sizes, of our own network class, on this machine.

The paper's networks have 58 M and 232 M parameters, four levels, no attention, and are sampled in
1,000 steps (Christen et al., 2024). That is what a sample costs there, whatever machine it runs on:
here a few steps are timed, and 1,000 times their median is set against a whole request of ours. It
needs no foreign code, and weights do not matter to the time.

Channels follow the shape that gives these sizes, twice the width at every level and two blocks
each; the embedding, which costs next to nothing at run time, makes up the count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.timing import Timing, measure
from diffh2o_ros.diffusion.guidance import ClassifierFree, GradientGuide
from diffh2o_ros.diffusion.imputing import Impute
from diffh2o_ros.diffusion.prediction import predicted_x0
from diffh2o_ros.diffusion.sampler import sample
from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig
from diffh2o_ros.motion.features import FEATURE_DIM

STEPS = 1000
GRASP_FRAMES, FRAMES = 50, 200
GUIDANCE_SCALE = 2.5
_SHAPE = {"multipliers": (2, 2, 2, 2), "blocks_per_level": 2}


@dataclass(frozen=True)
class PublishedStage:
    """A stage as the paper has it."""

    name: str
    parameters: float  #: published
    config: DenoiserConfig
    prediction: str


STAGES = (
    PublishedStage(
        "grasp",
        58e6,
        DenoiserConfig(FEATURE_DIM["grasp"], GRASP_FRAMES, 256, embedding_dim=128, **_SHAPE),
        "epsilon",
    ),
    PublishedStage(
        "interaction",
        232e6,
        DenoiserConfig(FEATURE_DIM["interaction"], FRAMES, 512, embedding_dim=336, **_SHAPE),
        "x0",
    ),
)


def count_parameters(config: DenoiserConfig) -> int:
    """Parameters of a network, without the memory for them."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in Denoiser(config).parameters())


class Published:
    """One stage, built, with random weights: one sample, conditional and unconditional together."""

    def __init__(self, stage: PublishedStage, device: torch.device) -> None:
        self._stage, self._device = stage, device
        with torch.device("meta"):
            model = Denoiser(stage.config)
        self._model = model.to_empty(device=device).frozen(device)
        generator = torch.Generator(device).manual_seed(0)
        # The same random numbers over and over: millions of new ones would take seconds.
        pattern = torch.rand(1 << 20, generator=generator, device=device) - 0.5
        for weight in self._model.parameters():
            # So that activations keep their size: numbers that vanish are slow.
            flat = pattern.repeat(-(-weight.numel() // len(pattern)))[: weight.numel()]
            weight.copy_(flat.view_as(weight) * math.sqrt(12 / max(1, weight[0].numel())))
        config = stage.config
        self._condition = torch.zeros(2, config.embedding_dim, device=device)
        self._noise = torch.randn(
            1, config.num_frames, config.feature_dim, generator=generator, device=device
        )
        self._schedule = NoiseSchedule.cosine(STEPS)

    def step(self, guided: bool) -> None:
        """One step of the sampler: guided, with the gradient of a squared distance of the last
        frame, through the network."""
        edits, config = [], self._stage.config
        if config.num_frames > GRASP_FRAMES:  # the reach is dictated
            mask = torch.zeros(config.num_frames, 1, device=self._device)
            mask[:GRASP_FRAMES] = 1
            edits.append(Impute(torch.zeros_like(self._noise), mask))
        sample(
            ClassifierFree(self._denoise, GUIDANCE_SCALE),
            self._noise,
            self._schedule,
            1,
            edit_x0=edits,
            guide=GradientGuide(_distance) if guided else None,
        )

    def _denoise(self, x: Tensor, t: Tensor, drop: Tensor) -> Tensor:
        output = self._model.denoise(x, t, self._condition[: len(x)])
        return predicted_x0(self._stage.prediction, output, x, t, self._schedule, clip=5.0)


def _distance(x0: Tensor) -> Tensor:
    """(B, T, D) -> (B,)"""
    return x0[:, -1].square().sum(-1)


def time_stage(stage: PublishedStage, device: torch.device, effort: Effort) -> dict[str, object]:
    """Parameters, and seconds of a step of one sample without guidance and with it."""
    network = Published(stage, device)

    def timed(guided: bool) -> Timing:
        return measure(
            lambda _: network.step(guided),
            effort.published_repeats,
            warm_up=effort.warm_up,
            limit=effort.limit,
            device=str(device),
        )

    return {
        "stage": stage.name,
        "parameters": count_parameters(stage.config),
        "published_parameters": int(stage.parameters),
        "frames": stage.config.num_frames,
        "features": stage.config.feature_dim,
        "step": timed(guided=False),
        "guided_step": timed(guided=True),
    }


def compare(stages: list[dict], ours: dict[str, float]) -> dict[str, object]:
    """Seconds of one published sample, and how many times ours those are.

    The paper guides the reach alone, and so does the figure with guidance; that with guidance in
    both stages stands beside it.

    Args:
        stages: of `time_stage`.
        ours: seconds of a whole request of ours by "unguided, seen", "guided, unseen" ...
    """

    def sample_seconds(*guided: str) -> float:
        steps = (s["guided_step" if s["stage"] in guided else "step"] for s in stages)
        return STEPS * sum(step["median"] for step in steps)

    seconds = {
        "unguided": sample_seconds(),
        "guided": sample_seconds("grasp"),
        "guided in both stages": sample_seconds("grasp", "interaction"),
    }
    ratios = {name: round(seconds[name.split(",")[0]] / own, 1) for name, own in ours.items()}
    return {
        "steps": STEPS,
        "stages": stages,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "ratios": ratios,
    }
