"""Sentences as token embeddings: one interface, whatever the encoder behind it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

MAX_TASK_LENGTH = 1000
CACHE_SIZE = 256


class TaskError(ValueError):
    """A task that cannot be read. The message is one line: what is wrong and how to mend it."""


class TextEncoderError(ValueError):
    """An encoder that is not known or not installed. The message says how to get it."""


@dataclass(frozen=True)
class TextEmbedding:
    """`tokens` (B, L, dim) float32 and `mask` (B, L) bool, True where a token is real."""

    tokens: Tensor
    mask: Tensor


class TextEncoder(Protocol):
    """What every sentence encoder offers."""

    name: str
    dim: int
    max_tokens: int

    def encode(self, sentences: list[str]) -> TextEmbedding: ...


class CachedEncoder:
    """An encoder that remembers its last sentences."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self.name, self.dim, self.max_tokens = encoder.name, encoder.dim, encoder.max_tokens
        self._known: OrderedDict[str, Tensor] = OrderedDict()

    def encode(self, sentences: list[str]) -> TextEmbedding:
        """Embeddings of the sentences; those known already are not computed again."""
        rows = {s: self._known[s] for s in sentences if s in self._known}
        missing = [s for s in dict.fromkeys(sentences) if s not in rows]
        if missing:
            new = self._encoder.encode(missing)
            lengths = new.mask.sum(1).tolist()
            rows |= {s: new.tokens[i, :n] for i, (s, n) in enumerate(zip(missing, lengths))}
        for sentence in rows:
            self._known[sentence] = rows[sentence]
            self._known.move_to_end(sentence)
        while len(self._known) > CACHE_SIZE:
            self._known.popitem(last=False)
        picked = [rows[s] for s in sentences]
        tokens = torch.nn.utils.rnn.pad_sequence(picked, batch_first=True)
        length = torch.tensor([len(p) for p in picked], device=tokens.device)
        mask = torch.arange(tokens.shape[1], device=tokens.device) < length[:, None]
        return TextEmbedding(tokens, mask)


def load_encoder(name: str, device: str = "cpu") -> TextEncoder:
    """The encoder called "minilm" (the default everywhere) or "clip" (an extra).

    Raises TextEncoderError, in one line, when there is none of that name or it is not installed.
    """
    if name == "minilm":
        from diffh2o_ros.text.minilm import MiniLM

        return CachedEncoder(MiniLM(device))
    if name == "clip":
        from diffh2o_ros.text.clip import Clip  # open_clip is an optional extra

        return CachedEncoder(Clip(device))
    raise TextEncoderError(f"no text encoder {name!r}: choose minilm or clip")


def check_task(text: str) -> str:
    """The task without surrounding space; TaskError when it is empty, too long or not text."""
    if not isinstance(text, str):
        raise TaskError(f"the task must be a sentence, not {type(text).__name__}")
    text = text.strip()
    if not text:
        raise TaskError('the task is empty: say what to do, such as "pick up the mug"')
    if len(text) > MAX_TASK_LENGTH:
        raise TaskError(
            f"the task has {len(text)} characters: say it in {MAX_TASK_LENGTH} or fewer"
        )
    if not text.isprintable():
        raise TaskError("the task holds control characters: give one line of plain text")
    return text
