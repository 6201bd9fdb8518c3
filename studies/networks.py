"""The small networks of the ablation, trained alike: same width, data, seed and number of steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from diffh2o_ros.data.format import GRASP_FRAMES, MAX_FRAMES
from diffh2o_ros.models.context import context_dim
from diffh2o_ros.models.denoiser import DenoiserConfig
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.motion.features import GRASP_DIM, INTERACTION_DIM
from diffh2o_ros.motion.pose_basis import PoseBasis
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.training.arrays import TrainingArrays
from diffh2o_ros.training.loop import Budget, train
from diffh2o_ros.training.prepare import fit_codec, stage_arrays
from diffh2o_ros.training.recipes import Recipe
from diffh2o_ros.training.run_files import state_path
from studies.codecs import ObjectRelative, WithoutDistances

STEPS = 3000
_SIZE = {"width": 48, "embedding_dim": 128, "bps_hidden": 128}
_ALIKE = {"steps": STEPS, "emphasis": 4.0, "velocity_weight": 10.0}


def _grasp() -> Recipe:
    config = DenoiserConfig(feature_dim=GRASP_DIM, num_frames=GRASP_FRAMES, **_SIZE)
    return Recipe("grasp", config, **_ALIKE)


def _interaction(context: bool) -> Recipe:
    config = DenoiserConfig(
        feature_dim=INTERACTION_DIM,
        num_frames=MAX_FRAMES,
        frames_per_token=4,
        head_width=48,
        context_dim=context_dim(INTERACTION_DIM) if context else 0,
        **_SIZE,
    )
    return Recipe("interaction", config, **_ALIKE)


@dataclass(frozen=True)
class Network:
    """One of the networks: how it is trained, and what it sees of the features."""

    recipe: Recipe
    codec: type[FeatureCodec] = FeatureCodec
    step_ratio: float = 1.0  #: of the number of steps that all are given


NETWORKS = {
    "grasp": Network(_grasp()),
    "interaction": Network(_interaction(context=True)),
    # As in the paper: what the grasp stage made reaches the network by imputing alone.
    "interaction_plain": Network(_interaction(context=False)),
    # One stage. A step of it costs what one of the interaction stage does, about twice one of the
    # grasp stage: half as many again are as much computing as two stages get.
    "whole": Network(_interaction(context=False), step_ratio=1.5),
    "grasp_nodist": Network(_grasp(), WithoutDistances),
    "interaction_nodist": Network(_interaction(context=True), WithoutDistances),
    "interaction_relative": Network(_interaction(context=True), ObjectRelative),
}


def train_network(
    name: str,
    network: Network,
    arrays: TrainingArrays,
    basis: PoseBasis,
    out: Path,
    steps: int | None = None,
    device: str = "auto",
    quiet: bool = False,
    ranges: Mapping[str, Mapping[str, float]] | None = None,
) -> Path:
    """Trains a network, to `out`/NAME.safetensors; goes on where it stopped.

    Args:
        arrays: of whole motions. ranges: of the objects in them, `prepare_ranges`.
    """
    steps = max(1, round((steps or network.recipe.steps) * network.step_ratio))
    recipe = replace(network.recipe, steps=steps)
    arrays = stage_arrays(arrays, recipe.stage)
    codec = fit_codec(arrays, basis, recipe, network.codec)
    path = out / f"{name}.safetensors"
    meta = {"text_encoder": "minilm", "shape_ranges": ranges or {}, "network": name}
    return train(
        recipe,
        arrays,
        codec,
        path,
        Budget(steps),
        device=device,
        quiet=quiet,
        resume=state_path(path).exists(),
        meta=meta,
    )


def load_stage(folder: Path, name: str, device: torch.device) -> Stage:
    """The trained network NAME of a folder; CheckpointError where it is not there."""
    network = NETWORKS[name]
    stage = Stage.load(folder / f"{name}.safetensors", network.recipe.stage, device)
    if network.codec is FeatureCodec:
        return stage
    return replace(stage, codec=network.codec.of(stage.codec))
