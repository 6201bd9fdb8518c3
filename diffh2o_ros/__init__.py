"""From an object mesh and a task in plain English to how two human hands would do it.

`Synthesizer` is loaded when first asked for, so that importing the package stays cheap.
"""

from __future__ import annotations

import os
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diffh2o_ros.synthesis.synthesizer import Synthesizer as Synthesizer

__version__ = "0.1.0"
__all__ = ["Synthesizer"]

# The generated interfaces (diffh2o_ros.msg, diffh2o_ros.srv) lie in a folder of the same name in
# the install space: both are one package to Python.
__path__ = pkgutil.extend_path(__path__, __name__)


# torch's threads wait for one another by spinning. Where another process wants the same cores, as
# on every robot, that makes a request many times slower (2 cores, one of them busy: 9 to 23 s
# instead of 4); asleep they lose little. It has to be said before torch is loaded, and whoever
# sets it keeps their own.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def __getattr__(name: str) -> object:
    if name == "Synthesizer":
        from diffh2o_ros.synthesis.synthesizer import Synthesizer

        return Synthesizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
