"""One trained diffusion stage: its network, its codec and how to sample from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.diffusion.guidance import ClassifierFree, GradientGuide
from diffh2o_ros.diffusion.prediction import check_prediction, predicted_x0
from diffh2o_ros.diffusion.sampler import EditX0, OnStep, sample
from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.models.checkpoint import CheckpointError, load_checkpoint
from diffh2o_ros.models.denoiser import Denoiser
from diffh2o_ros.models.graph import DenoiserGraph
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.synthesis.threads import in_parts
from diffh2o_ros.text.encoder import TextEmbedding
from diffh2o_ros.text.registry import ENCODERS

#: Frames a second of what the networks make.
FPS = 30.0


@dataclass(frozen=True)
class Stage:
    """A stage ready to sample on the device of its network."""

    model: Denoiser
    graph: DenoiserGraph  #: of `model`
    codec: FeatureCodec
    schedule: NoiseSchedule
    prediction: str
    text_encoder: str  #: name of the encoder its text came from in training
    text_probe: Sequence[float] | None  #: of it, see `text.probe`
    shape_ranges: Mapping[str, Mapping[str, float]]  #: of the objects in training, `geometry.shape`

    @staticmethod
    def load(path: str | Path, stage: str, device: torch.device) -> Stage:
        """Reads a checkpoint; CheckpointError when it is not one of `stage`."""
        checkpoint = load_checkpoint(path, device)
        meta = checkpoint.meta
        if meta.get("stage") != stage:
            raise CheckpointError(f"{path} is of stage {meta.get('stage')}, not of {stage}")
        try:
            codec = FeatureCodec.from_state(checkpoint.codec).to(device)
            if codec.dim != checkpoint.model.config.feature_dim:
                raise ValueError(f"its features have {codec.dim} dimensions, its network others")
            schedule = NoiseSchedule.cosine(meta["num_diffusion_steps"])
            prediction = check_prediction(meta["prediction"])
        except KeyError as error:
            raise CheckpointError(f"{path} lacks {error}: it was made by other code") from error
        except ValueError as error:
            raise CheckpointError(f"{path}: {error}") from error
        return Stage(
            checkpoint.model,
            DenoiserGraph(checkpoint.model),
            codec,
            schedule,
            prediction,
            meta.get("text_encoder", ENCODERS.default),
            meta.get("text_probe"),
            meta.get("shape_ranges", {}),
        )

    def noise(self, generators: Sequence[torch.Generator], num_frames: int | None = None) -> Tensor:
        """Starting noise (B, T, D), row i from generator i; the same on every device. T is the
        number of frames in training unless `num_frames` says another one."""
        config = self.model.config
        shape = num_frames or config.num_frames, config.feature_dim
        rows = [torch.randn(shape, generator=g, dtype=torch.float32) for g in generators]
        return torch.stack(rows).to(self.codec.mean.device)

    def run(
        self,
        noise: Tensor,
        text: TextEmbedding,
        bps: Tensor,
        num_steps: int,
        *,
        guidance_scale: float = 1.0,
        guidance_until: int = 0,
        method: str = "ddim",
        timestep_spacing: float = 1.0,
        context: Tensor | None = None,
        edit_x0: Sequence[EditX0] = (),
        guide: GradientGuide | None = None,
        on_step: OnStep | None = None,
        threads: int = 1,
    ) -> Tensor:
        """Samples (B, T, D) in network space for one sentence and one object.

        Args:
            noise: (B, T, D). text: of one sentence. bps: (points, 3).
            guidance_scale: of classifier-free guidance; 1 is none.
            guidance_until: the diffusion step below which there is none.
            method, timestep_spacing: of the steps, see `diffusion.sampler`.
            context: (B, T, C) clean features, where the network takes them.
            threads: that share the rows of every step, the two passes of guidance among them.

        Raises CheckpointError when the network diverges.
        """
        device = noise.device
        tokens, mask, points = text.tokens.to(device), text.mask.to(device), bps[None].to(device)
        withheld = torch.ones(1, dtype=torch.bool, device=device)
        with torch.no_grad():
            given = self.model.condition(tokens, mask, points)
            free = self.model.condition(tokens, mask, points, withheld)

        def denoise(x: Tensor, t: Tensor, drop: Tensor) -> Tensor:
            condition = torch.where(drop[:, None], free, given)
            beside = context
            if context is not None and len(x) != len(context):
                beside = torch.cat([context, context])

            def rows(part: slice) -> Tensor:
                clean = None if beside is None else beside[part]
                return self.graph(x[part], t[part], condition[part], clean)

            output = torch.cat(in_parts(rows, len(x), threads))
            return predicted_x0(self.prediction, output, x, t, self.schedule)

        samples = sample(
            ClassifierFree(denoise, guidance_scale, guidance_until),
            noise,
            self.schedule,
            num_steps,
            method=method,
            timestep_spacing=timestep_spacing,
            edit_x0=edit_x0,
            guide=guide,
            on_step=on_step,
        )
        if not torch.isfinite(samples).all():
            raise CheckpointError("the network gave numbers that are not finite: train it longer")
        return samples

    def denoising_error(
        self, x0: Tensor, text: TextEmbedding, bps: Tensor, timesteps: Sequence[int]
    ) -> Tensor:
        """Mean squared error (B,) with which the network finds samples x0 (B, T, D), in network
        space, again under noise: the smaller, the likelier it finds them for this sentence (text)
        and object (bps (points, 3)). It is a part of the variational bound (Ho et al. 2020,
        equation 12), at `timesteps` alone and with the same noise for all, which makes few do.
        """
        generator = torch.Generator().manual_seed(0)
        error = x0.new_zeros(len(x0))
        with torch.no_grad():
            condition = self.model.condition(
                text.tokens.to(x0.device), text.mask.to(x0.device), bps[None].to(x0.device)
            ).expand(len(x0), -1)
            for timestep in timesteps:
                noise = torch.randn(x0.shape[1:], generator=generator).to(x0)
                t = torch.full((len(x0),), timestep, device=x0.device)
                x_t = self.schedule.add_noise(x0, noise.expand_as(x0), t)
                output = self.graph(x_t, t, condition, None)
                found = predicted_x0(self.prediction, output, x_t, t, self.schedule)
                error += (found - x0).square().mean((1, 2))
        return error / len(timesteps)


def generator_of(seed: int, sample: int, candidate: int) -> torch.Generator:
    """Independent randomness for each candidate of each sample, the same whatever else is drawn."""
    state = np.random.SeedSequence((seed, sample, candidate)).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))
