"""Which episodes are trained on: an object is in one split, whatever is done with it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from diffh2o_ros.export.episode import Episode, ExportError

SPLITS = ("train", "val", "test")
FRACTIONS = (0.8, 0.1, 0.1)  #: of objects, in the order of SPLITS
_STEP = 1e-5  #: meters; objects whose vertices agree to this are one


def object_id(episode: Episode) -> str:
    """16 hexadecimal digits of the object's geometry: equal meshes have equal ones."""
    vertices = np.round(episode.interaction.object_vertices.astype(np.float64) / _STEP)
    faces = episode.interaction.object_faces
    digest = hashlib.sha256(str(vertices.shape).encode())
    digest.update(vertices.astype("<i8").tobytes())
    digest.update(faces.astype("<i4").tobytes())
    return digest.hexdigest()[:16]


def split_by_object(
    object_ids: Sequence[str], fractions: Sequence[float] = FRACTIONS
) -> dict[str, list[int]]:
    """Indices of the episodes of each split, in the order of SPLITS; empty ones are left out.

    An object's split follows from its id alone, so it stays where it is when others are added:
    fractions are met in the mean over many objects. Where none falls to train, all do.

    Args:
        object_ids: of each episode.
        fractions: of train, val and test, which sum to 1.

    Raises:
        ExportError: fractions that do not.
    """
    given = np.asarray(fractions, float)
    if given.shape != (3,) or not (given >= 0).all() or abs(given.sum() - 1) > 1e-6:
        raise ExportError(f"splits must be three fractions that sum to 1, not {list(fractions)}")
    found: dict[str, list[int]] = {name: [] for name in SPLITS}
    for index, name in enumerate(object_ids):
        at = np.searchsorted(np.cumsum(given)[:2], int(name[:8], 16) / 2**32, side="right")
        found[SPLITS[at]].append(index)
    if not found["train"]:
        return {"train": list(range(len(object_ids)))}
    return {name: indices for name, indices in found.items() if indices}
