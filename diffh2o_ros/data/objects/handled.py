"""Vessels and cases with handles and spouts, joined by exact booleans (manifold3d)."""

from __future__ import annotations

from collections.abc import Sequence

import manifold3d
import numpy as np

from .box import rounded_box
from .family import HOLD, Draw, Family, Params, even_edge, profile_area
from .seams import mend_needles
from .skin import Surface, fillet, lathe, smooth_curve, superellipse, tube
from .vessels import DRINKABLE, POURABLE, dense, shell_profile, thin


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


def core_of(outer: np.ndarray, wall: float, edge: float) -> Surface:
    """The hollow of a vessel and half of its wall: what a handle must not reach into."""
    profile = shell_profile(outer, 0.5 * wall, 0.5 * wall)[len(outer) + 3 :]
    profile = profile[::-1]  # from the floor's centre up to the rim
    top = profile[-1] + [0.0, 0.01]
    return lathe(thin(np.concatenate([profile, [top, [0.0, top[1]]]]), edge), edge)


def attach(shell: Surface, parts: Sequence[Surface], core: Surface) -> Surface:
    """Union of an open vessel and what sticks to its outside, cut off inside its wall."""
    outside = manifold3d.Manifold.batch_boolean([solid(p) for p in parts], manifold3d.OpType.Add)
    return surface_of(solid(shell) + (outside - solid(core)))


