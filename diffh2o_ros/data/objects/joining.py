"""Handles and spouts joined to vessels by exact booleans (manifold3d)."""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d
import numpy as np

from diffh2o_ros.data.objects.family import Draw, Params, even_edge, profile_area
from diffh2o_ros.data.objects.seams import mend_needles
from diffh2o_ros.data.objects.skin import Surface, lathe, smooth_curve, superellipse, tube
from diffh2o_ros.data.objects.vessels import shell_profile, thin


def solid(surface: Surface) -> manifold3d.Manifold:
    vertices, faces = surface
    return manifold3d.Manifold(
        manifold3d.Mesh64(
            vert_properties=np.ascontiguousarray(vertices, dtype=np.float64),
            tri_verts=np.ascontiguousarray(faces, dtype=np.uint64),
            # A number for each face keeps coplanar triangles from being merged into needles.
            face_id=np.arange(len(faces), dtype=np.uint64),
        )
    )


def surface_of(body: manifold3d.Manifold) -> Surface:
    """Vertices and faces of a boolean's result, without the needles along its seams."""
    mesh = body.to_mesh64()
    return mend_needles(
        (np.array(mesh.vert_properties)[:, :3], np.array(mesh.tri_verts).astype(np.int64))
    )


def core_of(
    outer: np.ndarray,
    wall: float,
    edge: float,
    squash: float = 1.0,
    section: np.ndarray | None = None,
) -> Surface:
    """The hollow of a vessel and half of its wall: what a handle must not reach into."""
    profile = shell_profile(outer, 0.5 * wall, 0.5 * wall)[len(outer) + 3 :]
    profile = profile[::-1]  # from the floor's center up to the rim
    top = profile[-1] + [0.0, 0.01]
    profile = thin(np.concatenate([profile, [top, [0.0, top[1]]]]), edge)
    return lathe(profile, edge, squash, section)


def attach(shell: Surface, parts: Sequence[Surface], core: Surface) -> Surface:
    """Union of an open vessel and what sticks to its outside, cut off inside its wall."""
    outside = manifold3d.Manifold.batch_boolean([solid(p) for p in parts], manifold3d.OpType.Add)
    return surface_of(solid(shell) + (outside - solid(core)))


def ear(
    side: np.ndarray, low: float, high: float, gap: float, thick: float, wide: float, square: float
) -> Surface:
    """Handle in the xz plane on a wall `side` (M, 2: radius, height) between two heights.

    Args:
        gap: clearance to the wall.
        thick, wide: whole section in the plane and across it; square in [0, 1]: from a round ear to
            a D.
    """
    radius_low = np.interp(low, side[:, 1], side[:, 0])
    radius_high = np.interp(high, side[:, 1], side[:, 0])
    out = max(radius_low, radius_high, side[:, 0][(side[:, 1] > low) & (side[:, 1] < high)].max())
    out += gap + thick / 2
    span = high - low
    reach = 0.5 + 0.35 * square
    points = [
        (radius_high - 0.004, high),
        (radius_high + reach * (out - radius_high), high + 0.02 * span),
        (out, low + 0.68 * span),
        (out - 0.06 * (1 - square) * gap, low + 0.35 * span),
        (radius_low + reach * (out - radius_low), low + 0.02 * span),
        (radius_low - 0.004, low),
    ]
    plane = smooth_curve(points, 40)
    path = np.stack([plane[:, 0], np.zeros(len(plane)), plane[:, 1]], axis=1)
    edge = max(min(thick, wide) / 2.6, 0.0035)
    return tube(path, np.array([wide, thick]) / 2, edge, section=superellipse(2.4), caps=(0, 0))


def side_of(outer: np.ndarray) -> np.ndarray:
    """The part of an outer profile that rises, as (radius, height) in order of height."""
    return outer[int(np.argmax(outer[:, 1] > 1e-6)) :]


def draw_ear(d: Draw) -> Params:
    return {
        "gap": d.between(0.022, 0.038),
        "thick": d.between(0.008, 0.014),
        "wide": d.between(0.009, 0.018),
        "square": d.between(0.0, 1.0),
    }


def eared_vessel(
    p: Params, outer: np.ndarray, faces: int, extra: Sequence[Surface] = ()
) -> Surface:
    """A shell with an ear between the shares `low` and `high` of its height."""
    profile = shell_profile(outer, p["wall"], 1.3 * p["wall"])
    edge = even_edge(profile_area(profile), faces, 0.014)
    height = outer[-1, 1]
    handle = ear(
        side_of(outer),
        p["low"] * height,
        p["high"] * height,
        p["gap"],
        p["thick"],
        p["wide"],
        p["square"],
    )
    shell = lathe(thin(profile, edge), edge)
    return attach(shell, [handle, *extra], core_of(outer, p["wall"], edge))
