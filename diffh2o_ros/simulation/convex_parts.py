"""An object as convex parts, which physics collides with; by CoACD (Wei et al., SIGGRAPH 2022)."""

from __future__ import annotations

import logging
import os
import zipfile
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.spatial import ConvexHull

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.geometry.mesh import Mesh

#: Corners of a part at most, and how hard CoACD searches for cuts: a few seconds an object.
MOST_CORNERS, NODES, ITERATIONS, DEPTH = 64, 8, 20, 2


@dataclass(frozen=True)
class Decomposition:
    """How finely: the concavity that may be left and the resolution of the surface that is cut, as
    CoACD measures them, and the seed of its search. Two of them are different models of the same
    object."""

    threshold: float = 0.06
    surface: int = 30
    seed: int = 0


def convex_parts(
    mesh: Mesh, decomposition: Decomposition, cache_dir: str | os.PathLike | None = None
) -> tuple[np.ndarray, ...]:
    """Corners (N, 3) of each part's convex hull, in the mesh's frame; from memory, from disk or
    computed (some seconds).

    Args:
        cache_dir: folder for files that outlive the process. A file in it that cannot be read is
            computed again; one that cannot be written costs a warning in the log.
    """
    about_center = _parts(mesh.centered, decomposition, Path(cache_dir) if cache_dir else None)
    return tuple(corners + mesh.center for corners in about_center)


def volume_of(corners: np.ndarray) -> float:
    """Cubic meters in the convex hull of points (N, 3)."""
    return float(ConvexHull(corners).volume)


@lru_cache(maxsize=64)
def _parts(mesh: Mesh, decomposition: Decomposition, folder: Path | None) -> list[np.ndarray]:
    settings = "-".join(f"{value:g}" for value in astuple(decomposition))
    path = folder and folder / f"{mesh.content_hash}-parts-{settings}.npz"
    found = path and _read(path)
    if found:
        return found
    found = _decomposed(mesh, decomposition)
    if path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as partial, partial.open("wb") as file:
                np.savez(file, **{f"part{k}": part for k, part in enumerate(found)})
        except OSError as error:  # a full disk costs the cache, not the request
            logging.getLogger(__name__).warning("cannot keep %s: %s", path, error)
    return found


def _read(path: Path) -> list[np.ndarray] | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            found = [data[f"part{k}"] for k in range(len(data.files))]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # missing or damaged: the caller computes it and writes it anew
    whole = all(part.ndim == 2 and part.shape[1] == 3 and len(part) >= 4 for part in found)
    return found if found and whole else None


def _decomposed(mesh: Mesh, decomposition: Decomposition) -> list[np.ndarray]:
    import coacd

    coacd.set_log_level("error")
    found = coacd.run_coacd(
        coacd.Mesh(mesh.vertices, mesh.faces),
        threshold=decomposition.threshold,
        preprocess_resolution=decomposition.surface,
        resolution=500,
        mcts_nodes=NODES,
        mcts_iterations=ITERATIONS,
        mcts_max_depth=DEPTH,
        max_ch_vertex=MOST_CORNERS,
        seed=decomposition.seed,
    )
    return [np.asarray(corners, float) for corners, _ in found]
