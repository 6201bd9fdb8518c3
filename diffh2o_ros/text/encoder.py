"""Sentences to token embeddings: what every text encoder offers.

Networks are conditioned on the embeddings of the single tokens, not on one pooled vector: pooled
sentence embeddings blur which hand does what.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from diffh2o_ros.errors import Diffh2oError

_BATCH = 64
_log = logging.getLogger(__name__)


class EncoderError(Diffh2oError):
    """An encoder that is unknown or not installed; the message says how to get it."""


@dataclass(frozen=True, eq=False)
class TextEmbedding:
    """Embedded sentences, on the CPU.

    Attributes:
        tokens: (B, L, dim) float32, zero where there is no token. L is the longest sentence's.
        mask: (B, L) bool, True where there is one.
    """

    tokens: Tensor
    mask: Tensor


class TextEncoder:
    """Turns sentences into token embeddings: one forward pass for every sentence not met lately.

    Subclasses set ``name``, ``dim`` (numbers a token) and ``max_tokens`` and fill in ``installed``,
    ``_tokenize`` and ``_embed``.
    """

    name: str
    dim: int
    max_tokens: int
    brings_weights = False  #: whether the user says which weights it reads
    remedy = ""  #: where it does: how to say it
    cache_size = 1024

    def __init__(self) -> None:
        self._cache: OrderedDict[str, Tensor] = OrderedDict()
        self._lock = Lock()

    @staticmethod
    def installed() -> str:
        """What of it is installed here, for `diffh2o doctor`.

        Raises:
            EncoderError: what is not, then "; " and how to get it.
        """
        raise NotImplementedError

    def encode(self, sentences: list[str]) -> TextEmbedding:
        """Embeds sentences; what exceeds ``max_tokens`` is cut off, with a warning in the log."""
        if isinstance(sentences, str):
            raise TypeError("encode takes a list of sentences, not one string")
        with self._lock:
            known = {s: self._cache[s] for s in sentences if s in self._cache}
        missing = [s for s in dict.fromkeys(sentences) if s not in known]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            known.update(zip(batch, self._embed_sentences(batch), strict=True))
        with self._lock:
            for sentence in dict.fromkeys(sentences):
                self._cache[sentence] = known[sentence]
                self._cache.move_to_end(sentence)
            while len(self._cache) > self.cache_size:
                self._cache.popitem(last=False)
        return _pad([known[s] for s in sentences], self.dim)

    def _embed_sentences(self, sentences: list[str]) -> list[Tensor]:
        """Tokens (L_i, dim) of each sentence."""
        ids = [self._tokenize(sentence) for sentence in sentences]
        for sentence, own in zip(sentences, ids, strict=True):
            if len(own) > self.max_tokens:
                own[self.max_tokens - 1 :] = own[-1:]  # keep the token that ends a sentence
                _log.warning("only %d tokens of %r are read", self.max_tokens, sentence[:60])
        lengths = torch.tensor([len(own) for own in ids])
        mask = torch.arange(int(lengths.max())) < lengths[:, None]
        padded = torch.zeros(mask.shape, dtype=torch.int64)
        padded[mask] = torch.tensor([i for own in ids for i in own])
        with torch.inference_mode():
            tokens = self._embed(padded, mask)
        # A copy made outside inference mode, so that autograd may use it in later graphs.
        return [row[: len(own)].clone() for row, own in zip(tokens.float().cpu(), ids, strict=True)]

    def _tokenize(self, sentence: str) -> list[int]:
        """Token ids of a sentence with its start and end tokens, however many."""
        raise NotImplementedError

    def _embed(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(B, L) padded ids and (B, L) True-where-token -> (B, L, dim)."""
        raise NotImplementedError


def _pad(rows: list[Tensor], dim: int) -> TextEmbedding:
    if not rows:
        return TextEmbedding(torch.zeros(0, 0, dim), torch.zeros(0, 0, dtype=torch.bool))
    lengths = torch.tensor([len(row) for row in rows])
    tokens = pad_sequence(rows, batch_first=True)
    return TextEmbedding(tokens, torch.arange(tokens.shape[1]) < lengths[:, None])
