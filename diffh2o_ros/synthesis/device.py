"""Choosing where to compute: what was asked for, or a clear error; never a silent fallback."""

from __future__ import annotations

import torch

from diffh2o_ros.errors import Diffh2oError


class DeviceError(Diffh2oError):
    """A device that is not there. The message says what is."""


def choose_device(name: str) -> torch.device:
    """The device called "auto", "cpu", "cuda" or "cuda:N"; auto prefers CUDA."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"no device {name!r}: give auto, cpu, cuda or cuda:N") from error
    if device.type == "cpu":
        return device
    if device.type != "cuda":
        raise DeviceError(f"device {name!r} is not supported: give auto, cpu, cuda or cuda:N")
    if not torch.cuda.is_available():
        raise DeviceError(f"device {name!r} was asked for but this machine has no usable CUDA GPU")
    if (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(
            f"device {name!r} was asked for but there are {torch.cuda.device_count()} CUDA GPUs"
        )
    return device
