"""Temporal 1-D UNet: residual blocks with adaptive group norm, skip connections, no attention.

The block follows Dhariwal & Nichol, "Diffusion Models Beat GANs" (2021), section 3 (AdaGN: the
conditioning vector scales and shifts the normalized activations; the last convolution starts at
zero, so that a new block is the identity), with the temporal kernel of 5, the group norm of 8 and
the Mish of the motion UNets of GMD (Karunratanakul et al., 2023) and DiffH2O (Christen et al.,
2024).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from diffh2o_ros.models.mish import mish

KERNEL = 5
GROUPS = 8


class TemporalConv(nn.Conv1d):
    """Convolution along time: (B, inputs, T) -> (B, outputs, T), or T / stride of it.

    Its forward pass on a CPU, with frozen weights, is one matrix product on frames that lie in
    memory one after another. For the few short rows of a request that is quicker than torch's
    convolutions, which put their weights into another order at every call.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = KERNEL, stride: int = 1):
        super().__init__(inputs, outputs, kernel, stride, padding=(kernel - stride + 1) // 2)

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu" or self.weight.requires_grad:
            return super().forward(x)
        weight = self.weight.transpose(1, 2).flatten(1)  # no copy once laid out
        frames = x.transpose(1, 2)
        if self.padding[0]:
            frames = F.pad(frames, (0, 0, *self.padding, *self.padding))
        windows = frames.unfold(1, *self.kernel_size, *self.stride)  # (B, T, inputs, kernel)
        # Sizes but the batch's are numbers also while `DenoiserGraph` records: nothing to compute.
        length, width = int(windows.shape[1]), int(weight.shape[1])
        rows = windows.transpose(2, 3).reshape(-1, width)  # of all motions, for one product
        products = F.linear(rows, weight, self.bias)
        return products.view(-1, length, self.out_channels).transpose(1, 2)

    def lay_out(self) -> None:
        """Puts the weights into memory in the order in which the matrix product reads them."""
        self.weight.data = self.weight.data.transpose(1, 2).contiguous().transpose(1, 2)


class TemporalNorm(nn.GroupNorm):
    """Group norm of (B, C, T) that leaves the order in memory as it is."""

    def __init__(self, channels: int):
        super().__init__(GROUPS, channels)

    def forward(self, x: Tensor) -> Tensor:
        # torch knows channels last in memory where there are two axes beside them.
        return super().forward(x.unsqueeze(2)).squeeze(2)


class ResidualBlock(nn.Module):
    """(B, inputs, T), (B, E) -> (B, outputs, T).

    `inputs` and `outputs` must be multiples of 8 (group norm).
    """

    def __init__(self, inputs: int, outputs: int, embedding_dim: int):
        super().__init__()
        self.norm_in = TemporalNorm(inputs)
        self.conv_in = TemporalConv(inputs, outputs)
        self.modulation = nn.Linear(embedding_dim, 2 * outputs)
        self.norm_out = TemporalNorm(outputs)
        self.conv_out = TemporalConv(outputs, outputs)
        self.shortcut = TemporalConv(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        h = self.conv_in(mish(self.norm_in(x)))
        scale, shift = self.modulation(embedding).unsqueeze(-1).chunk(2, dim=1)
        h = torch.addcmul(shift, self.norm_out(h), 1 + scale)
        return self.conv_out(mish(h)) + self.shortcut(x)


class TemporalUNet(nn.Module):
    """UNet over time with one level per multiplier; each level halves the time axis.

    (B, width * multipliers[0], T), (B, E) -> the same shape. Any T is accepted: the time axis is
    padded at its end to a multiple of `2 ** (levels - 1)` and cropped again.
    """

    def __init__(
        self, width: int, multipliers: Sequence[int], blocks_per_level: int, embedding_dim: int
    ):
        super().__init__()
        channels = [width * m for m in multipliers]
        self.multiple = 2 ** (len(channels) - 1)
        self.down = nn.ModuleList()
        self.shrink = nn.ModuleList()
        self.up = nn.ModuleList()

        current = channels[0]
        for level, outputs in enumerate(channels):
            if level > 0:
                self.shrink.append(TemporalConv(current, current, 3, stride=2))
            self.down.append(self._level(current, outputs, blocks_per_level, embedding_dim))
            current = outputs
        self.middle = ResidualBlock(current, current, embedding_dim)
        for skipped in reversed(channels):
            # The level's input carries its skip connection beside what comes from below.
            self.up.append(self._level(current + skipped, skipped, blocks_per_level, embedding_dim))
            current = skipped

    @staticmethod
    def _level(inputs: int, outputs: int, blocks: int, embedding_dim: int) -> nn.ModuleList:
        first = ResidualBlock(inputs, outputs, embedding_dim)
        rest = [ResidualBlock(outputs, outputs, embedding_dim) for _ in range(blocks - 1)]
        return nn.ModuleList([first, *rest])

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        length = x.shape[-1]
        h = F.pad(x, (0, -length % self.multiple))
        skips = []
        for level, blocks in enumerate(self.down):
            if level > 0:
                h = self.shrink[level - 1](h)
            for block in blocks:
                h = block(h, embedding)
            skips.append(h)
        h = self.middle(h, embedding)
        for level, blocks in enumerate(self.up):
            if level > 0:
                h = h.repeat_interleave(2, dim=-1)
            h = torch.cat([h, skips.pop()], dim=1)
            for block in blocks:
                h = block(h, embedding)
        return h[..., :length]
