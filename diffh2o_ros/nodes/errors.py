"""What can go wrong with a request, and the code that srv/Synthesize gives it."""

from __future__ import annotations

from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.motion.grasp import GraspError
from diffh2o_ros.srv import Synthesize
from diffh2o_ros.text.encoder import TaskError

_Codes = Synthesize.Response


class RequestError(ValueError):
    """A number of the request is out of its range."""


class NoMeshError(ValueError):
    """Neither the request nor ~/object_mesh holds a mesh."""


class InactiveError(RuntimeError):
    """The node is not in its active state."""


class BusyError(RuntimeError):
    """As many requests as may wait are waiting already."""


class CanceledError(RuntimeError):
    """The node was deactivated or shut down before the request was done."""


_CODE_OF = {
    MeshError: _Codes.INVALID_MESH,
    NoMeshError: _Codes.NO_MESH,
    TaskError: _Codes.INVALID_TASK,
    GraspError: _Codes.INVALID_GRASP,
    RequestError: _Codes.INVALID_REQUEST,
    InactiveError: _Codes.NOT_ACTIVE,
    BusyError: _Codes.BUSY,
    CanceledError: _Codes.CANCELED,
}


def error_code(error: Exception) -> int:
    """The code of `error`; INTERNAL for everything that is nobody's input."""
    for kind, code in _CODE_OF.items():
        if isinstance(error, kind):
            return code
    return _Codes.INTERNAL


def error_message(error: Exception) -> str:
    """One line: what was wrong and how to mend it."""
    if error_code(error) == _Codes.INTERNAL:
        return f"internal error, please report it: {type(error).__name__}: {error}"
    return str(error)
