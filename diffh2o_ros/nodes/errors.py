"""What can go wrong with a request, and the code that service and action give it."""

from __future__ import annotations

import torch

from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.geometry.pose import PoseError
from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.options import TableError
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.text.encoder import TaskError

_Codes = Synthesize.Response
#: What the codes are called, by number.
CODE_NAMES = {
    getattr(_Codes, name): name
    for name in (
        "NONE",
        "INVALID_MESH",
        "NO_MESH",
        "INVALID_TASK",
        "INVALID_GRASP",
        "INVALID_REQUEST",
        "NOT_ACTIVE",
        "BUSY",
        "CANCELED",
        "OUT_OF_MEMORY",
        "INTERNAL",
    )
}


class RequestError(ValueError):
    """A number of the request is out of its range, or a frame that cannot be known."""


class NoMeshError(ValueError):
    """Neither the request nor ~/object_mesh holds a mesh."""


class InactiveError(RuntimeError):
    """The node is not in its active state."""


class BusyError(RuntimeError):
    """As many requests as may wait are waiting already."""


class CanceledError(RuntimeError):
    """The request was canceled, or the node deactivated, before it was done."""


_CODE_OF = {
    MeshError: _Codes.INVALID_MESH,
    NoMeshError: _Codes.NO_MESH,
    TaskError: _Codes.INVALID_TASK,
    GraspError: _Codes.INVALID_GRASP,
    RequestError: _Codes.INVALID_REQUEST,
    PoseError: _Codes.INVALID_REQUEST,
    TableError: _Codes.INVALID_REQUEST,
    InactiveError: _Codes.NOT_ACTIVE,
    BusyError: _Codes.BUSY,
    CanceledError: _Codes.CANCELED,
}


def error_code(error: Exception) -> int:
    """The code of `error`; INTERNAL for everything that is nobody's input."""
    for kind, code in _CODE_OF.items():
        if isinstance(error, kind):
            return code
    if _is_out_of_memory(error):
        return _Codes.OUT_OF_MEMORY
    return _Codes.INTERNAL


def error_message(error: Exception) -> str:
    """One line: what was wrong and how to mend it."""
    if error_code(error) == _Codes.OUT_OF_MEMORY:
        return "out of memory: ask for fewer num_samples at a time, or lower num_candidates"
    if error_code(error) == _Codes.INTERNAL:
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
