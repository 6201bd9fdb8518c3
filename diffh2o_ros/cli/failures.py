"""What the command line cannot do, beside what the library says itself."""

from __future__ import annotations

from diffh2o_ros.errors import Diffh2oError


class CommandError(Diffh2oError):
    """Something on the command line that cannot be done; the message is one line."""
