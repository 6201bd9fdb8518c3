"""Teaches the text pooling what sentences say, before the diffusion teaches it what that means.

How slowly an object rises is a small part of a denoising error, and the word that decides it a
small part of a sentence: a network that learns both at once leaves such words for last. Told
outright which action, hand, direction and manner each sentence stands for, the pooling tells the
words apart within a minute, and the diffusion goes on from there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from diffh2o_ros.models.denoiser import Denoiser
from diffh2o_ros.training.arrays import TRAIN, VALIDATION, TrainingArrays

BATCH, LEARNING_RATE, WARMUP = 256, 1e-3, 100
_ORDER = 2  # keeps these draws apart from those of the diffusion


def pretrain_text(
    model: Denoiser, arrays: TrainingArrays, labels: Mapping[str, np.ndarray], steps: int, seed: int
) -> dict[str, float]:
    """Trains `model.text`, on the CPU, to tell labels apart by linear heads that are thrown away.

    Args:
        labels: by name, (N,) integers from 0 on, of the sequences of `arrays`; what a sentence does
            not say is learned as a guess.

    Returns:
        Fraction of right answers by label on the held-out sequences; empty where there are none.
    """
    rng = np.random.default_rng([seed, _ORDER])
    counts = {name: int(values.max()) + 1 for name, values in labels.items()}
    with torch.random.fork_rng(devices=[]):
        # Layers draw their first weights from torch's global generator: lend it a seed.
        torch.manual_seed(seed)
        heads = nn.ModuleDict(
            {name: nn.Linear(model.config.embedding_dim, count) for name, count in counts.items()}
        )
    parameters = [*model.text.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.01)

    def answers(rows: np.ndarray) -> dict[str, Tensor]:
        tokens, mask = arrays.sentences(rows, rng)
        pooled = model.text(tokens, mask)
        return {name: head(pooled) for name, head in heads.items()}

    rows = arrays.rows(TRAIN)
    for step in range(steps):
        for group in optimizer.param_groups:
            warm = min(1.0, (step + 1) / WARMUP)
            group["lr"] = LEARNING_RATE * warm * 0.5 * (1 + math.cos(math.pi * step / steps))
        batch = rng.choice(rows, BATCH)
        loss = sum(
            cross_entropy(logits, torch.from_numpy(labels[name][batch]))
            for name, logits in answers(batch).items()
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    held_out = arrays.rows(VALIDATION)
    if not len(held_out):
        return {}
    with torch.no_grad():
        found = answers(held_out)
    return {
        name: float((logits.argmax(1).numpy() == labels[name][held_out]).mean())
        for name, logits in found.items()
    }