def ear(
    side: np.ndarray, low: float, high: float, gap: float, thick: float, wide: float, square: float
) -> Surface:
    """Handle in the xz plane on a wall `side` (M, 2: radius, height) between two heights.

    gap: clearance to the wall; thick, wide: whole section in the plane and across it; square in
    [0, 1]: from a round ear to a D.
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


def _side(outer: np.ndarray) -> np.ndarray:
    """The part of an outer profile that rises, as (radius, height) in order of height."""
    return outer[int(np.argmax(outer[:, 1] > 1e-6)) :]


def _draw_handle(d: Draw) -> Params:
    return {
        "gap": d.between(0.022, 0.038),
        "thick": d.between(0.008, 0.014),
        "wide": d.between(0.009, 0.018),
        "square": d.between(0.0, 1.0),
    }


def _draw_mug(d: Draw) -> Params:
    radius = d.between(0.033, 0.05)
    return {
        "top": radius,
        "bottom": round(radius * d.between(0.8, 1.05), 5),
        "height": d.between(0.075, 0.12),
        "belly": d.between(-0.06, 0.1),
        "corner": d.between(0.08, 0.5),
        "wall": d.between(0.003, 0.0055),
        "low": d.between(0.12, 0.22),
        "high": d.between(0.8, 0.9),
        **_draw_handle(d),
    }


def _vessel(p: Params, outer: np.ndarray, faces: int, extra: Sequence[Surface] = ()) -> Surface:
    """A shell with an ear between the shares `low` and `high` of its height."""
    profile = shell_profile(outer, p["wall"], 1.3 * p["wall"])
    edge = even_edge(profile_area(profile), faces, 0.014)
    height = outer[-1, 1]
    handle = ear(
        _side(outer),
        p["low"] * height,
        p["high"] * height,
        p["gap"],
        p["thick"],
        p["wide"],
        p["square"],
    )
    shell = lathe(thin(profile, edge), edge)
    return attach(shell, [handle, *extra], core_of(outer, p["wall"], edge))


def _mug(p: Params) -> Surface:
    a, b, h = p["bottom"], p["top"], p["height"]
    middle = (a + b) / 2 * (1 + p["belly"])
    outer = dense([(0, 0), (a, 0), (middle, 0.5 * h), (b, h)], [0, p["corner"] * a, 2 * h, 0])
    return _vessel(p, outer, 2200)


def _draw_pitcher(d: Draw) -> Params:
    radius = d.between(0.042, 0.062)
    return {
        "top": round(radius * d.between(0.8, 1.1), 5),
        "bottom": radius,
        "height": d.between(0.16, 0.25),
        "belly": d.between(-0.06, 0.14),
        "corner": d.between(0.08, 0.4),
        "wall": d.between(0.003, 0.005),
        "low": d.between(0.15, 0.4),
        "high": d.between(0.85, 0.93),
        **_draw_handle(d),
        "gap": d.between(0.026, 0.04),
        "lip": d.between(0.008, 0.025),
    }


def _pitcher(p: Params) -> Surface:
    a, b, h = p["bottom"], p["top"], p["height"]
    middle = (a + b) / 2 * (1 + p["belly"])
    outer = dense(
        [(0, 0), (a, 0), (middle, 0.4 * h), (b, h)], [0, p["corner"] * a, 2 * h, 0], 0.003
    )
    vertices, faces = _vessel(p, outer, 1600)
    # Pull the rim out into a spout, opposite to the handle.
    angle = np.arctan2(vertices[:, 1], -vertices[:, 0])
    radius = np.hypot(vertices[:, 0], vertices[:, 1])
    rim = (
        np.clip(vertices[:, 2] / h, 0, 1) ** 9 * np.exp(-((angle / 0.4) ** 2)) * (radius > 0.5 * b)
    )
    return vertices - np.stack([rim * p["lip"], 0 * rim, 0 * rim], axis=1), faces


def _draw_pan(d: Draw) -> Params:
    radius = d.between(0.055, 0.085)
    return {
        "radius": radius,
        "height": round(radius * d.between(0.4, 0.9), 5),
        "bottom": d.between(0.75, 0.97),
        "wall": d.between(0.003, 0.005),
        "handle": d.between(0.09, 0.15),
        "thick": d.between(0.011, 0.018),
        "wide": d.between(0.016, 0.026),
        "rise": d.between(0.0, 0.35),
        "swell": d.between(0.7, 1.1),
    }


def _pan(p: Params) -> Surface:
    r, h, low = p["radius"], p["height"], p["bottom"] * p["radius"]
    outer = dense([(0, 0), (low, 0), (r, h)], [0, 0.3 * h, 0])
    profile = shell_profile(outer, p["wall"], 1.1 * p["wall"])
    edge = even_edge(profile_area(profile), 2100)
    z = h - 0.6 * p["thick"] - 0.003
    start = np.interp(z, _side(outer)[:, 1], _side(outer)[:, 0]) - 0.006
    share = np.linspace(0, 1, 24)
    path = np.stack(
        [start + p["handle"] * share, 0 * share, z + p["rise"] * p["handle"] * share**1.6 * 0.6],
        axis=1,
    )
    grow = p["swell"] + (1 - p["swell"]) * share
    widths = np.stack([p["wide"] / 2 * grow, p["thick"] / 2 * grow], axis=1)
    handle = tube(path, widths, p["thick"] / 3, section=superellipse(2.6), caps=(0, 0.8))
    shell = lathe(thin(profile, edge), edge)
    return attach(shell, [handle], core_of(outer, p["wall"], edge))


def _draw_teapot(d: Draw) -> Params:
    radius = d.between(0.045, 0.07)
    return {
        "radius": radius,
        "height": round(radius * d.between(1.3, 2.0), 5),
        "foot": d.between(0.6, 0.85),
        "mouth": d.between(0.5, 0.75),
        "knob": d.between(0.008, 0.013),
        "spout": d.between(0.035, 0.06),
        "spout_radius": d.between(0.007, 0.011),
        "low": d.between(0.2, 0.3),
        "high": d.between(0.72, 0.85),
        **_draw_handle(d),
    }


def _teapot(p: Params) -> Surface:
    r, h = p["radius"], p["height"]
    side = smooth_curve([(p["foot"] * r, 0), (r, 0.45 * h), (p["mouth"] * r, h)], 24)
    knob = p["knob"]
    lid = [(0.45 * p["mouth"] * r, h + 0.06 * h), (0.5 * knob, h + 0.1 * h)]
    lid += [(knob, h + 0.1 * h + knob), (0.6 * knob, h + 0.1 * h + 1.9 * knob)]
    lid += [(0, h + 0.1 * h + 2 * knob)]
    profile = np.concatenate([[[0, 0]], side, fillet(lid, 0.004)])
    edge = even_edge(profile_area(profile), 1700)
    handle = ear(side, p["low"] * h, p["high"] * h, p["gap"], p["thick"], p["wide"], p["square"])
    start = np.interp(0.3 * h, side[:, 1], side[:, 0]) - 0.006
    tip = r + p["spout"]
    plane = smooth_curve(
        [(start, 0.3 * h), (r + 0.45 * p["spout"], 0.45 * h), (r + 0.7 * p["spout"], 0.75 * h)]
        + [(tip, 0.98 * h)],
        20,
    )
    path = np.stack([-plane[:, 0], 0 * plane[:, 0], plane[:, 1]], axis=1)
    widths = np.linspace(1.5, 1.0, 20)[:, None] * [p["spout_radius"]] * np.ones((1, 2))
    spout = tube(path, widths, 0.005, caps=(0, 0.5))
    return surface_of(solid(lathe(thin(profile, edge), edge)) + solid(handle) + solid(spout))


def _draw_case(d: Draw) -> Params:
    return {
        "x": d.between(0.025, 0.06),
        "y": d.between(0.1, 0.2),
        "z": d.between(0.07, 0.15),
        "rounding": d.between(0.003, 0.011),
        "span": d.between(0.62, 0.8),
        "gap": d.between(0.026, 0.038),
        "thick": d.between(0.009, 0.015),
        "wide": d.between(0.011, 0.018),
    }


def _case(p: Params) -> Surface:
    x, y, z = p["x"], p["y"], p["z"]
    edge = even_edge(2 * (x * y + y * z + z * x), 1400)
    half = p["span"] * y / 2
    top = z / 2 + p["gap"] + p["thick"] / 2
    corners = [(-half, z / 2 - 0.005), (-half, top), (half, top), (half, z / 2 - 0.005)]
    plane = fillet(corners, 0.45 * p["gap"])
    path = np.stack([0 * plane[:, 0], plane[:, 0], plane[:, 1]], axis=1)
    handle = tube(
        path,
        np.array([p["wide"], p["thick"]]) / 2,
        p["thick"] / 3,
        (1, 0, 0),
        superellipse(2.5),
        caps=(0, 0),
    )
    return surface_of(solid(rounded_box((x, y, z), p["rounding"], edge)) + solid(handle))


FAMILIES = (
    Family(
        "mug",
        _draw_mug,
        _mug,
        ("mug", "cup"),
        lambda p: ("coffee mug", "coffee cup", "tea cup", "tea mug", "cup with a handle"),
        ("upright", "upright", "upright", "upright", "inverted"),
        DRINKABLE,
        warp=0.3,
    ),
    Family(
        "pitcher",
        _draw_pitcher,
        _pitcher,
        ("pitcher", "jug"),
        lambda p: ("water jug", "milk jug", "water pitcher", "pitcher base", "plastic pitcher"),
        affordances=POURABLE,
        warp=0.3,
    ),
    Family(
        "pan",
        _draw_pan,
        _pan,
        ("pan", "pot"),
        lambda p: ("frying pan", "saucepan", "cooking pan", "cooking pot", "skillet"),
        affordances=POURABLE,
        warp=0.2,
    ),
    Family(
        "teapot",
        _draw_teapot,
        _teapot,
        ("teapot", "pot"),
        lambda p: ("tea pot", "kettle", "coffee pot"),
        affordances=POURABLE,
        warp=0.3,
    ),
    Family(
        "case",
        _draw_case,
        _case,
        ("case", "box with a handle"),
        lambda p: ("suitcase", "toolbox", "briefcase", "small suitcase", "lunch box"),
        ("upright", "upright", "side"),
        HOLD,
        warp=0.2,
    ),
)
