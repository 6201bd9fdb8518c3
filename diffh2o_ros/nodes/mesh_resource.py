"""Meshes that a request names rather than brings: which file it is, and whether it may be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.geometry.paths import resolve


def find_resource(name: str, folders: Sequence[str] = ()) -> Path:
    """The file that is named by package://PACKAGE/PATH, file:///PATH or /PATH.

    What is in an installed package's share folder may be read: whoever installed it meant it to be.
    Any other file only in one of `folders`, wherever links in its path lead to.

    Raises MeshError with one line for what may not be read or is no such name.
    """
    try:
        path = resolve(name)
    except MeshError as error:
        raise MeshError(f"mesh_resource: {error}") from error
    if not str(path).isprintable():
        raise MeshError("mesh_resource holds control characters: give a name that can be read")
    if name.lower().startswith("package:/"):
        return path  # `resolve` stays in the package's folder
    if not path.is_absolute():
        raise MeshError(
            f"mesh_resource {name!r} is none that the node reads: give package://PACKAGE/PATH, "
            "file:///PATH or an absolute path"
        )
    file = Path(os.path.realpath(path))  # there is no link in it: what is judged is what is read
    for folder in filter(None, folders):  # "" would be the working directory
        if file.parent.is_relative_to(os.path.realpath(os.path.expanduser(folder))):
            return file
    raise MeshError(
        f"mesh_resource {name!r} is in no folder that the node may read from: put the file's "
        "folder into the node's parameter mesh_folders, or send the mesh itself"
    )
