"""The training loop: `train` turns arrays and a recipe into a checkpoint file.

Beside the checkpoint F.safetensors a run keeps F.csv, its losses, and F.state.safetensors, from
which it can be resumed; all three are written at every validation, the checkpoint with the moving
average of the weights.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from diffh2o_ros.data.format import DatasetError
from diffh2o_ros.diffusion.schedule import NoiseSchedule
from diffh2o_ros.errors import OptionError
from diffh2o_ros.models.denoiser import Denoiser
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.training.arrays import TRAIN, VALIDATION, TrainingArrays
from diffh2o_ros.training.batches import Draws, batch_rows, draw
from diffh2o_ros.training.distributed import Processes, device_of_process, joined
from diffh2o_ros.training.objective import Objective
from diffh2o_ros.training.recipes import Recipe
from diffh2o_ros.training.run_files import RunFiles, state_path
from diffh2o_ros.training.state import TrainingState
from diffh2o_ros.training.text_pretraining import pretrain_text

# Validation draws the same noise every time, and never what training draws.
_VALIDATION_SEED = 2**31


@dataclass(frozen=True)
class Budget:
    """How long to train: a number of steps or of minutes; resumed runs count what they had."""

    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.steps, self.minutes) if value is not None]
        if len(given) != 1 or given[0] <= 0:
            raise OptionError("give a training budget of either steps or minutes, above 0")

    def progress(self, step: int, seconds: float) -> float:
        """Fraction of the budget that is spent; 1 or more when it is used up."""
        return step / self.steps if self.steps else seconds / (60 * self.minutes)


def learning_rate(recipe: Recipe, step: int, progress: float) -> float:
    """Linear warm-up, then a half cosine down to 0 at progress 1."""
    warmup = min(1.0, (step + 1) / max(1, recipe.warmup_steps))
    return recipe.learning_rate * warmup * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


def autocast_type(device: torch.device) -> torch.dtype | None:
    """bfloat16 where the hardware multiplies it faster than float32, else None.

    On a CPU with avx512_bf16 a training step takes about 0.7 times as long as in float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else None
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        fast = ("avx512_bf16", "amx_bf16")
        return torch.bfloat16 if any(capabilities.get(name) for name in fast) else None
    return None


def train(
    recipe: Recipe,
    arrays: TrainingArrays,
    codec: FeatureCodec,
    out: str | Path,
    budget: Budget,
    *,
    device: str | torch.device = "auto",
    resume: bool = False,
    start: Denoiser | None = None,
    labels: Mapping[str, np.ndarray] | None = None,
    meta: dict | None = None,
    quiet: bool = False,
) -> Path:
    """Trains one stage and returns `out`, a checkpoint for `load_checkpoint`.

    resume: go on from the state beside `out`. start: a network to begin with, see `continuing`.
    labels: what sentences stand for, needed where the recipe has `text_pretraining`, see
    `pretrain_text`. meta: anything JSON can hold, kept in the checkpoint beside the recipe.

    Raises DatasetError when the data does not fit the recipe, CheckpointError when there is no
    state to resume, FloatingPointError when training diverges.
    """
    _check_data(recipe, arrays)
    out = Path(out)
    device = device_of_process(device)
    schedule = NoiseSchedule.cosine(recipe.num_diffusion_steps)
    objective = Objective(recipe, codec.to(device), schedule, autocast_type(device))
    if resume:
        state = TrainingState.load(state_path(out), recipe, device)
    elif start is not None:
        weights = start.state_dict()
        state = TrainingState.fresh(recipe, device, lambda model: model.load_state_dict(weights))
    else:
        state = TrainingState.fresh(recipe, device, _text_lesson(recipe, arrays, labels, quiet))
    meta = {"sequences": len(arrays.rows(TRAIN))} | (meta or {})
    with joined(device) as processes:
        files = RunFiles(out, objective.codec, meta, resume) if processes.rank == 0 else None
        _run(state, objective, arrays, budget, processes, files, quiet)
    return out


def _text_lesson(
    recipe: Recipe, arrays: TrainingArrays, labels: Mapping[str, np.ndarray] | None, quiet: bool
) -> Callable[[Denoiser], None] | None:
    """What a new network does before anything else, if its recipe says so."""
    if not recipe.text_pretraining:
        return None
    if not labels:
        raise OptionError("this recipe teaches the text first: give the labels of the sequences")

    def lesson(model: Denoiser) -> None:
        accuracy = pretrain_text(model, arrays, labels, recipe.text_pretraining, recipe.seed)
        if accuracy and not quiet:
            figures = ", ".join(f"{name} {value:.3f}" for name, value in accuracy.items())
            tqdm.write(f"right answers on held-out sentences: {figures}")

    return lesson


