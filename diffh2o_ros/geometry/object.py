"""What takes time to know of an object's shape, computed once per mesh content."""

from __future__ import annotations

import logging
import os
import zipfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.geometry.bps import basis, basis_point_set
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.nearest import SurfaceTree
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

_CACHE_FORMAT = 2  # raise it whenever what is stored, or how it is computed, changes


@dataclass(frozen=True, eq=False)
class ObjectGeometry:
    """An object's shape as the networks and the contact model see it, about its center.

    Attributes:
        mesh: the validated mesh, the center of its bounding box at the origin.
        sdf: its signed distance grid.
        bps: (1024, 3) float32 basis point set, meters.
    """

    mesh: Mesh
    sdf: SignedDistanceGrid
    bps: torch.Tensor

    def to(self, device: torch.device | str) -> ObjectGeometry:
        """The same geometry with its tensors on another device."""
        return replace(self, sdf=self.sdf.to(device), bps=self.bps.to(device))


def object_geometry(mesh: Mesh, cache_dir: str | os.PathLike | None = None) -> ObjectGeometry:
    """The geometry of a mesh, from memory, from disk, or computed (about a tenth of a second).

    Args:
        mesh: a validated mesh, anywhere: it is moved to its center.
        cache_dir: folder for files that outlive the process; created when missing. A file in it
            that cannot be read is computed again and replaced; one that cannot be written costs
            a warning in the log.
    """
    return _geometry(mesh.centered, None if cache_dir is None else Path(cache_dir))


@lru_cache(maxsize=32)
def _geometry(mesh: Mesh, folder: Path | None) -> ObjectGeometry:
    path = folder and folder / f"{mesh.content_hash}-{_CACHE_FORMAT}.npz"
    geometry = path and _read(path, mesh)
    if geometry:
        return geometry
    tree = SurfaceTree.of(mesh)
    sdf = SignedDistanceGrid.from_mesh(mesh, tree=tree)
    bps = basis_point_set(mesh.vertices, mesh.faces, mesh.center, tree)
    geometry = ObjectGeometry(mesh, sdf, bps)
    if path:
        try:
            _write(path, geometry)
        except OSError as error:  # a full disk costs the cache, not the request
            logging.getLogger(__name__).warning("cannot keep %s: %s", path, error)
    return geometry


def _read(path: Path, mesh: Mesh) -> ObjectGeometry | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            origin, values, bps = (torch.from_numpy(data[k]) for k in ("origin", "values", "bps"))
            sdf = SignedDistanceGrid(origin, float(data["spacing"]), values)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, TypeError):
        return None  # missing or damaged: the caller computes it and writes it anew
    if (origin.shape, values.dim(), bps.shape) != ((3,), 3, basis().shape):
        return None
    return ObjectGeometry(mesh, sdf, bps)


def _write(path: Path, geometry: ObjectGeometry) -> None:
    # A reader never sees half a file: another process may be computing the same object.
    with whole_file(path) as partial:
        np.savez(
            partial,
            origin=geometry.sdf.origin.numpy(),
            spacing=geometry.sdf.spacing,
            values=geometry.sdf.values.numpy(),
            bps=geometry.bps.numpy(),
        )
