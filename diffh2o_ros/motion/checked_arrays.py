"""Arrays of a motion, checked as they come in: shapes, kinds of numbers, all of them finite."""

from __future__ import annotations

import numpy as np

SINGLE_REACH = 64.0
"""Positions within so many meters of the origin are float32, whose steps are at most 4 micrometers
there; those farther away float64."""


def checked_positions(name: str, values: np.ndarray, shape: tuple[int | None, ...]) -> np.ndarray:
    """`values` as finite meters of the given shape: float32, or float64 where far away."""
    values = np.asarray(values)
    far = values.dtype.kind in "fiu" and values.size and np.abs(values).max() > SINGLE_REACH
    return checked_floats(name, values, shape, np.float64 if far else np.float32)


def checked_floats(
    name: str, values: np.ndarray, shape: tuple[int | None, ...], dtype: type = np.float32
) -> np.ndarray:
    """`values` as finite numbers of the given shape, where None is any length above 0."""
    values = np.asarray(values)
    fits = values.ndim == len(shape) and all(
        size == wanted if wanted is not None else size > 0
        for size, wanted in zip(values.shape, shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("n" if size is None else str(size) for size in shape) + ")"
        raise ValueError(f"{name} must have shape {wanted}, not {values.shape}")
    if values.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be numbers, not {values.dtype}")
    values = values.astype(dtype)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds NaN or infinite numbers")
    return values


def checked_faces(name: str, faces: np.ndarray, num_vertices: int) -> np.ndarray:
    """`faces` as int32 (F, 3), every index below `num_vertices`."""
    faces = np.asarray(faces)
    if faces.ndim != 2 or faces.shape[1] != 3 or not len(faces):
        raise ValueError(f"{name} must have shape (n, 3), not {faces.shape}")
    if faces.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integers, not {faces.dtype}")
    if faces.min() < 0 or faces.max() >= num_vertices:
        raise ValueError(f"{name} points at vertices outside 0..{num_vertices - 1}")
    return faces.astype(np.int32)
