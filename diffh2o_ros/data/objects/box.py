"""A box with rounded edges on a regular grid of quads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diffh2o_ros.data.objects.skin import Surface


def rounded_box(size: Sequence[float], rounding: float, edge: float) -> Surface:
    """Box of `size` (3,) meters about the origin, edges of radius `rounding`, even triangles."""
    half = np.asarray(size, dtype=float) / 2
    rounding = min(rounding, 0.98 * half.min())
    lines = []
    for extent in half:
        flat = extent - rounding
        count = max(round(2 * flat / edge), 1)
        line = np.linspace(-flat, flat, count + 1)
        if rounding > 0:
            strips = max(round(rounding * np.pi / 4 / edge), 1)
            strip = flat + rounding * np.tan(np.linspace(0, np.pi / 4, strips + 1)[1:])
            line = np.concatenate([-strip[::-1], line, strip])
        lines.append(line)
    vertices, faces = box_grid(lines)
    if rounding > 0:
        core = np.clip(vertices, rounding - half, half - rounding)
        out = vertices - core
        vertices = core + rounding * out / np.linalg.norm(out, axis=1, keepdims=True)
    return vertices, faces


def box_grid(lines: Sequence[np.ndarray]) -> Surface:
    """Surface of the axis-aligned box whose grid lines along x, y, z are given, outward faces."""
    counts = np.array([len(line) for line in lines])
    quads = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        i, j = np.meshgrid(np.arange(counts[u] - 1), np.arange(counts[v] - 1), indexing="ij")
        for side in (0, counts[axis] - 1):
            corner = np.zeros(i.shape + (4, 3), dtype=np.int64)
            corner[..., axis] = side
            corner[..., u] = np.stack([i, i + 1, i + 1, i], axis=-1)
            corner[..., v] = np.stack([j, j, j + 1, j + 1], axis=-1)
            quads.append((corner if side else corner[..., ::-1, :]).reshape(-1, 4, 3))
    quads = np.concatenate(quads)
    flat = np.ravel_multi_index(np.moveaxis(quads, -1, 0), counts)
    used, index = np.unique(flat, return_inverse=True)
    index = index.reshape(-1, 4)
    places = np.stack(np.unravel_index(used, counts), axis=1)
    vertices = np.stack([np.asarray(lines[k])[places[:, k]] for k in range(3)], axis=1)
    return vertices, np.concatenate([index[:, [0, 1, 2]], index[:, [0, 2, 3]]])
