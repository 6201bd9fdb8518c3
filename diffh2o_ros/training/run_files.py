"""What a training run keeps on disk: checkpoint F.safetensors, F.csv and F.state.safetensors."""

from __future__ import annotations

import csv
from pathlib import Path

from diffh2o_ros.models.checkpoint import save_checkpoint
from diffh2o_ros.motion.codec import FeatureCodec
from diffh2o_ros.training.state import TrainingState

COLUMNS = ("step", "seconds", "learning_rate", "loss", "mse", "validation_mse")


def state_path(out: Path) -> Path:
    """Where the run whose checkpoint is `out` keeps what it is resumed from."""
    return out.with_suffix(".state.safetensors")


class RunFiles:
    """Writes the three files; a resumed run adds to its F.csv.

    meta: kept in the checkpoint beside the recipe and the row of losses.
    """

    def __init__(self, out: Path, codec: FeatureCodec, meta: dict, resume: bool) -> None:
        self.out, self.codec, self.meta = out, codec, meta
        self.curve = out.with_suffix(".csv")
        out.parent.mkdir(parents=True, exist_ok=True)
        if not (resume and self.curve.exists()):
            with self.curve.open("w", newline="") as file:
                csv.writer(file).writerow(COLUMNS)

    def save(self, state: TrainingState, row: dict[str, float]) -> None:
        """Adds a row to the curve and replaces state and checkpoint."""
        with self.curve.open("a", newline="") as file:
            csv.DictWriter(file, COLUMNS).writerow(row)
        state.save(state_path(self.out))
        recipe = state.recipe
        story = {
            "stage": recipe.stage,
            "prediction": recipe.prediction,
            "schedule": "cosine",
            "num_diffusion_steps": recipe.num_diffusion_steps,
            "recipe": recipe.as_dict(),
        }
        save_checkpoint(self.out, state.average, self.codec.state(), story | row | self.meta)
