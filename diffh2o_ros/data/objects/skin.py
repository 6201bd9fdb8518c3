"""Surfaces skinned over a stack of rings, with triangles of even size everywhere.

Every ring is sampled with as many points as its circumference needs at the wanted edge length, and
two neighboring rings are zipped together by angle. So caps do not end in sliver fans and thin
necks are not over-sampled, which keeps winding numbers and distance queries fast.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Surface = tuple[np.ndarray, np.ndarray]  # vertices (V, 3) float64 meters, faces (F, 3) int64
DENSE = 96  # points with which a ring is measured before it is resampled
FEWEST = 7  # points of the smallest ring that is not a pole


def superellipse(exponent: float = 2.0) -> np.ndarray:
    """Closed unit curve |x|^e + |y|^e = 1, (DENSE, 2), counter-clockwise from (1, 0)."""
    angle = np.linspace(0, 2 * np.pi, DENSE, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.sign(circle) * np.abs(circle) ** (2 / exponent)


def polygon(sides: int, rounding: float = 0.0) -> np.ndarray:
    """Closed regular polygon of unit circumradius; `rounding` in [0, 1) moves it to its circle.

    Returns (sides * k, 2), counter-clockwise, starting at a corner.
    """
    per_side = -(-DENSE // sides)
    corner = np.exp(2j * np.pi * np.arange(sides) / sides)
    fraction = np.arange(per_side) / per_side
    points = (corner[:, None] * (1 - fraction) + np.roll(corner, -1)[:, None] * fraction).ravel()
    points = points * (1 - rounding) + rounding * points / np.abs(points)
    return np.stack([points.real, points.imag], axis=1)


def zip_rings(rings: Sequence[np.ndarray], closed: bool = False) -> Surface:
    """Join rings of any number of points (n_i, 3), each counter-clockwise about the stacking axis.

    A ring of one point is a pole. With `closed` the last ring is joined to the first (a torus);
    otherwise the first and the last ring must be poles for the surface to be watertight.
    """
    starts = np.cumsum([0] + [len(ring) for ring in rings])
    pairs = [(i, i + 1) for i in range(len(rings) - 1)] + ([(len(rings) - 1, 0)] if closed else [])
    faces = []
    for below, above in pairs:
        a, b = len(rings[below]), len(rings[above])
        # Walk once around both rings, always advancing on the ring whose edge comes first.
        when = np.concatenate([(np.arange(a) + 0.5) / a, (np.arange(b) + 0.5) / b])
        order = np.argsort(when, kind="stable")
        on_above = order >= a
        steps_below, steps_above = np.cumsum(~on_above), np.cumsum(on_above)
        first = np.where(on_above, steps_below % a, steps_below - 1)
        second = np.where(on_above, (steps_above - 1) % b, steps_above % b)
        apex = np.where(on_above, starts[above] + steps_above % b, starts[below] + steps_below % a)
        faces.append(np.stack([starts[below] + first, apex, starts[above] + second], axis=1))
    faces = np.concatenate(faces)
    proper = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    return np.concatenate(rings), faces[proper].astype(np.int64)


def skin(
    centers: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    edge: float,
    section: np.ndarray | None = None,
    multiple: int = 1,
    closed: bool = False,
) -> Surface:
    """Skin over rings `center + x * first + y * second` with (x, y) on the unit `section`.

    Args:
        centers, first, second: (M, 3) meters; the half axes' cross product points along the stack.
        section: (K, 2) or one for each ring (M, K, 2), a circle if left out. Each ring gets a
            number of points that is divisible by `multiple` (the corners of a polygon stay on its
            corners).
    """
    section = superellipse() if section is None else section
    section = np.broadcast_to(section, (len(centers),) + section.shape[-2:])
    loops = (
        centers[:, None] + section[..., :1] * first[:, None] + section[..., 1:] * second[:, None]
    )
    loops = np.concatenate([loops, loops[:, :1]], axis=1)
    lengths = np.linalg.norm(np.diff(loops, axis=1), axis=2)
    traveled = np.concatenate([np.zeros((len(loops), 1)), np.cumsum(lengths, axis=1)], axis=1)
    rings = []
    for loop, along in zip(loops, traveled, strict=True):
        if along[-1] < 1e-9:
            rings.append(loop[:1])
            continue
        count = max(round(along[-1] / edge / multiple), -(-FEWEST // multiple)) * multiple
        places = np.arange(count) * (along[-1] / count)
        rings.append(np.stack([np.interp(places, along, loop[:, k]) for k in range(3)], axis=1))
    return zip_rings(rings, closed)


def fillet(points: Sequence[Sequence[float]], radii: float | Sequence[float]) -> np.ndarray:
    """Open polyline (N, 2) with its inner corners replaced by arcs (35 to 45 degrees a piece).

    A radius is cut down where the neighboring segments are too short for it.
    """
    points = np.asarray(points, dtype=float)
    radii = np.broadcast_to(radii, len(points))
    out = [points[0]]
    for before, here, after, radius in zip(
        points[:-2], points[1:-1], points[2:], radii[1:-1], strict=True
    ):
        back, ahead = before - here, after - here
        long_back, long_ahead = np.linalg.norm(back), np.linalg.norm(ahead)
        if min(long_back, long_ahead) < 1e-9:
            continue
        back, ahead = back / long_back, ahead / long_ahead
        opening = np.arccos(np.clip(back @ ahead, -1, 1))
        rotation = np.pi - opening
        if radius <= 0 or rotation < 0.05 or opening < 0.05:
            out.append(here)
            continue
        reach = min(radius / np.tan(opening / 2), 0.48 * long_back, 0.48 * long_ahead)
        radius = reach * np.tan(opening / 2)
        middle = back + ahead
        center = here + middle / np.linalg.norm(middle) * radius / np.sin(opening / 2)
        start = here + back * reach - center
        sense = np.sign(back[1] * ahead[0] - back[0] * ahead[1])
        most = 0.61 if radius > 0.002 else 0.8  # a small bevel needs no fine arc
        for angle in np.linspace(0, rotation * sense, int(np.ceil(rotation / most)) + 1):
            c, s = np.cos(angle), np.sin(angle)
            out.append(
                center + np.array([c * start[0] - s * start[1], s * start[0] + c * start[1]])
            )
    out.append(points[-1])
    return np.array(out)


def subdivide(points: np.ndarray, edge: float) -> np.ndarray:
    """Polyline (N, d) with segments longer than `edge` cut into even pieces; corners stay."""
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    pieces = np.maximum(np.round(lengths / edge), 1).astype(int)
    parts = [
        start + np.arange(count)[:, None] / count * (end - start)
        for start, end, count in zip(points[:-1], points[1:], pieces, strict=True)
    ]
    return np.concatenate(parts + [points[-1:]])


def even_points(curve: np.ndarray, edge: float) -> np.ndarray:
    """The polyline (M, d) resampled to points about `edge` apart; corners are not kept."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    places = np.linspace(0, along[-1], max(round(along[-1] / edge), 6) + 1)
    return np.stack([np.interp(places, along, column) for column in curve.T], axis=1)


