"""The network that tells from a motion what is done, and its checkpoint file.

A small temporal convolution network over the channels of `motion.gross_motion`: it judges motions
and takes no part in making them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from diffh2o_ros.models.checkpoint import (
    CheckpointError,
    check_weights,
    read_safetensors,
    write_safetensors,
)
from diffh2o_ros.motion.gross_motion import CHANNELS

FORMAT = "diffh2o_ros.recognizer"
VERSION = "1"
#: Buffers that fix units and keep their precision in the file.
_UNITS = ("mean", "std")


@dataclass(frozen=True)
class RecognizerConfig:
    """What rebuilds a network. Raises ValueError for fewer than two actions, or one twice."""

    actions: tuple[str, ...]  #: the classes, in the order of the logits
    channels: int = CHANNELS
    width: int = 96

    def __post_init__(self) -> None:
        object.__setattr__(self, "actions", tuple(self.actions))
        if len(set(self.actions)) != len(self.actions) or len(self.actions) < 2:
            raise ValueError(f"a recognizer needs two or more different actions: {self.actions}")


class RecognizerNetwork(nn.Module):
    """Motions (B, T, C) and their lengths (B,) to logits (B, actions).

    Frames from a motion's length on count for nothing, so padding changes no answer. Time is
    halved twice; then every frame says how much it speaks for each action, and mean and maximum
    over time decide.

    Args:
        mean, std: (C,) of the channels over the training data.
    """

    def __init__(self, config: RecognizerConfig, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())
        half = config.width // 2
        self.blocks = nn.ModuleList(
            [
                _Block(config.channels, half, stride=2),
                _Block(half, half),
                _Block(half, config.width, stride=2),
                _Block(config.width, config.width, dilation=2),
                _Block(config.width, config.width, dilation=4),
            ]
        )
        self.head = nn.Linear(2 * config.width, len(config.actions))

    def forward(self, motion: Tensor, lengths: Tensor) -> Tensor:
        frames = torch.arange(motion.shape[1], device=motion.device)
        real = frames < lengths[:, None]  # (B, T)
        x = ((motion - self.mean) / self.std).mT * real[:, None]
        for block in self.blocks:
            real = real[:, :: block.stride]
            x = block(x) * real[:, None]
        mean = x.sum(-1) / real.sum(-1, keepdim=True)
        most = x.masked_fill(~real[:, None], -torch.inf).amax(-1)
        return self.head(torch.cat([mean, most], -1))


class _Block(nn.Module):
    """(B, C, T) -> (B, D, ceil(T / stride)): convolution, layer norm over channels, activation;
    a residual where the shape stays."""

    def __init__(self, channels: int, width: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.convolution = nn.Conv1d(
            channels, width, 5, stride=stride, dilation=dilation, padding=2 * dilation
        )
        self.norm = nn.LayerNorm(width)
        self._residual = stride == 1 and channels == width

    def forward(self, x: Tensor) -> Tensor:
        y = nn.functional.gelu(self.norm(self.convolution(x).mT).mT)
        return x + y if self._residual else y


def save_recognizer(path: str | Path, network: RecognizerNetwork, meta: Mapping[str, Any]) -> None:
    """Writes `path` atomically, weights in half precision; `meta`: anything JSON can hold."""
    tensors = {
        name: value.to(torch.float32 if name in _UNITS else torch.float16)
        for name, value in network.state_dict().items()
    }
    config = dataclasses.asdict(network.config)
    write_safetensors(path, tensors, FORMAT, VERSION, config=config, meta=dict(meta))


def load_recognizer(path: str | Path) -> tuple[RecognizerNetwork, dict[str, Any]]:
    """The network, frozen and in evaluation mode, and the meta of a file of `save_recognizer`.

    Raises CheckpointError for any other file.
    """
    tensors, header = read_safetensors(path, FORMAT, VERSION)
    try:
        config = RecognizerConfig(**header["config"])
        meta = dict(header["meta"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} does not describe its network ({error})") from error
    network = RecognizerNetwork(config, torch.zeros(config.channels), torch.ones(config.channels))
    weights = {name: value.float() for name, value in tensors.items()}
    check_weights(path, network, weights)
    network.load_state_dict(weights)
    return network.requires_grad_(False).eval(), meta
