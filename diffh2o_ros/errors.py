"""What is wrong with what came from outside: the base of all such errors, and the numbers that the
node answers for them. Imports nothing heavy, so that nobody has to load torch to catch one."""

from __future__ import annotations

from enum import IntEnum

from diffh2o_ros.printable import shown


class ErrorCode(IntEnum):
    """What became of a request; srv/Synthesize gives the same numbers the same names."""

    NONE = 0
    # What came from outside is at fault, and the message says how to mend it.
    INVALID_MESH = 10101
    NO_MESH = 10102
    INVALID_TASK = 10103
    INVALID_GRASP = 10104
    INVALID_REQUEST = 10105
    # The node could not answer; the same request may succeed later.
    NOT_ACTIVE = 10201
    BUSY = 10202
    CANCELED = 10203
    OUT_OF_MEMORY = 10204
    INTERNAL = 10299


class Diffh2oError(ValueError):
    """Something that who asked can mend: the message is one line that says what is wrong and how.

    `code` is what the node answers. INTERNAL, of errors that no request can lead to: a node meets
    those when it is configured, if at all.
    """

    code: ErrorCode = ErrorCode.INTERNAL


class OptionError(Diffh2oError):
    """A number out of its range, or a word that is none of the choices."""

    code = ErrorCode.INVALID_REQUEST


def describe_failure(error: BaseException) -> str | None:
    """One line for an error that who asked can mend; None for a fault of ours, which needs its
    trace."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        message = f"{shown(error.filename)}: {reason}" if error.filename else reason
    elif isinstance(error, Diffh2oError):
        message = str(error)
    else:
        return None
    return shown(" ".join(message.split()))
