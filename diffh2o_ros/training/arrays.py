"""What training reads: whole arrays, in memory or mapped from disk, cut into batches."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.data.format import DatasetError

TRAIN, VALIDATION = 0, 1


@dataclass(frozen=True)
class TrainingArrays:
    """N sequences of T frames and D features; numpy arrays or memory maps.

    Raises ValueError when the arrays do not fit together.
    """

    features: np.ndarray  #: (N, T, D) float16 or float32, raw: not normalized
    bps: np.ndarray  #: (N, points, 3) float16, meters
    text_index: np.ndarray  #: (N, K) integer: K sentences of each sequence, rows of `tokens`
    tokens: np.ndarray  #: (L, E) float16, token embeddings of all S sentences, one after the other
    split: np.ndarray  #: (N,) uint8, 0 = training, 1 = validation
    token_start: np.ndarray  #: (S + 1,) int64, where each sentence starts in `tokens`

    def __post_init__(self) -> None:
        dims = {"features": 3, "bps": 3, "text_index": 2, "tokens": 2, "split": 1, "token_start": 1}
        for name, ndim in dims.items():
            if getattr(self, name).ndim != ndim:
                raise ValueError(f"{name} must have {ndim} axes, has {getattr(self, name).ndim}")
        for name in ("bps", "text_index", "split"):
            if len(getattr(self, name)) != len(self.features):
                raise ValueError(
                    f"{name} has {len(getattr(self, name))} rows for {len(self.features)} sequences"
                )
        start = self.token_start
        if (
            not len(start)
            or start[0]
            or start[-1] != len(self.tokens)
            or (np.diff(start) < 1).any()
        ):
            raise ValueError(
                f"token_start does not cut the {len(self.tokens)} tokens into sentences"
            )
        if self.text_index.size and not (
            0 <= self.text_index.min() and self.text_index.max() < self.num_sentences
        ):
            raise ValueError(f"text_index points outside the {self.num_sentences} sentences")
        if not (self.split == TRAIN).any():
            raise ValueError("no sequence is marked for training (split 0)")

    @property
    def num_sentences(self) -> int:
        """S, all different."""
        return len(self.token_start) - 1

    @property
    def text_dim(self) -> int:
        """E, numbers a token."""
        return self.tokens.shape[1]

    def rows(self, split: int) -> np.ndarray:
        """Indices of the sequences in `split` (TRAIN or VALIDATION), ascending."""
        return np.flatnonzero(self.split == split)

    def batch(
        self, indices: np.ndarray, rng: np.random.Generator, rows: slice = slice(None)
    ) -> dict[str, Tensor]:
        """Sequences `indices` (B,), each with one of its sentences drawn from `rng`.

        rows: which of the B are read; what is drawn for them does not depend on it.

        Returns features (B, T, D), bps (B, points, 3), text_tokens (B, L', E) float32 and
        text_mask (B, L') bool, L' the length of the longest sentence read.
        """
        tokens, mask = self.sentences(indices, rng, rows)
        return {
            "features": _tensor(self.features[indices[rows]]),
            "bps": _tensor(self.bps[indices[rows]]),
            "text_tokens": tokens,
            "text_mask": mask,
        }

    def sentences(
        self, indices: np.ndarray, rng: np.random.Generator, rows: slice = slice(None)
    ) -> tuple[Tensor, Tensor]:
        """`text_tokens` and `text_mask` of `batch`."""
        choice = rng.integers(self.text_index.shape[1], size=len(indices))[rows]
        sentences = self.text_index[indices[rows], choice]
        start = self.token_start[sentences]
        length = self.token_start[sentences + 1] - start
        places = np.arange(length.max(initial=1))
        mask = places < length[:, None]
        tokens = torch.zeros(*mask.shape, self.text_dim)
        tokens[torch.from_numpy(mask)] = _tensor(self.tokens[(start[:, None] + places)[mask]])
        return tokens, torch.from_numpy(mask)

    def save(self, folder: str | Path) -> None:
        """Writes one .npy file a field into `folder`."""
        for field in fields(self):
            with whole_file(Path(folder) / f"{field.name}.npy") as partial:
                np.save(partial, getattr(self, field.name), allow_pickle=False)

    @staticmethod
    def load(folder: str | Path) -> TrainingArrays:
        """Maps what `save` wrote. Raises DatasetError when a file is missing, ValueError when it is
        no array."""
        arrays = {}
        for field in fields(TrainingArrays):
            path = Path(folder) / f"{field.name}.npy"
            if not path.is_file():
                raise DatasetError(f"no {path.name} in {folder}: build the training arrays first")
            arrays[field.name] = np.load(path, mmap_mode="r", allow_pickle=False)
        return TrainingArrays(**arrays)


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
