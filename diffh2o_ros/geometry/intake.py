"""The door through which every mesh comes in: read, checked, repaired where that is harmless."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from diffh2o_ros.geometry.decimate import decimate
from diffh2o_ros.geometry.mend import drop_unused, merge_vertices, repeated, without_area
from diffh2o_ros.geometry.mesh import MESH_A_CLOUD, Mesh, MeshError, content_hash
from diffh2o_ros.geometry.mesh_file import read_mesh
from diffh2o_ros.geometry.orient import orient_outward
from diffh2o_ros.geometry.paths import resolve
from diffh2o_ros.printable import shown

_NEARER = (
    "give it about its own center, subtracted in double precision (float64), and add the place to "
    "the result, or place it by a pose"
)

MIN_EXTENT, MAX_EXTENT = 0.002, 1.0
"""Largest side of the bounding box that a hand could have to do with, meters."""

_MIN_FACES, _MAX_FACES = 4, 5_000_000
# Meshes with more faces than this are simplified, those that are fans of slivers sooner. The
# error is far below what a hand or a camera resolves.
_MANY_FACES, _MANY_SLIVERS, _SIMPLIFY_ERROR = 200_000, 500, 5e-5
# Coordinates farther apart than this (meters) are no shape for a hand. Farther than FAR from the
# origin, files with few digits lose triangles: this fraction of them is too many.
_COARSEST, _FAR, _LOST_FACES = 5e-4, 100.0, 0.05
# Checked meshes by the hash of what came in, and by that of what came out.
_MOST_KNOWN = 64

_known: OrderedDict[str, Mesh] = OrderedDict()
_lock = Lock()


def load_mesh(
    path: str | os.PathLike, up: str = "auto", on_note: Callable[[str], None] | None = None
) -> Mesh:
    """Read and check a mesh file in meters; several parts become one mesh.

    Args:
        path: a path, `~/path`, `file:///path` or `package://package/path`, of a type in
            `formats.names.SUFFIXES`.
        up: the axis of the file that points up: "x", "y", "z", or "auto", what the format says
            (glTF and GLB: y; DAE: as written in it), and z where it says nothing.
        on_note: is given what the user should know of the file, each one line.

    Raises:
        MeshError: the file is missing, of another type, damaged, not all there, holds what is not
            understood, has no faces, or its content does not pass :func:`check_mesh`.
    """
    with np.errstate(all="ignore"):  # a file may hold any number; check_mesh says which are wrong
        vertices, faces = read_mesh(path, up, on_note)
        try:
            return check_mesh(vertices, faces)
        except MeshError as error:
            raise MeshError(f"{shown(resolve(path))}: {error}") from error


def check_mesh(vertices: np.ndarray, faces: np.ndarray) -> Mesh:
    """Validate a mesh and repair what can be repaired without changing the surface.

    Merged: vertices in one place. Dropped: faces without area, repeated faces, vertices that no
    face uses. Flipped: faces, so that they wind consistently and face outwards. Simplified, by at
    most 0.05 mm: meshes of more than 200,000 faces, and fans of slivers, which make every later
    query slow. Holes are left open; distances cope with them.

    What was checked before is known by its content: the same mesh comes back, and at once.

    Args:
        vertices: (V, 3) meters.
        faces: (F, 3) indices.

    Returns:
        A mesh of its own memory, which nobody may write to.

    Raises:
        MeshError: empty, of the wrong shape, not finite, indices out of range, of an implausible
            size, so far from the origin that its numbers no longer tell its shape, or fewer than
            four faces with an area.
    """
    vertices, indices, precision = _as_arrays(vertices, faces)
    faces = np.ascontiguousarray(indices, np.int64)
    key = content_hash(vertices, faces)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    _check_values(vertices, indices)
    mesh = _mended(vertices, faces, precision)
    for array in (mesh.vertices, mesh.faces):
        array.setflags(write=False)
    with _lock:
        _known[key] = _known[mesh.content_hash] = mesh
        while len(_known) > _MOST_KNOWN:
            _known.popitem(last=False)
    return mesh


def _mended(vertices: np.ndarray, faces: np.ndarray, precision: np.dtype) -> Mesh:
    vertices, faces = drop_unused(vertices, faces)
    if not np.isfinite(vertices).all():
        bad = np.count_nonzero(~np.isfinite(vertices).all(axis=1))
        raise MeshError(f"{bad} of {len(vertices)} mesh vertices are NaN or infinite; remove them")
    _check_size(vertices)
    _check_precision(vertices, precision)
    # Volumes and errors of a mesh far away drown in rounding: all is done near the origin. Whole
    # meters come off and on again without any.
    away = np.round((vertices.min(axis=0) + vertices.max(axis=0)) / 2)
    if away.any():
        vertices -= away
    vertices, faces = merge_vertices(vertices, faces)
    dropped = without_area(vertices, faces)
    if np.abs(away).max() > _FAR and dropped.mean() > _LOST_FACES:
        raise MeshError(
            f"{np.count_nonzero(dropped)} of {len(faces)} triangles have no area: so far from the "
            f"origin ({_distance(away)}) the coordinates have too few digits; {_NEARER}"
        )
    dropped[~dropped] = repeated(faces[~dropped])
    if dropped.any():
        vertices, faces = drop_unused(vertices, faces[~dropped])
    if len(faces) < _MIN_FACES:
        raise MeshError(
            f"the mesh has {len(faces)} triangles with an area; it needs at least {_MIN_FACES}"
        )
    mesh = Mesh(vertices, orient_outward(vertices, faces))
    if len(faces) > (_MANY_SLIVERS if mesh.has_long_faces else _MANY_FACES):
        # Which edges go first hangs on the last digits: not on those of the place.
        mesh = decimate(mesh.centered, _SIMPLIFY_ERROR).moved(mesh.center)
    return Mesh(mesh.vertices + away, mesh.faces) if away.any() else mesh


def _as_arrays(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.dtype]:
    """Both as arrays of their shapes, and the type of number that the vertices came in."""
    try:
        numbers, indices = np.asarray(vertices), np.asarray(faces)
    except Exception as error:  # whatever another library's tensor raises
        raise MeshError("mesh vertices and faces must be arrays of numbers") from error
    if numbers.size and indices.size == 0:
        raise MeshError(f"the mesh is empty: it has vertices, but no faces; {MESH_A_CLOUD}")
    if numbers.size == 0 or indices.size == 0:
        raise MeshError("the mesh is empty; it needs vertices and triangles")
    if numbers.dtype.kind not in "fiu":
        raise MeshError("mesh vertices and faces must be arrays of numbers")
    for name, array in (("vertices", numbers), ("faces", indices)):
        if array.ndim != 2 or array.shape[1] != 3:
            raise MeshError(f"mesh {name} must have shape (n, 3), not {array.shape}")
    if indices.dtype.kind not in "iu":
        raise MeshError(f"mesh faces must be integer vertex indices, not {indices.dtype}")
    return np.ascontiguousarray(numbers, np.float64), indices, numbers.dtype


def _check_values(vertices: np.ndarray, indices: np.ndarray) -> None:
    low, high = int(indices.min()), int(indices.max())
    if low < 0 or high >= len(vertices):
        raise MeshError(
            f"mesh faces refer to vertex {low if low < 0 else high}, "
            f"but the {len(vertices)} vertices are numbered from 0 to {len(vertices) - 1}"
        )
    if len(indices) > _MAX_FACES:
        raise MeshError(f"the mesh has {len(indices)} faces; simplify it to at most {_MAX_FACES}")


def _check_precision(vertices: np.ndarray, precision: np.dtype) -> None:
    """Refuses coordinates that cannot tell one place of the object from the next: singles far
    from the origin, even if they have become doubles since."""
    farthest = np.abs(vertices).max(axis=0)
    if precision != np.float16 and farthest.max() < 2**12:  # there singles are fine enough
        return
    for axis, far in enumerate(farthest):
        kind = np.float16 if precision == np.float16 else np.float32
        if not np.array_equal(vertices[:, axis], vertices[:, axis].astype(kind)):
            kind = np.float64
        step = float(np.spacing(kind(far)))
        if step > _COARSEST:
            raise MeshError(
                f"the mesh lies {_distance(farthest)} from the origin, where its coordinates "
                f"({kind.__name__}) are {1000 * step:.2g} mm apart: its shape is lost; {_NEARER}"
            )


def _distance(position: np.ndarray) -> str:
    """How far (3,) meters are, in words."""
    far = float(np.linalg.norm(position))
    return f"{far / 1000:.4g} km" if far >= 1000 else f"{far:.4g} m"


def _check_size(used: np.ndarray) -> None:
    extent = float(np.ptp(np.ascontiguousarray(used.T), axis=1).max())
    if MIN_EXTENT <= extent <= MAX_EXTENT:
        return
    message = (
        f"the mesh measures {extent:.4g} m across, "
        f"but objects for hands measure {MIN_EXTENT * 1000:g} mm to {MAX_EXTENT:g} m"
    )
    units = [
        (unit, factor)
        for unit, factor in (("millimeters", 0.001), ("centimeters", 0.01), ("inches", 0.0254))
        if MIN_EXTENT <= extent * factor <= MAX_EXTENT
    ]
    if units:
        names, factors = zip(*units, strict=True)
        message += f"; is it in {_either(names)}? Then multiply the vertices by {_either(factors)}"
    elif MIN_EXTENT <= extent * 1000 <= MAX_EXTENT:
        message += "; was it scaled to meters twice? Then multiply the vertices by 1000"
    else:
        message += "; scale the vertices to meters"
    raise MeshError(message)


def _either(options: Sequence[object]) -> str:
    """In words: 1, 2 or 3."""
    *first, last = map(str, options)
    return f"{', '.join(first)} or {last}" if first else last
