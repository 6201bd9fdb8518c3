"""What the denoiser is conditioned on, each as one vector: diffusion step, sentence and object.

Sentences come as token embeddings, since a pooled sentence vector blurs which hand acts; a few
learned queries attend over the tokens instead. Objects come as a basis point set (Prokudin et
al., "Efficient learning on point clouds with basis point sets", 2019). Each condition has a
learned null vector that stands in for it when it is dropped (Ho & Salimans, "Classifier-free
diffusion guidance", 2022).
"""

import math

import torch
from torch import Tensor, nn

from diffh2o_ros.models.mish import Mish

# Deltas of a basis point set are some centimeters long: this brings them to about one.
BPS_SCALE = 20.0


def sinusoidal_embedding(t: Tensor, dim: int) -> Tensor:
    """Diffusion steps `t` (B,) -> (B, dim): sines and cosines at geometric frequencies.

    Vaswani et al., "Attention is all you need" (2017), section 3.5; `dim` must be even.
    """
    half = dim // 2
    frequencies = torch.exp(
        -math.log(10000.0) * torch.arange(half, device=t.device, dtype=torch.float32) / half
    )
    angles = t.float()[:, None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


class TimestepEmbedding(nn.Module):
    """Diffusion steps (B,) -> (B, E)."""

    def __init__(self, embedding_dim: int):
        super().__init__()
        self.embedding_dim = embedding_dim
        self.net = nn.Sequential(
            nn.Linear(embedding_dim, embedding_dim), Mish(), nn.Linear(embedding_dim, embedding_dim)
        )

    def forward(self, t: Tensor) -> Tensor:
        return self.net(sinusoidal_embedding(t, self.embedding_dim))


class Droppable(nn.Module):
    """Base of a condition that may be withheld per sample: its null vector stands in."""

    def __init__(self, embedding_dim: int):
        super().__init__()
        self.null = nn.Parameter(torch.zeros(embedding_dim))

    def withhold(self, embedding: Tensor, drop: Tensor | None) -> Tensor:
        """`embedding` (B, E), with rows where `drop` (B,) bool is True replaced by the null."""
        if drop is None:
            return embedding
        return torch.where(drop[:, None], self.null.to(embedding.dtype), embedding)


class TextPooling(Droppable):
    """Token embeddings (B, L, dim) and mask (B, L) (True = real token) -> (B, E).

    `queries` learned vectors each attend over the tokens; the attended values are concatenated.
    A sentence without a single real token is treated as dropped.
    """

    def __init__(self, dim: int, embedding_dim: int, queries: int, value_dim: int = 64):
        super().__init__(embedding_dim)
        self.norm = nn.LayerNorm(dim)
        self.queries = nn.Parameter(torch.randn(queries, dim))
        self.value = nn.Linear(dim, value_dim)
        self.net = nn.Sequential(
            nn.Linear(queries * value_dim, embedding_dim),
            Mish(),
            nn.Linear(embedding_dim, embedding_dim),
        )

    def forward(self, tokens: Tensor, mask: Tensor, drop: Tensor | None = None) -> Tensor:
        tokens = self.norm(tokens)
        scores = tokens @ self.queries.T / math.sqrt(tokens.shape[-1])  # (B, L, Q)
        # A finite floor: a row that is wholly masked must not turn into NaN.
        scores = scores.masked_fill(~mask[..., None], torch.finfo(scores.dtype).min)
        attention = scores.softmax(dim=1).transpose(1, 2)  # (B, Q, L)
        pooled = (attention @ self.value(tokens)).flatten(1)
        empty = ~mask.any(dim=1)
        return self.withhold(self.net(pooled), empty if drop is None else drop | empty)


class ObjectEncoder(Droppable):
    """Basis point set (B, points, 3), meters -> (B, E).

    Each delta is joined by its length, which is the distance field sampled at the basis point.
    """

    def __init__(self, points: int, embedding_dim: int, hidden: int):
        super().__init__(embedding_dim)
        self.net = nn.Sequential(
            nn.Linear(points * 4, hidden),
            Mish(),
            nn.Linear(hidden, embedding_dim),
            Mish(),
            nn.Linear(embedding_dim, embedding_dim),
        )

    def forward(self, bps: Tensor, drop: Tensor | None = None) -> Tensor:
        deltas = bps * BPS_SCALE
        lengths = torch.linalg.vector_norm(deltas, dim=-1, keepdim=True)
        features = torch.cat([deltas, lengths], dim=-1).flatten(1)
        return self.withhold(self.net(features), drop)
