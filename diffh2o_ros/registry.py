"""What can be chosen by name, and a folder of which holds one file each.

The file `clip.py` in a registry's folder holds the class whose `name` is "clip". Adding a file is
all there is to adding a choice. No file is imported before its class is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules


@dataclass(frozen=True)
class Registry:
    """The classes in the files of one package.

    Attributes:
        package: full name of the package, such as "diffh2o_ros.text.encoders".
        default: name of the one that is taken if nobody chooses.
    """

    package: str
    default: str

    def names(self) -> tuple[str, ...]:
        """Names of all, the default first, the others in alphabetical order."""
        found = {module.name for module in iter_modules(import_module(self.package).__path__)}
        return (self.default, *sorted(found - {self.default}))

    def load(self, name: str) -> type:
        """The class `name`, one of `names()`, from its file, which is imported now.

        Raises:
            ImportError: the file needs a package that is not installed.
            TypeError: the file holds no class of that name.
        """
        module = import_module(f"{self.package}.{name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and getattr(thing, "name", None) == name:
                return thing
        raise TypeError(f"{module.__file__} has no class with name = {name!r}")
