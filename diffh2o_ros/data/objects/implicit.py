"""Bodies put together from rounded primitives with soft joints, as level sets of a field.

The field is sampled on a grid, cut by marching cubes, and the vertices are then relaxed along the
surface and projected back onto it, which turns marching cubes' needles into even triangles.
Distances after Quilez, https://iquilezles.org/articles/distfunctions (formulas).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from skimage.measure import marching_cubes

from diffh2o_ros.data.objects.skin import Surface

Field = Callable[[np.ndarray], np.ndarray]  # points (N, 3) -> about signed meters (N,)


def capsule(
    start: Sequence[float], end: Sequence[float], r0: float, r1: float | None = None
) -> Field:
    """Rod from `start` to `end` with round ends; the radius goes from r0 to r1."""
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    along = end - start
    r1 = r0 if r1 is None else r1

    def field(points):
        fraction = np.clip((points - start) @ along / (along @ along), 0, 1)
        gap = np.linalg.norm(points - start - fraction[:, None] * along, axis=1)
        return gap - (r0 + (r1 - r0) * fraction)

    return field


def ellipsoid(center: Sequence[float], half: Sequence[float]) -> Field:
    center, half = np.asarray(center, dtype=float), np.asarray(half, dtype=float)

    def field(points):
        offset = (points - center) / half
        k0, k1 = np.linalg.norm(offset, axis=1) + 1e-9, np.linalg.norm(offset / half, axis=1)
        return k0 * (k0 - 1) / (k1 + 1e-9 / half.min())

    return field


def block(
    center: Sequence[float],
    half: Sequence[float],
    rounding: float,
    rotation: np.ndarray | None = None,
) -> Field:
    """Rounded box with half sizes `half` (3,), turned by the rotation matrix `turn` (3, 3)."""
    center = np.asarray(center, dtype=float)
    inner = np.maximum(np.asarray(half, dtype=float) - rounding, 0)
    rotation = np.eye(3) if rotation is None else rotation

    def field(points):
        q = np.abs((points - center) @ rotation) - inner
        outside = np.linalg.norm(np.maximum(q, 0), axis=1)
        return outside + np.minimum(q.max(axis=1), 0) - rounding

    return field


def drum(start: Sequence[float], end: Sequence[float], radius: float, rounding: float) -> Field:
    """Cylinder with rounded rims between two points."""
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    length = np.linalg.norm(end - start)
    axis = (end - start) / length

    def field(points):
        offset = points - (start + end) / 2
        along = offset @ axis
        radial = np.linalg.norm(offset - along[:, None] * axis, axis=1)
        q = np.stack([radial - radius, np.abs(along) - length / 2], axis=1) + rounding
        outside = np.linalg.norm(np.maximum(q, 0), axis=1)
        return outside + np.minimum(q.max(axis=1), 0) - rounding

    return field


def rods(
    path: np.ndarray, radii: float | Sequence[float], flatten: Sequence[float] = (1, 1, 1)
) -> Field:
    """Bent rod along a polyline (M, 3) with a radius at each point, stretched by 1 / flatten."""
    scale = np.asarray(flatten, dtype=float)
    path = np.asarray(path, dtype=float) * scale
    radii = np.broadcast_to(radii, len(path))
    start, along = path[:-1], np.diff(path, axis=0)

    long = (along**2).sum(axis=1)

    def field(points):
        # |p - s - t a|^2 expanded, so that the work is matrix products and not (N, M, 3) arrays.
        points = points * scale
        dot = points @ along.T - (start * along).sum(axis=1)
        fraction = np.clip(dot / long, 0, 1)
        square = (
            (points**2).sum(axis=1, keepdims=True) - 2 * points @ start.T + (start**2).sum(axis=1)
        )
        square += fraction * (fraction * long - 2 * dot)
        gap = np.sqrt(np.maximum(square, 0))
        return (gap - (radii[:-1] + np.diff(radii) * fraction)).min(axis=1)

    return field


def join(fields: Sequence[Field], blend: float) -> Field:
    """Union with joints filled by a fillet of about `blend` meters (polynomial smooth minimum)."""

    def field(points):
        total = fields[0](points)
        for other in fields[1:]:
            value = other(points)
            if blend > 0:
                overlap = np.maximum(blend - np.abs(total - value), 0) / blend
                total = np.minimum(total, value) - overlap**2 * blend / 4
            else:
                total = np.minimum(total, value)
        return total

    return field


def cut(body: Field, tool: Field) -> Field:
    """What is left of `body` without `tool`."""
    return lambda points: np.maximum(body(points), -tool(points))


def level_set(
    field: Field, lower: Sequence[float], upper: Sequence[float], spacing: float
) -> Surface:
    """Watertight surface field = 0 within a box that holds it whole, edges of about `spacing`."""
    lower = np.asarray(lower, dtype=float) - 2 * spacing
    counts = np.ceil((np.asarray(upper) + 2 * spacing - lower) / spacing / 2).astype(int) * 2
    values = _sample(field, lower, counts, spacing)
    # No grid point right on the surface: a vertex that close to it would make needles.
    least = 0.15 * spacing
    values = np.where(np.abs(values) < least, np.where(values < 0, -least, least), values)
    vertices, faces, _, _ = marching_cubes(values, 0.0, spacing=(spacing,) * 3)
    vertices = vertices.astype(float) + lower
    faces = faces.astype(np.int64)
    return _relax(field, vertices, faces, spacing), faces


def _sample(field: Field, lower: np.ndarray, counts: np.ndarray, spacing: float) -> np.ndarray:
    """Field on a grid (X, Y, Z) of even counts; far from the surface only once for eight points."""
    blocks = _grid(counts // 2) * 2
    middle = field(lower + spacing * (blocks + 0.5))
    # The fields are not exact distances: leave room for slopes of up to 2.
    near = np.abs(middle) < 2 * spacing * np.sqrt(3) / 2
    points = (blocks[near][:, None] + _grid(np.array([2, 2, 2]))).reshape(-1, 3)
    values = middle.reshape(counts // 2).repeat(2, axis=0).repeat(2, axis=1).repeat(2, axis=2)
    values[tuple(points.T)] = field(lower + spacing * points)
    return values


def _grid(counts: np.ndarray) -> np.ndarray:
    return np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), axis=-1).reshape(-1, 3)


def _relax(field: Field, vertices: np.ndarray, faces: np.ndarray, spacing: float) -> np.ndarray:
    count = len(vertices)
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    links = csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    degree = np.asarray(links.sum(axis=1))
    step = 1e-3 * spacing
    # Gradient from the four corners of a tetrahedron: four evaluations instead of six.
    probes = np.array([[1.0, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]]) * step
    for _ in range(4):
        around = field((vertices[None] + probes[:, None]).reshape(-1, 3)).reshape(4, count)
        gradient = (around.T @ probes) / (4 * step**2)
        steepness = np.maximum((gradient**2).sum(axis=1, keepdims=True), 0.05)
        value = around.mean(axis=0)[:, None]
        towards = links @ vertices / degree - vertices
        towards -= (towards * gradient).sum(axis=1, keepdims=True) / steepness * gradient
        home = np.clip(value / steepness, -spacing, spacing) * gradient
        vertices = vertices + 0.5 * towards - home
    return vertices
