"""Which errors are the user's to mend, and the one line that says how."""

from __future__ import annotations

import sys

from diffh2o_ros.printable import shown

# By name, so that the modules are not imported for it: an error whose module was never loaded
# cannot have been raised.
_EXPECTED = (
    ("diffh2o_ros.geometry.mesh", "MeshError"),
    ("diffh2o_ros.geometry.pose", "PoseError"),
    ("diffh2o_ros.text.task", "TaskError"),
    ("diffh2o_ros.text.encoder", "EncoderError"),
    ("diffh2o_ros.motion.grasp", "GraspError"),
    ("diffh2o_ros.motion.interaction", "InteractionFileError"),
    ("diffh2o_ros.models.checkpoint", "CheckpointError"),
    ("diffh2o_ros.hands.mano_file", "ManoError"),
    ("diffh2o_ros.synthesis.device", "DeviceError"),
    ("diffh2o_ros.geometry.table", "TableError"),
    ("diffh2o_ros.data.format", "DatasetError"),
    ("diffh2o_ros.data.grasps.physics", "PhysicsError"),
    ("diffh2o_ros.evaluation.tasks", "TaskFileError"),
    ("diffh2o_ros.evaluation.rows", "RowFileError"),
    ("diffh2o_ros.viz.scene", "RenderError"),
    ("diffh2o_ros.bench.results", "ResultError"),
)


class CommandError(ValueError):
    """Something on the command line that cannot be done; the message is one line."""


def describe_failure(error: Exception) -> str | None:
    """One line for an error the user can mend; None for a fault of ours, which needs its trace."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        message = f"{shown(error.filename)}: {reason}" if error.filename else reason
    elif isinstance(error, (CommandError, *_expected())):
        message = str(error)
    else:
        return None
    return shown(" ".join(message.split()))


def _expected() -> list[type[Exception]]:
    loaded = [(sys.modules.get(module), name) for module, name in _EXPECTED]
    return [getattr(module, name) for module, name in loaded if hasattr(module, name)]
