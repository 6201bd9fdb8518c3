"""From an object mesh and a task in plain English to how two human hands would do it.

The names below are loaded when first asked for, so that importing the package stays cheap.
"""

from __future__ import annotations

import os
import sys

# The command line takes signals only after this file: what it imports is what Python has already.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from diffh2o_ros.errors import Diffh2oError as Diffh2oError
    from diffh2o_ros.geometry.intake import load_mesh as load_mesh
    from diffh2o_ros.geometry.mesh import Mesh as Mesh
    from diffh2o_ros.geometry.mesh import MeshError as MeshError
    from diffh2o_ros.motion.grasp import Grasp as Grasp
    from diffh2o_ros.motion.grasp import GraspError as GraspError
    from diffh2o_ros.motion.interaction import HandMotion as HandMotion
    from diffh2o_ros.motion.interaction import Interaction as Interaction
    from diffh2o_ros.synthesis.settings import SynthesisSettings as SynthesisSettings
    from diffh2o_ros.synthesis.synthesizer import Synthesizer as Synthesizer
    from diffh2o_ros.synthesis.warning import ResultWarning as ResultWarning
    from diffh2o_ros.synthesis.warning import WarningCode as WarningCode
    from diffh2o_ros.text.task import TaskError as TaskError

__version__ = "0.1.0"

#: Where the public names are.
_HOMES = {
    "Diffh2oError": "errors",
    "Grasp": "motion.grasp",
    "GraspError": "motion.grasp",
    "HandMotion": "motion.interaction",
    "Interaction": "motion.interaction",
    "Mesh": "geometry.mesh",
    "MeshError": "geometry.mesh",
    "ResultWarning": "synthesis.warning",
    "SynthesisSettings": "synthesis.settings",
    "Synthesizer": "synthesis.synthesizer",
    "TaskError": "text.task",
    "WarningCode": "synthesis.warning",
    "load_mesh": "geometry.intake",
}
__all__ = list(_HOMES)

# The generated interfaces (diffh2o_ros.msg, diffh2o_ros.srv) lie in a folder of the same name in
# the install space: both are one package to Python.
_folders = (os.path.abspath(os.path.join(entry, __name__)) for entry in sys.path)
__path__ += [path for path in _folders if path not in __path__ and os.path.isdir(path)]


# torch's threads wait for one another by spinning. Where another process wants the same cores, as
# on every robot, that makes a request many times slower (2 cores, one of them busy: 9 to 23 s
# instead of 4); asleep they lose little. It has to be said before torch is loaded, and whoever
# sets it keeps their own.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
