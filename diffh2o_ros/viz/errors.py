"""What cannot be drawn."""

from __future__ import annotations

from diffh2o_ros.errors import Diffh2oError


class RenderError(Diffh2oError):
    """Something that cannot be drawn; the message is one line."""
