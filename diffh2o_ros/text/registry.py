"""Text encoders by name: each is a file in `text/encoders`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffh2o_ros.registry import Registry

if TYPE_CHECKING:
    import torch

    from diffh2o_ros.text.encoder import TextEncoder

ENCODERS = Registry("diffh2o_ros.text.encoders", default="minilm")


def load_encoder(name: str, device: str | torch.device = "cpu") -> TextEncoder:
    """A text encoder by name, such as "minilm" (384 numbers a token) or "clip" (512).

    Raises:
        EncoderError: the name is unknown, or what it needs is not installed.
    """
    from diffh2o_ros.text.encoder import EncoderError

    if name not in ENCODERS.names():
        known = ", ".join(ENCODERS.names())
        raise EncoderError(f"unknown text encoder {name!r}; known are {known}")
    return ENCODERS.load(name)(device)
