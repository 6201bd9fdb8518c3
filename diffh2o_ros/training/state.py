"""The state of a training run on disk: what it takes to go on exactly where it stopped."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from diffh2o_ros.models.checkpoint import (
    CheckpointError,
    named,
    read_safetensors,
    write_safetensors,
)
from diffh2o_ros.models.denoiser import Denoiser
from diffh2o_ros.training.recipes import Recipe

FORMAT = "diffh2o_ros.training_state"
VERSION = "1"


@dataclass
class TrainingState:
    """model, its moving average, the optimizer, steps done and seconds spent."""

    recipe: Recipe
    model: Denoiser
    average: Denoiser
    optimizer: torch.optim.AdamW
    step: int = 0
    seconds: float = 0.0

    @staticmethod
    def fresh(
        recipe: Recipe, device: torch.device, prepare: Callable[[Denoiser], None] | None = None
    ) -> TrainingState:
        """A run's beginning; the same recipe begins with the same weights on every device.

        prepare: called with the new network while it is on the CPU.
        """
        with torch.random.fork_rng(devices=[]):
            # Layers draw their first weights from torch's global generator: lend it a seed.
            torch.manual_seed(recipe.seed)
            model = Denoiser(recipe.network)
        if prepare is not None:
            prepare(model)
        average = copy.deepcopy(model).requires_grad_(False).eval().to(device)
        model = model.train().to(device)
        optimizer = torch.optim.AdamW(
            model.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        return TrainingState(recipe, model, average, optimizer)

    def update_average(self) -> None:
        """Moves the average towards the weights of the step just taken.

        The decay grows with the steps, min(ema_decay, (1 + n) / (10 + n)), so that the average of
        a short run does not remember its first weights.
        """
        decay = min(self.recipe.ema_decay, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(self.model.parameters()), 1 - decay
            )

    def save(self, path: str | Path) -> None:
        """Writes a safetensors file, whole or not at all."""
        tensors = {f"model.{k}": v for k, v in self.model.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.average.state_dict().items()}
        for index, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{k}": v for k, v in moments.items()}
        facts = {"recipe": self.recipe.as_dict(), "step": self.step, "seconds": self.seconds}
        write_safetensors(path, tensors, FORMAT, VERSION, **facts)

    @staticmethod
    def load(path: str | Path, recipe: Recipe, device: torch.device) -> TrainingState:
        """Reads what `save` wrote for the same recipe.

        Raises CheckpointError when the file is missing, damaged or of another recipe.
        """
        tensors, header = read_safetensors(path, FORMAT, VERSION)
        if Recipe.from_dict(header["recipe"]) != recipe:
            raise CheckpointError(
                f"{path} belongs to a run of another recipe: resume it with that recipe, or "
                "train to another file"
            )
        state = TrainingState.fresh(recipe, device)
        state.model.load_state_dict(named("model.", tensors))
        state.average.load_state_dict(named("average.", tensors))
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in named("optimizer.", tensors).items():
            index, _, moment = name.partition(".")
            moments.setdefault(int(index), {})[moment] = value
        optimizer = state.optimizer.state_dict()
        state.optimizer.load_state_dict({**optimizer, "state": moments})
        state.step, state.seconds = header["step"], header["seconds"]
        return state