def smooth_curve(points: Sequence[Sequence[float]], count: int = 48) -> np.ndarray:
    """Catmull-Rom curve (count, d) through the points (N, d), N >= 2, including both ends."""
    points = np.asarray(points, dtype=float)
    padded = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    place = np.linspace(0, len(points) - 1, count)
    span = np.minimum(place.astype(int), len(points) - 2)
    t = (place - span)[:, None]
    p0, p1, p2, p3 = (padded[span + k] for k in range(4))
    return 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )


def lathe(
    profile: np.ndarray,
    edge: float,
    squash: float | np.ndarray = 1.0,
    section: np.ndarray | None = None,
    multiple: int = 1,
) -> Surface:
    """Body of revolution about z from a profile (M, 2) of radius and height, meters.

    The profile starts and ends on the axis and runs counter-clockwise around the material seen
    with the radius to the right: bottom, outside, top (and down the inside of an open vessel).
    squash: factor of the y half axis, one number or a function of height sampled on the profile.
    """
    if np.ndim(squash) == 1:
        profile = np.concatenate([profile, np.asarray(squash)[:, None]], axis=1)
    else:
        profile = np.concatenate([profile, np.full((len(profile), 1), squash)], axis=1)
    profile = subdivide(profile * [1, 1, edge], edge) / [1, 1, edge]
    radius, height, flat = profile.T
    none = np.zeros_like(radius)
    return skin(
        np.stack([none, none, height], axis=1),
        np.stack([radius, none, none], axis=1),
        np.stack([none, radius * flat, none], axis=1),
        edge,
        section,
        multiple,
    )


def tube(
    path: np.ndarray,
    half_widths: np.ndarray | float,
    edge: float,
    normal: Sequence[float] = (0.0, 1.0, 0.0),
    section: np.ndarray | None = None,
    caps: tuple[float, float] = (1.0, 1.0),
    closed: bool = False,
) -> Surface:
    """Tube along a planar path (M, 3); half_widths (M, 2) along `normal` and within the plane.

    Args:
        caps: length of the rounded ends as a share of the smaller half width (0 is a flat end). A
            path with `closed` must not repeat its first point and has no caps.
    """
    path = np.asarray(path, dtype=float)
    half_widths = np.broadcast_to(half_widths, (len(path), 2))
    if closed:
        ahead = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    else:
        table = subdivide(np.concatenate([path, half_widths], axis=1), edge)
        path, half_widths = table[:, :3], table[:, 3:]
        ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    if not closed:
        path, half_widths, ahead = _with_caps(path, half_widths, ahead, caps, edge)
    across = np.broadcast_to(np.asarray(normal, dtype=float), path.shape)
    inward = np.cross(ahead, across)
    return skin(
        path, across * half_widths[:, :1], inward * half_widths[:, 1:], edge, section, closed=closed
    )


def _with_caps(path, half_widths, ahead, caps, edge):
    """Add to a tube's rings those of its two rounded (or flat) ends, poles included."""

    def end(index, sign, fraction):
        widths = half_widths[index]
        length = fraction * widths.min()
        if fraction <= 0:  # flat end: rings shrinking towards the middle
            scale = np.linspace(1, 0, max(2, round(widths.min() / edge) + 1))[1:]
            offset = np.zeros_like(scale)
        else:
            angle = np.linspace(0, np.pi / 2, max(3, round(1.6 * widths.max() / edge) + 1))[1:]
            scale, offset = np.cos(angle), np.sin(angle) * length
            scale[-1] = 0.0
        rings = path[index] + sign * offset[:, None] * ahead[index]
        return rings, scale[:, None] * widths, np.repeat(ahead[index][None], len(scale), axis=0)

    start, stop = end(0, -1, caps[0]), end(-1, 1, caps[1])
    return tuple(
        np.concatenate([s[::-1], middle, e])
        for s, middle, e in zip(start, (path, half_widths, ahead), stop, strict=True)
    )
