"""How hands are moved: by kernels, machine code for CPUs, or by arrays, torch on any device."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import torch

ARRAYS, KERNELS = "arrays", "kernels"


@cache
def backend_of(device: torch.device) -> str:
    """The quickest backend for `device`: kernels on CPUs where numba is installed, else arrays."""
    return KERNELS if device.type == "cpu" and find_spec("numba") is not None else ARRAYS
