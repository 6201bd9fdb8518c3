"""What can be wrong with a robot hand."""

from __future__ import annotations

from diffh2o_ros.errors import Diffh2oError


class RobotHandError(Diffh2oError):
    """A robot file that cannot be read, or in which there is no hand; the message is one line."""
