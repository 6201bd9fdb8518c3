"""From a file to arrays: found, recognized, read whole, and rotated so that z is up."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

from diffh2o_ros.geometry.formats.names import READABLE, SUFFIXES, UPS
from diffh2o_ros.geometry.formats.raw import RawMesh
from diffh2o_ros.geometry.formats.sniff import sniff
from diffh2o_ros.geometry.mend import drop_unused
from diffh2o_ros.geometry.mesh import MESH_A_CLOUD, MeshError
from diffh2o_ros.geometry.paths import open_file, resolve
from diffh2o_ros.printable import shown

_MAX_BYTES = 1 << 30
# What these hold is there only where their scene places it.
_SCENES = (".glb", ".gltf", ".dae")
# Rows: our x, y and z by those of the file; the right-hand side stays right (COLLADA, up_axis).
_TO_Z_UP = {
    "x": np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]]),
    "y": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]),
}


def read_mesh(
    path: str | os.PathLike, up: str = "auto", on_note: Callable[[str], None] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The surface of a file, all parts of it, as they are placed.

    Args:
        path: as for :func:`~diffh2o_ros.geometry.paths.resolve`.
        up: the axis of the file that points up, one of `names.UPS`.
        on_note: is given what the user should know of the file, each one line.

    Returns:
        (V, 3) float64 vertices, z up, in meters if the file is in meters or has a unit, and (F, 3)
        int64 faces. Vertices are in the order of a PLY or OBJ file; those that no face uses are
        left out if any of them is not finite.

    Raises:
        MeshError: the file is missing, of another type, damaged, not all there, holds what is not
            understood, or has no faces.
    """
    if up not in UPS:
        raise MeshError(f"up is {up!r}, but must be one of {', '.join(UPS)}")
    path = resolve(path)
    data = open_file(path, _MAX_BYTES)
    suffix = path.suffix.lower()
    _check_kind(path, suffix, data)
    try:
        raw = _read(suffix, data, path)
    except MeshError as error:
        raise MeshError(f"{shown(path)} cannot be read as {suffix[1:].upper()}: {error}") from error
    if len(raw.faces) == 0:
        if suffix in _SCENES:
            raise MeshError(
                f"{shown(path)} has no faces in its scene: if it holds a mesh, export it as a part "
                "of the scene; points and lines alone must be meshed first"
            )
        raise MeshError(f"{shown(path)} has no faces; {MESH_A_CLOUD}")
    vertices, faces = raw.vertices, raw.faces
    if not np.isfinite(vertices).all():  # which does not matter where no face uses it
        vertices, faces = drop_unused(vertices, faces)
    notes = list(raw.notes)
    if up == "auto":
        up = raw.up or "z"
        if up != "z":
            notes.append(f"{up} is up in this file, so it was turned, z up; up=z takes it as it is")
    if up in _TO_Z_UP:
        vertices = vertices @ _TO_Z_UP[up].T
    for note in notes if on_note is not None else ():
        on_note(f"{shown(path)}: {note}")
    return vertices, faces


def _check_kind(path: Path, suffix: str, data: bytes) -> None:
    """Raises MeshError where the name of a file and what it holds do not go together."""
    named, where = suffix[1:].upper(), shown(path)
    if suffix in SUFFIXES and not data.strip(b"\0 \t\r\n"):
        raise MeshError(f"{where} cannot be read as {named}: it is empty; copy it again")
    known, what, mend = sniff(data)
    if suffix not in SUFFIXES:
        if known is not None:
            raise MeshError(f"{where} is {_a(known)} file; rename it to end in {READABLE[known]}")
        if what is not None:
            raise MeshError(f"{where} is {what}; {mend}")
        raise MeshError(
            f"{where} is not a mesh file this package reads; convert it to {', '.join(SUFFIXES)}"
        )
    if known is not None and READABLE[known] != suffix:
        if {READABLE[known], suffix} == {".glb", ".gltf"}:
            return
        raise MeshError(
            f"{where} cannot be read as {named}: it is {_a(known)} file; rename it to end in "
            f"{READABLE[known]}"
        )
    if known is None and what is not None:
        raise MeshError(f"{where} cannot be read as {named}: it is {what}; {mend}")


def _a(name: str) -> str:
    return f"an {name}" if name == "STL" else f"a {name}"


def _read(suffix: str, data: bytes, path: Path) -> RawMesh:
    # Each reader is loaded when it is needed.
    name = "gltf" if suffix == ".glb" else suffix[1:]
    read = getattr(import_module(f"diffh2o_ros.geometry.formats.{name}"), f"read_{name}")
    return read(data, path.parent) if name == "gltf" else read(data)
