"""Trains the recognizer and says how well it tells the actions of unseen objects apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from diffh2o_ros.models.recognizer import RecognizerConfig, RecognizerNetwork
from diffh2o_ros.training.recognizer_data import LabeledMotions

STEPS = 1500
_BATCH, _LEARNING_RATE, _WEIGHT_DECAY, _GRADIENT_CLIP = 64, 2e-3, 0.02, 1.0
#: Keeps the network from being surer than the variations of a motion allow.
_LABEL_SMOOTHING = 0.05
_WARMUP = 100


def train_recognizer(
    data: LabeledMotions, steps: int = STEPS, seed: int = 0, quiet: bool = False
) -> RecognizerNetwork:
    """A network trained for `steps` steps; the same seed gives the same network."""
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        # Layers draw their first weights from torch's global generator: lend it a seed.
        torch.manual_seed(seed)
        network = RecognizerNetwork(RecognizerConfig(data.actions), *data.units())
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    network.train()
    with tqdm(range(steps), unit="step", desc="training", disable=quiet) as bar:
        for step in bar:
            motion, lengths, labels = data.draw(_BATCH, rng)
            loss = torch.nn.functional.cross_entropy(
                network(motion, lengths), labels, label_smoothing=_LABEL_SMOOTHING
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), _GRADIENT_CLIP)
            optimizer.step()
            schedule.step()
            if step % 100 == 0:
                bar.set_postfix(loss=f"{loss.item():.3f}")
    return network.eval()


def _rate(step: int, steps: int) -> float:
    """Linear warm-up, then a half cosine to 0."""
    return min(1.0, (step + 1) / _WARMUP) * 0.5 * (1 + math.cos(math.pi * step / steps))


@dataclass(frozen=True)
class Confusion:
    """What a recognizer takes for what."""

    actions: tuple[str, ...]
    counts: np.ndarray  #: (A, A) motions by true action (row) and answer (column)

    @property
    def accuracy(self) -> float:
        """Fraction of right answers; NaN where there was nothing to judge."""
        total = self.counts.sum()
        return float(self.counts.trace() / total) if total else math.nan

    def summary(self, mistakes: int = 2) -> str:
        """A line for each action: motions, fraction of right answers, most frequent mistakes."""
        lines = [f"{'action':<14}{'motions':>8}{'right':>8}  taken for"]
        for row, action in enumerate(self.actions):
            found, total = self.counts[row], int(self.counts[row].sum())
            if not total:
                lines.append(f"{action:<14}{0:>8}{'-':>8}")
                continue
            wrong = np.where(np.arange(len(found)) == row, 0, found)
            worst = [i for i in np.argsort(-wrong, kind="stable")[:mistakes] if wrong[i]]
            taken = ", ".join(f"{self.actions[i]} {wrong[i] / total:.0%}" for i in worst)
            lines.append(f"{action:<14}{total:>8}{found[row] / total:>8.1%}  {taken}".rstrip())
        return "\n".join(lines)


@torch.no_grad()
def confusion(network: RecognizerNetwork, data: LabeledMotions) -> Confusion:
    """How the network judges the motions that were kept from training."""
    counts = np.zeros((len(data.actions), len(data.actions)), np.int64)
    for rows in np.array_split(np.flatnonzero(~data.seen), max(1, (~data.seen).sum() // 128)):
        answers: Tensor = network(data.motion[rows], data.lengths[rows]).argmax(-1)
        np.add.at(counts, (data.labels[rows], answers.numpy()), 1)
    return Confusion(data.actions, counts)
