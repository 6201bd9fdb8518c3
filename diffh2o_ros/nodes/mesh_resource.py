"""Meshes that a request names rather than brings: which file it is, and whether it may be read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ament_index_python.packages import PackageNotFoundError, get_package_share_directory

from diffh2o_ros.geometry.mesh import MeshError


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
        scheme, _, rest = ("file", "", self.name) if self.name[:1] == "/" else self._parts()
        host, slash, path = rest.partition("/")
        path = slash + path
        if not path.isprintable():
            raise MeshError("mesh_resource holds control characters: give a name that can be read")
        if scheme == "package":
            return self._of_package(host, path)
        if scheme == "file" and host in ("", "localhost"):
            return self._allowed(path)
        raise MeshError(
            f"mesh_resource {self.name!r} is none that the node reads: give "
            "package://PACKAGE/PATH, file:///PATH or an absolute path"
        )

    def _parts(self) -> tuple[str, str, str]:
        """Scheme, "://" and the rest of a name that is one of a resource, its %20 read."""
        scheme, mark, rest = self.name.partition("://")
        return scheme, mark, unquote(rest)

    def _of_package(self, package: str, path: str) -> Path:
        try:
            share = get_package_share_directory(package)
        except (PackageNotFoundError, ValueError) as error:  # ValueError: no name of a package
            raise MeshError(
                f"mesh_resource {self.name!r}: there is no package {package!r} here: install it, "
                "or source the workspace that has it before the node is started"
            ) from error
        # By name alone: `colcon build --symlink-install` makes links out of the folder.
        file = os.path.normpath(f"{share}/{path}")
        if not file.startswith(os.path.normpath(share) + os.sep):
            raise MeshError(f"mesh_resource {self.name!r} leaves the share folder of {package!r}")
        return Path(file)

    def _allowed(self, path: str) -> Path:
        file = os.path.realpath(path)  # there is no link in it: what is judged is what is read
        for folder in filter(None, self.folders):  # "" would be the working directory
            inside = os.path.join(os.path.realpath(os.path.expanduser(folder)), "")
            if file.startswith(inside):
                return Path(file)
        raise MeshError(
            f"mesh_resource {self.name!r} is in no folder that the node may read from: put the "
            "file's folder into the node's parameter mesh_folders, or send the mesh itself"
        )
