"""Vessels with a handle and a spout: pitchers, teapots, watering cans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, all_of, between, off_the_wall, open_top
from diffh2o_ros.data.objects.family import POUR, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.joining import draw_ear, ear, eared_vessel, side_of, solid, surface_of
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, smooth_curve, tube
from diffh2o_ros.data.objects.vessels import dense, thin


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
        **draw_ear(d),
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
    vertices, faces = eared_vessel(p, _pitcher_outer(p), 1600)
    # Pull the rim out into a spout, opposite to the handle.
    angle = np.arctan2(vertices[:, 1], -vertices[:, 0])
    radius = np.hypot(vertices[:, 0], vertices[:, 1])
    rim = (
        np.clip(vertices[:, 2] / h, 0, 1) ** 9 * np.exp(-((angle / 0.4) ** 2)) * (radius > 0.5 * b)
    )
    return vertices - np.stack([rim * p["lip"], 0 * rim, 0 * rim], axis=1), faces


def _pitcher_anatomy(p: Params) -> Anatomy:
    opening = open_top(p["height"])
    crest = (p["wall"] / 2 - p["top"] - p["lip"], 0, p["height"] + p["wall"] / 2)
    lip = (crest, (-1, 0, 0.2))
    handle = off_the_wall(side_of(_pitcher_outer(p)))
    return replace(opening, parts={**opening.parts, "spout": lip}, handle=handle)


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
        **draw_ear(d),
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


def _draw_watering_can(d: Draw) -> Params:
    radius = d.between(0.045, 0.065)
    return {
        "radius": radius,
        "height": round(radius * d.between(1.7, 2.3), 5),
        "mouth": d.between(0.7, 0.95),
        "wall": d.between(0.003, 0.0045),
        "spout": d.between(0.07, 0.12),
        "spout_radius": d.between(0.008, 0.011),
        "rose": d.between(0.0, 0.02) if d.chance(0.5) else 0.0,
        "low": d.between(0.15, 0.3),
        "high": d.between(0.8, 0.9),
        **draw_ear(d),
    }


def _can_outer(p: Params) -> np.ndarray:
    r, h = p["radius"], p["height"]
    points = [(0, 0), (r, 0), (r, 0.7 * h), (p["mouth"] * r, h)]
    return dense(points, [0, 0.12 * r, 0.6 * r, 0], 0.003)


def _can_spout(p: Params) -> np.ndarray:
    """Path (24, 3) of the spout from inside the wall to its tip."""
    r, h, reach = p["radius"], p["height"], p["spout"]
    knots = [(r - 0.006, 0.22 * h), (r + 0.4 * reach, 0.5 * h), (r + reach, 1.05 * h)]
    plane = smooth_curve(knots, 24)
    return np.stack([-plane[:, 0], 0 * plane[:, 0], plane[:, 1]], axis=1)


def _watering_can(p: Params) -> Surface:
    fraction = np.linspace(0, 1, 24)
    widths = p["spout_radius"] * (1.6 - 0.6 * fraction) + p["rose"] * np.clip(
        fraction * 8 - 7, 0, 1
    )
    spout = tube(_can_spout(p), widths[:, None] * np.ones(2), 0.0055, caps=(0, 0))
    return eared_vessel(p, _can_outer(p), 1700, [spout])


def _watering_can_anatomy(p: Params) -> Anatomy:
    before, tip = _can_spout(p)[-2:]
    out = (tip - before) / np.linalg.norm(tip - before)
    rim = all_of(between(2, p["height"] - 0.004, p["height"] + 0.001), between(0, -p["radius"]))
    handle = off_the_wall(side_of(_can_outer(p)))
    return Anatomy({"mouth": (tip, out), "spout": (tip, (-1, 0, 0.3))}, handle, rim)


FAMILIES = (
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
        "watering_can",
        _draw_watering_can,
        _watering_can,
        ("watering can",),
        lambda p: ("garden watering can", "plant waterer"),
        affordances=POUR,
        warp=0.2,
        anatomy=_watering_can_anatomy,
    ),
)
