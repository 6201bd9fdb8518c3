"""Mugs, pans and cases: bodies with one handle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, between, off_the_wall, open_top
from diffh2o_ros.data.objects.box import rounded_box
from diffh2o_ros.data.objects.family import (
    HOLD,
    POUR,
    TOAST,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.joining import (
    attach,
    core_of,
    draw_ear,
    eared_vessel,
    side_of,
    solid,
    surface_of,
)
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, superellipse, tube
from diffh2o_ros.data.objects.vessels import dense, shell_profile, thin


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
        **draw_ear(d),
    }


def _mug_outer(p: Params) -> np.ndarray:
    a, b, h = p["bottom"], p["top"], p["height"]
    middle = (a + b) / 2 * (1 + p["belly"])
    return dense([(0, 0), (a, 0), (middle, 0.5 * h), (b, h)], [0, p["corner"] * a, 2 * h, 0])


def _mug(p: Params) -> Surface:
    return eared_vessel(p, _mug_outer(p), 2200)


def _mug_anatomy(p: Params) -> Anatomy:
    return replace(open_top(p["height"]), handle=off_the_wall(side_of(_mug_outer(p))))


def _draw_tankard(d: Draw) -> Params:
    """A beer mug: tall, thick, straight, with a handle for the whole hand."""
    radius = d.between(0.038, 0.05)
    return {
        **_draw_mug(d),
        "top": radius,
        "bottom": round(radius * d.between(0.95, 1.15), 5),
        "height": d.between(0.125, 0.17),
        "corner": d.between(0.05, 0.2),
        "wall": d.between(0.004, 0.0065),
        "thick": d.between(0.011, 0.016),
        "wide": d.between(0.014, 0.022),
        "square": d.between(0.5, 1.0),
    }


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
    fraction = np.linspace(0, 1, 24)
    path = np.stack(
        [
            start + p["handle"] * fraction,
            0 * fraction,
            z + p["rise"] * p["handle"] * fraction**1.6 * 0.6,
        ],
        axis=1,
    )
    grow = p["swell"] + (1 - p["swell"]) * fraction
    widths = np.stack([p["wide"] / 2 * grow, p["thick"] / 2 * grow], axis=1)
    handle = tube(path, widths, p["thick"] / 3, section=superellipse(2.6), caps=(0, 0.8))
    shell = lathe(thin(profile, edge), edge)
    return attach(shell, [handle], core_of(outer, p["wall"], edge))


def _pan_anatomy(p: Params) -> Anatomy:
    return replace(open_top(p["height"]), handle=between(0, p["radius"] + 0.003))


def _pan_names(p: Params) -> tuple[str, ...]:
    if p["height"] < 0.6 * p["radius"]:
        return ("frying pan", "cooking pan", "skillet")
    return ("saucepan", "cooking pot", "pot", "cooking pan")


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
        "tankard",
        _draw_tankard,
        _mug,
        ("beer mug", "tankard"),
        lambda p: ("beer stein", "stein", "large mug", "mug"),
        affordances=TOAST,
        warp=0.2,
        anatomy=_mug_anatomy,
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
