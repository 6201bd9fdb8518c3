"""Meshes that a request names rather than brings: which file it is, and whether it may be read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.geometry.paths import resolve


@dataclass(frozen=True)
class MeshResource:
    """A file named by package://PACKAGE/PATH, file:///PATH or /PATH.

    What is in an installed package's share folder may be read: whoever installed it meant it to be.
    Any other file only in one of `folders`, wherever links in its path lead to.
    """

    name: str
    folders: tuple[str, ...] = ()

    def path(self) -> Path:
        """The file. Raises MeshError with one line for what may not be read or is no such name."""
        try:
            file = resolve(self.name)
        except MeshError as error:
            raise MeshError(f"mesh_resource: {error}") from error
        if not str(file).isprintable():
            raise MeshError("mesh_resource holds control characters: give a name that can be read")
        if self.name.lower().startswith("package:/"):
            return file  # `resolve` stays in the package's folder
        if not file.is_absolute():
            raise MeshError(
                f"mesh_resource {self.name!r} is none that the node reads: give "
                "package://PACKAGE/PATH, file:///PATH or an absolute path"
            )
        return self._allowed(file)

    def _allowed(self, path: Path) -> Path:
        file = os.path.realpath(path)  # there is no link in it: what is judged is what is read
        for folder in filter(None, self.folders):  # "" would be the working directory
            inside = os.path.join(os.path.realpath(os.path.expanduser(folder)), "")
            if file.startswith(inside):
                return Path(file)
        raise MeshError(
            f"mesh_resource {self.name!r} is in no folder that the node may read from: put the "
            "file's folder into the node's parameter mesh_folders, or send the mesh itself"
        )
