"""Which action a motion shows, by a network that was trained on the data set's motions."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.models.recognizer import RecognizerNetwork, load_recognizer
from diffh2o_ros.motion.gross_motion import GrossMotion
from diffh2o_ros.motion.interaction import Interaction

#: Frames a second of the motions that the network was trained on.
FPS = 30.0


@dataclass(frozen=True)
class Recognizer:
    """Tells what is done from how object and wrists move (`motion.gross_motion`).

    The sentence, the object's shape and the fingers are not seen.
    """

    network: RecognizerNetwork
    meta: dict[str, Any]  #: of the checkpoint

    @classmethod
    def load(cls, path: str | Path | None = None) -> Recognizer:
        """The recognizer in `path`, by default the shipped one.

        Raises CheckpointError where the file is missing, damaged or something else.
        """
        if path is None:
            path = Path(str(resources.files("diffh2o_ros") / "weights" / "recognizer.safetensors"))
        return cls(*load_recognizer(path))

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions it tells apart."""
        return self.network.config.actions

    @property
    def data_diversity(self) -> dict[str, Any]:
        """Diversity of the training data by the measure of `evaluation.diversity`, meters.

        "sample": {action: mean over pairs that share object, action and hand}; "overall": mean
        over pairs drawn from all of it. An action without such pairs is absent.
        """
        return self.meta["diversity"]

    @torch.no_grad()
    def recognize(self, interaction: Interaction) -> tuple[str, dict[str, float]]:
        """The most likely action, and the probability of each."""
        motion = GrossMotion.from_interaction(interaction).channels()
        motion = _resampled(motion, interaction.fps / FPS)
        logits = self.network(motion[None], torch.tensor([len(motion)]))[0]
        probabilities = logits.softmax(-1).tolist()
        by_action = dict(zip(self.actions, probabilities, strict=True))
        return max(by_action, key=by_action.__getitem__), by_action


def _resampled(motion: Tensor, step: float) -> Tensor:
    """Every `step`-th frame of (T, C), interpolated linearly."""
    if step == 1:
        return motion
    times, frames = np.arange(0, len(motion) - 1 + 1e-6, step), np.arange(len(motion))
    channels = [np.interp(times, frames, channel) for channel in motion.T.numpy()]
    return torch.from_numpy(np.stack(channels, -1)).float()
