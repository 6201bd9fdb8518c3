"""The network of one diffusion stage: a noisy motion and its conditions in, a cleaner one out.

Both stages use this class at different sizes. Long sequences can be folded: `frames_per_token`
frames share one token of the UNet, which makes a given width that many times cheaper; a light
residual block at the full frame rate, which sees the noisy frames themselves, then restores what
the folding lost and keeps the output smooth across token borders.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffh2o_ros.models.conditioning import ObjectEncoder, TextPooling, TimestepEmbedding
from diffh2o_ros.models.mish import Mish, mish
from diffh2o_ros.models.unet import GROUPS, ResidualBlock, TemporalConv, TemporalNorm, TemporalUNet


@dataclass(frozen=True)
class DenoiserConfig:
    """Shape of a `Denoiser`; stored in its checkpoint. Raises ValueError when impossible.

    feature_dim: D, features a frame.          num_frames: T it is trained on.
    width: channels of the first level.        multipliers: channels of each level over width.
    blocks_per_level: residual blocks.         embedding_dim: E, of the conditioning vector.
    frames_per_token: frames that share one token (1 = none).
    head_width: channels of the full-rate block (used when frames_per_token > 1).
    context_dim: C, clean features seen beside the noisy ones (0 = none).
    text_dim: of a token embedding.            text_queries: of the attention pooling.
    bps_points: of the basis point set.        bps_hidden: first layer of its encoder.
    """

    feature_dim: int
    num_frames: int
    width: int = 128
    multipliers: tuple[int, ...] = (1, 2, 2, 2)
    blocks_per_level: int = 1
    embedding_dim: int = 256
    frames_per_token: int = 1
    head_width: int = 96
    context_dim: int = 0
    text_dim: int = 384
    text_queries: int = 8
    bps_points: int = 1024
    bps_hidden: int = 256

    def __post_init__(self) -> None:
        # JSON gives lists; a tuple keeps the configuration hashable and comparable.
        object.__setattr__(self, "multipliers", tuple(self.multipliers))
        for name, value in vars(self).items():
            if name not in ("multipliers", "context_dim") and value < 1:
                raise ValueError(f"denoiser {name} must be at least 1, is {value}")
        if self.context_dim < 0:
            raise ValueError(f"denoiser context_dim must not be negative, is {self.context_dim}")
        if not self.multipliers or min(self.multipliers) < 1:
            raise ValueError("denoiser multipliers must be one positive integer or more")
        for name in ("width", "head_width"):
            if getattr(self, name) % GROUPS:
                raise ValueError(f"denoiser {name} must be a multiple of {GROUPS}")
        if self.embedding_dim % 2:
            raise ValueError("denoiser embedding_dim must be even")
        if self.frames_per_token > 1 and self.frames_per_token % 2:
            raise ValueError("denoiser frames_per_token must be 1 or even")


class Denoiser(nn.Module):
    """Predicts x0 (or the noise, as its checkpoint says) from x_t and the conditions."""

    def __init__(self, config: DenoiserConfig):
        super().__init__()
        self.config = config
        fold = config.frames_per_token
        first = config.width * config.multipliers[0]
        inputs = config.feature_dim + config.context_dim

        self.time = TimestepEmbedding(config.embedding_dim)
        self.text = TextPooling(config.text_dim, config.embedding_dim, config.text_queries)
        self.object = ObjectEncoder(config.bps_points, config.embedding_dim, config.bps_hidden)
        self.unet = TemporalUNet(
            config.width, config.multipliers, config.blocks_per_level, config.embedding_dim
        )
        if fold == 1:
            self.enter = TemporalConv(inputs, first)
            self.leave = nn.Sequential(
                TemporalNorm(first), Mish(), TemporalConv(first, config.feature_dim)
            )
        else:
            # Kernels twice the stride: neighboring tokens share frames, so no seam shows.
            self.enter = TemporalConv(inputs, first, 2 * fold, fold)
            self.unfold = nn.ConvTranspose1d(
                first, config.head_width, 2 * fold, fold, padding=fold // 2
            )
            self.beside = TemporalConv(inputs, config.head_width, 1)
            self.head = ResidualBlock(
                2 * config.head_width, config.head_width, config.embedding_dim
            )
            self.leave = nn.Sequential(
                TemporalNorm(config.head_width),
                Mish(),
                TemporalConv(config.head_width, config.feature_dim),
            )

    def frozen(self, device: str | torch.device) -> "Denoiser":
        """Itself, on a device, for inference only: parameters need no gradients and, on a CPU, lie
        in memory as it reads them."""
        self.requires_grad_(False).eval().to(device)
        for module in self.modules():
            if isinstance(module, TemporalConv) and module.weight.device.type == "cpu":
                module.lay_out()
        return self

    def condition(
        self,
        text_tokens: Tensor,
        text_mask: Tensor,
        bps: Tensor,
        drop: Tensor | None = None,
        drop_bps: Tensor | None = None,
    ) -> Tensor:
        """Sentence and object as one vector (B, E); constant over the steps of a sampling run.

        Arguments as in `forward`.
        """
        return self.text(text_tokens, text_mask, drop) + self.object(bps, drop_bps)

    def denoise(
        self, x: Tensor, t: Tensor, condition: Tensor, context: Tensor | None = None
    ) -> Tensor:
        """As `forward`, with the conditions already turned into `condition` (B, E)."""
        config = self.config
        if (context is None) != (config.context_dim == 0):
            raise ValueError(
                f"this denoiser takes {config.context_dim} context features a frame, "
                f"got {'none' if context is None else context.shape[-1]}"
            )
        embedding = mish(self.time(t) + condition)
        frames = x if context is None else torch.cat([x, context], dim=-1)
        frames = frames.transpose(1, 2)
        length = frames.shape[-1]
        if config.frames_per_token == 1:
            h = self.leave(self.unet(self.enter(frames), embedding))
        else:
            frames = F.pad(frames, (0, -length % config.frames_per_token))
            h = self.unfold(self.unet(self.enter(frames), embedding))
            h = torch.cat([h, self.beside(frames)], dim=1)
            h = self.leave(self.head(h, embedding))
        return h[..., :length].transpose(1, 2)

    def forward(
        self,
        x: Tensor,
        t: Tensor,
        text_tokens: Tensor,
        text_mask: Tensor,
        bps: Tensor,
        context: Tensor | None = None,
        drop: Tensor | None = None,
        drop_bps: Tensor | None = None,
    ) -> Tensor:
        """One evaluation of the network.

        x (B, T, D) noisy features; t (B,) diffusion steps, 0 ... 999; text_tokens (B, L, E) and
        text_mask (B, L) bool, True = real token; bps (B, points, 3) meters; context (B, T, C)
        clean features, required exactly when the configuration has `context_dim`; drop and
        drop_bps (B,) bool withhold sentence and object. Returns (B, T, D).
        """
        condition = self.condition(text_tokens, text_mask, bps, drop, drop_bps)
        return self.denoise(x, t, condition, context)
