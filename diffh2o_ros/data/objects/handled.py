"""Vessels and cases with handles and spouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .anatomy import Anatomy, all_of, between, off_the_wall, open_top
from .box import rounded_box
from .family import HOLD, POUR, TOAST, Draw, Family, Params, even_edge, profile_area
from .joining import attach, core_of, ear, side_of, solid, surface_of
from .skin import Surface, fillet, lathe, smooth_curve, superellipse, tube
from .vessels import dense, shell_profile, thin


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


def _mug_outer(p: Params) -> np.ndarray:
    a, b, h = p["bottom"], p["top"], p["height"]
    middle = (a + b) / 2 * (1 + p["belly"])
    return dense([(0, 0), (a, 0), (middle, 0.5 * h), (b, h)], [0, p["corner"] * a, 2 * h, 0])


def _mug(p: Params) -> Surface:
    return _vessel(p, _mug_outer(p), 2200)


def _mug_anatomy(p: Params) -> Anatomy:
    return replace(open_top(p["height"]), handle=off_the_wall(side_of(_mug_outer(p))))


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


def _pitcher_outer(p: Params) -> np.ndarray:
    a, b, h = p["bottom"], p["top"], p["height"]
    middle = (a + b) / 2 * (1 + p["belly"])
    points = [(0, 0), (a, 0), (middle, 0.4 * h), (b, h)]
    return dense(points, [0, p["corner"] * a, 2 * h, 0], 0.003)


def _pitcher(p: Params) -> Surface:
    b, h = p["top"], p["height"]
    vertices, faces = _vessel(p, _pitcher_outer(p), 1600)
    # Pull the rim out into a spout, opposite to the handle.
    angle = np.arctan2(vertices[:, 1], -vertices[:, 0])
    radius = np.hypot(vertices[:, 0], vertices[:, 1])
    rim = (
        np.clip(vertices[:, 2] / h, 0, 1) ** 9 * np.exp(-((angle / 0.4) ** 2)) * (radius > 0.5 * b)
    )
    return vertices - np.stack([rim * p["lip"], 0 * rim, 0 * rim], axis=1), faces


def _pitcher_anatomy(p: Params) -> Anatomy:
    opening = open_top(p["height"])
    lip = ((-p["top"] - p["lip"], 0, p["height"]), (-1, 0, 0.2))
    handle = off_the_wall(side_of(_pitcher_outer(p)))
    return replace(opening, parts={**opening.parts, "spout": lip}, handle=handle)


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
    start = np.interp(z, side_of(outer)[:, 1], side_of(outer)[:, 0]) - 0.006
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


def _pan_anatomy(p: Params) -> Anatomy:
    r, h = p["radius"], p["height"]
    rim = all_of(between(2, h - 0.004), between(0, high=r + 0.002))
    return replace(open_top(h), handle=between(0, r + 0.008), rim=rim)


def _pan_names(p: Params) -> tuple[str, ...]:
    if p["height"] < 0.6 * p["radius"]:
        return ("frying pan", "cooking pan", "skillet")
    return ("saucepan", "cooking pot", "pot", "cooking pan")


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


def _teapot_side(p: Params) -> np.ndarray:
    r, h = p["radius"], p["height"]
    return smooth_curve([(p["foot"] * r, 0), (r, 0.45 * h), (p["mouth"] * r, h)], 24)


def _teapot_spout(p: Params, side: np.ndarray) -> np.ndarray:
    """Path (20, 3) of the spout from inside the wall to its tip."""
    r, h = p["radius"], p["height"]
    start = np.interp(0.3 * h, side[:, 1], side[:, 0]) - 0.006
    knots = [(start, 0.3 * h), (r + 0.45 * p["spout"], 0.45 * h)]
    knots += [(r + 0.7 * p["spout"], 0.75 * h), (r + p["spout"], 0.98 * h)]
    plane = smooth_curve(knots, 20)
    return np.stack([-plane[:, 0], 0 * plane[:, 0], plane[:, 1]], axis=1)


def _teapot(p: Params) -> Surface:
    h, side = p["height"], _teapot_side(p)
    knob = p["knob"]
    lid = [(0.45 * p["mouth"] * p["radius"], h + 0.06 * h), (0.5 * knob, h + 0.1 * h)]
    lid += [(knob, h + 0.1 * h + knob), (0.6 * knob, h + 0.1 * h + 1.9 * knob)]
    lid += [(0, h + 0.1 * h + 2 * knob)]
    profile = np.concatenate([[[0, 0]], side, fillet(lid, 0.004)])
    edge = even_edge(profile_area(profile), 1700)
    handle = ear(side, p["low"] * h, p["high"] * h, p["gap"], p["thick"], p["wide"], p["square"])
    widths = np.linspace(1.5, 1.0, 20)[:, None] * [p["spout_radius"]] * np.ones((1, 2))
    spout = tube(_teapot_spout(p, side), widths, 0.005, caps=(0, 0.5))
    return surface_of(solid(lathe(thin(profile, edge), edge)) + solid(handle) + solid(spout))


def _teapot_anatomy(p: Params) -> Anatomy:
    side = _teapot_side(p)
    before, tip = _teapot_spout(p, side)[-2:]
    out = (tip - before) / np.linalg.norm(tip - before)
    tip = tip + 0.5 * p["spout_radius"] * out
    handle = all_of(off_the_wall(side), between(2, high=0.98 * p["height"]))
    return Anatomy({"mouth": (tip, out), "spout": (tip, (-1, 0, 0.3))}, handle)


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


def _case_anatomy(p: Params) -> Anatomy:
    return Anatomy(handle=between(2, p["z"] / 2 + 0.004))


FAMILIES = (
    Family(
        "mug",
        _draw_mug,
        _mug,
        ("mug", "cup"),
        lambda p: ("coffee mug", "coffee cup", "tea cup", "tea mug", "cup with a handle"),
        ("upright", "upright", "upright", "upright", "inverted"),
        TOAST,
        warp=0.3,
        anatomy=_mug_anatomy,
    ),
    Family(
        "pitcher",
        _draw_pitcher,
        _pitcher,
        ("pitcher", "jug"),
        lambda p: ("water jug", "milk jug", "water pitcher", "pitcher base", "plastic pitcher"),
        affordances=POUR,
        warp=0.3,
        anatomy=_pitcher_anatomy,
    ),
    Family(
        "pan",
        _draw_pan,
        _pan,
        ("pan",),
        _pan_names,
        affordances=POUR,
        warp=0.2,
        anatomy=_pan_anatomy,
    ),
    Family(
        "teapot",
        _draw_teapot,
        _teapot,
        ("teapot", "pot"),
        lambda p: ("tea pot", "kettle", "coffee pot"),
        affordances=POUR,
        warp=0.3,
        anatomy=_teapot_anatomy,
    ),
    Family(
        "case",
        _draw_case,
        _case,
        ("case", "box with a handle"),
        lambda p: ("suitcase", "toolbox", "briefcase", "small suitcase", "first aid kit"),
        ("upright", "upright", "side"),
        HOLD,
        warp=0.2,
        anatomy=_case_anatomy,
    ),
)
