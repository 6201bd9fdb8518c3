"""A mesh as a visitor sent it: a name and bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import Mesh, MeshError
from diffh2o_ros.printable import shown

_LONGEST = 60  #: characters of a name and of a suffix that are kept, at most


def plain_name(name: str) -> str:
    """A name without folders, that can be a file's, on one line."""
    last = shown(name.replace("\\", "/").rsplit("/", 1)[-1])
    path = Path("mesh" if last in ("", ".", "..") else last)
    return path.stem[:_LONGEST] + path.suffix[:_LONGEST]


def read_upload(name: str, content: bytes, on_note: Callable[[str], None]) -> Mesh:
    """The mesh, checked.

    Args:
        on_note: is given what should be known of the file, each one line.

    Raises:
        MeshError: one line, which names the file as the visitor does.
    """
    with scratch_folder() as made:
        folder = made.resolve()
        path = folder / plain_name(name)
        path.write_bytes(content)

        def named(text: str) -> str:
            return text.replace(f"{folder}/", "")

        try:
            return load_mesh(path, on_note=lambda note: on_note(named(note)))
        except MeshError as error:
            raise MeshError(named(str(error))) from error