def _run(
    state: TrainingState,
    objective: Objective,
    arrays: TrainingArrays,
    budget: Budget,
    processes: Processes,
    files: RunFiles | None,
    quiet: bool,
) -> None:
    """Trains `state` until the budget is spent; the process that has `files` writes them."""
    recipe, rows = state.recipe, arrays.rows(TRAIN)
    device = next(state.model.parameters()).device
    network = processes.synchronized(state.model)
    part = processes.rows(recipe.batch_size)
    recent: dict[str, list[Tensor]] = {}
    clock = time.monotonic() - state.seconds
    with _bar(budget, state, quiet or files is None) as bar:
        while (progress := budget.progress(state.step, state.seconds)) < 1:
            rate = learning_rate(recipe, state.step, progress)
            batch, draws = _step_data(recipe, arrays, rows, state.step, recipe.seed, device, part)
            terms = _train_step(state, network, objective, batch, draws, rate)
            for name, value in terms.items():
                recent.setdefault(name, []).append(value)
            before, state.seconds = state.seconds, time.monotonic() - clock
            if budget.minutes:
                state.seconds = processes.of_first(state.seconds)
            bar.update(1 if budget.steps else min(state.seconds, bar.total) - before)
            done = budget.progress(state.step, state.seconds) >= 1
            if done or state.step % recipe.validate_every == 0:
                means = processes.mean({k: torch.stack(v).mean() for k, v in recent.items()})
                if not math.isfinite(means["loss"]):
                    raise FloatingPointError(
                        f"the loss is no longer finite at step {state.step}: "
                        "lower the learning rate; the last good state is kept"
                    )
                recent.clear()
                if files is not None:
                    validation = validation_mse(state.average, objective, arrays, device)
                    row = {"step": state.step, "seconds": state.seconds, "learning_rate": rate}
                    files.save(state, row | means | {"validation_mse": validation})
                    bar.set_postfix(
                        loss=f"{means['loss']:.4f}",
                        validation=f"{validation:.4f}",
                        lr=f"{rate:.1e}",
                    )


def _train_step(
    state: TrainingState,
    network: nn.Module,
    objective: Objective,
    batch: dict[str, Tensor],
    draws: Draws,
    rate: float,
) -> dict[str, Tensor]:
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    terms = objective(network, batch, draws)
    terms["loss"].backward()
    torch.nn.utils.clip_grad_norm_(state.model.parameters(), state.recipe.gradient_clip)
    state.optimizer.step()
    state.optimizer.zero_grad()
    state.step += 1
    state.update_average()
    return {name: value.detach() for name, value in terms.items()}


@torch.no_grad()
def validation_mse(
    model: Denoiser, objective: Objective, arrays: TrainingArrays, device: torch.device
) -> float:
    """Mean squared error over fixed batches of the held-out split; NaN when there is none."""
    recipe = objective.recipe
    rows = arrays.rows(VALIDATION)
    if not len(rows):
        return math.nan
    errors = []
    for number in range(recipe.validation_batches):
        batch, draws = _step_data(recipe, arrays, rows, number, _VALIDATION_SEED, device)
        keep = torch.zeros_like(draws.drop_text)
        draws = dataclasses.replace(draws, drop_text=keep, drop_bps=keep)
        errors.append(float(objective(model, batch, draws)["mse"]))
    return float(np.mean(errors))


def _step_data(
    recipe: Recipe,
    arrays: TrainingArrays,
    rows: np.ndarray,
    step: int,
    seed: int,
    device: torch.device,
    part: slice = slice(None),
) -> tuple[dict[str, Tensor], Draws]:
    shape = (recipe.batch_size, *arrays.features.shape[1:])
    draws = draw(
        shape,
        recipe.num_diffusion_steps,
        recipe.drop_text,
        recipe.drop_bps,
        seed,
        step,
        recipe.timestep_spacing,
    )
    batch = arrays.batch(batch_rows(rows, step, recipe.batch_size, seed), draws.rng, part)
    batch = {name: value.to(device) for name, value in batch.items()}
    return batch, draws.of(part).to(device)


def _check_data(recipe: Recipe, arrays: TrainingArrays) -> None:
    config = recipe.network
    facts = {
        "feature_dim": arrays.features.shape[2],
        "num_frames": arrays.features.shape[1],
        "bps_points": arrays.bps.shape[1],
        "text_dim": arrays.text_dim,
    }
    for name, found in facts.items():
        if found != getattr(config, name):
            raise DatasetError(
                f"the data has {name} {found}, the {recipe.stage} recipe expects "
                f"{getattr(config, name)}: build the arrays for this stage"
            )


def _bar(budget: Budget, state: TrainingState, quiet: bool) -> tqdm:
    if budget.steps:
        return tqdm(total=budget.steps, initial=state.step, unit="step", disable=quiet)
    return tqdm(
        total=60 * budget.minutes,
        initial=state.seconds,
        disable=quiet,
        bar_format="{l_bar}{bar}| {n:.0f}/{total:.0f} s{postfix}",
    )
