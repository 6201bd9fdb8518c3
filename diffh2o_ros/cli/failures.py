"""Which errors are the user's to mend, and the one line that says how."""

from __future__ import annotations

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.printable import shown


class CommandError(Diffh2oError):
    """Something on the command line that cannot be done; the message is one line."""


def describe_failure(error: Exception) -> str | None:
    """One line for an error the user can mend; None for a fault of ours, which needs its trace."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        message = f"{shown(error.filename)}: {reason}" if error.filename else reason
    elif isinstance(error, Diffh2oError):
        message = str(error)
    else:
        return None
    return shown(" ".join(message.split()))
