"""What can go wrong with a request in the node alone, and what a reply says of any error."""

from __future__ import annotations

import torch

from diffh2o_ros.errors import Diffh2oError, ErrorCode


class RequestError(Diffh2oError):
    """A field of the request that cannot be, or a frame that cannot be known."""

    code = ErrorCode.INVALID_REQUEST


class NoMeshError(Diffh2oError):
    """Neither the request nor ~/object_mesh holds a mesh."""

    code = ErrorCode.NO_MESH


class InactiveError(Diffh2oError):
    """The node is not in its active state."""

    code = ErrorCode.NOT_ACTIVE


class BusyError(Diffh2oError):
    """As many requests as may wait are waiting already."""

    code = ErrorCode.BUSY


class CanceledError(Diffh2oError):
    """The request was canceled, or the node deactivated, before it was done."""

    code = ErrorCode.CANCELED


def error_code(error: Exception) -> ErrorCode:
    """The code of `error`; INTERNAL for everything that is nobody's input."""
    if isinstance(error, Diffh2oError):
        return error.code
    return ErrorCode.OUT_OF_MEMORY if _is_out_of_memory(error) else ErrorCode.INTERNAL


def error_message(error: Exception) -> str:
    """One line: what was wrong and how to mend it."""
    if error_code(error) == ErrorCode.OUT_OF_MEMORY:
        return "out of memory: ask for fewer num_samples at a time, or lower num_candidates"
    if error_code(error) == ErrorCode.INTERNAL:
        return f"internal error, please report it: {type(error).__name__}: {error}"
    return str(error)


def _is_out_of_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    # torch, its oneDNN and Python's threads say so in words where memory is the CPU's.
    words = (
        "can't allocate memory",
        "could not create a primitive",
        "Cannot allocate memory",
        "can't start new thread",
    )
    return isinstance(error, RuntimeError | OSError) and any(w in str(error) for w in words)
