"""Oblong vessels with a handle at either end, or under an arch: trays, crates, pots, baskets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, Zone, all_of, between, open_top
from diffh2o_ros.data.objects.family import POUR, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.joining import attach, core_of, side_of
from diffh2o_ros.data.objects.skin import Surface, lathe, smooth_curve, superellipse, tube
from diffh2o_ros.data.objects.vessels import dense, shell_profile, thin


def _draw_sided(d: Draw, x: float, y: float, height: float) -> Params:
    """A vessel of half sizes x, y: oblong, with rounded corners."""
    return {
        "x": x,
        "y": y,
        "height": height,
        "foot": d.between(0.82, 0.98),
        "power": d.between(4.0, 8.0),
        "wall": d.between(0.004, 0.006),
        **_draw_loops(d),
    }


def _draw_loops(d: Draw) -> Params:
    return {
        "place": d.between(0.68, 0.85),
        "span": d.between(0.085, 0.1),
        "gap": d.between(0.024, 0.032),
        "thick": d.between(0.01, 0.014),
    }


def _draw_tray(d: Draw) -> Params:
    return _draw_sided(d, d.between(0.105, 0.125), d.between(0.08, 0.1), d.between(0.035, 0.05))


def _draw_crate(d: Draw) -> Params:
    return _draw_sided(d, d.between(0.1, 0.125), d.between(0.08, 0.1), d.between(0.11, 0.18))


def _draw_pot(d: Draw) -> Params:
    radius = d.between(0.085, 0.125)
    params = _draw_sided(d, radius, radius, d.between(0.09, 0.18))
    return {**params, "power": 2.0, "foot": d.between(0.94, 1.0)}


def _sided_outer(p: Params) -> np.ndarray:
    foot, x, h = p["foot"] * p["x"], p["x"], p["height"]
    return dense([(0, 0), (foot, 0), (x, h)], [0, 0.12 * h + 0.004, 0], 0.004)


def _loops(side: np.ndarray, p: Params) -> list[Surface]:
    """Two handles lying level, at +x and at -x, cut by the wall at both their ends."""
    z = p["place"] * p["height"]
    wall, half = np.interp(z, side[:, 1], side[:, 0]), p["span"] / 2
    start = wall - 0.006 - (wall - np.sqrt(wall**2 - half**2)) * (p["power"] < 3)
    out = wall + p["gap"] + p["thick"] / 2
    plane = [(start, -half), (0.7 * out + 0.3 * start, -half), (out, -0.6 * half)]
    plane = smooth_curve([*plane, *((x, -y) for x, y in reversed(plane))], 30)
    handles = []
    for s in (1, -1):
        path = np.stack([s * plane[:, 0], s * plane[:, 1], 0 * plane[:, 0] + z], axis=1)
        handles.append(tube(path, p["thick"] / 2, 0.0068, (0, 0, 1), caps=(0, 0)))
    return handles


def _sided(p: Params, parts: Sequence[Surface]) -> Surface:
    outer, squash, section = _sided_outer(p), p["y"] / p["x"], superellipse(p["power"])
    profile = shell_profile(outer, p["wall"], p["wall"])
    edge = even_edge(1.1 * profile_area(profile, squash), 1900, 0.018)
    shell = lathe(thin(profile, edge), edge, squash, section)
    return attach(shell, parts, core_of(outer, p["wall"], edge, squash, section))


def _with_loops(p: Params) -> Surface:
    return _sided(p, _loops(side_of(_sided_outer(p)), p))


def _off_both_walls(side: np.ndarray) -> Zone:
    def zone(points):
        return np.abs(points[:, 0]) > np.interp(points[:, 2], side[:, 1], side[:, 0]) + 0.004

    return zone


def _loops_anatomy(p: Params) -> Anatomy:
    return replace(open_top(p["height"]), handle=_off_both_walls(side_of(_sided_outer(p))))


def _tray_anatomy(p: Params) -> Anatomy:
    return replace(_loops_anatomy(p), parts={})


def _draw_basket(d: Draw) -> Params:
    params = _draw_sided(d, d.between(0.09, 0.125), d.between(0.07, 0.09), d.between(0.08, 0.12))
    return {**params, "rise": d.between(0.08, 0.13), "foot": d.between(0.75, 0.9)}


def _basket(p: Params) -> Surface:
    """An oblong shell under one high arch."""
    x, h, t = p["x"], p["height"], p["thick"]
    top = h + p["rise"]
    knots = [(x - 0.004, h - 0.02), (x + 0.3 * t, h - 0.004), (x, h + 0.3 * p["rise"])]
    knots += [(0.6 * x, h + 0.85 * p["rise"]), (0, top)]
    plane = smooth_curve([*knots, *((-a, b) for a, b in reversed(knots[:-1]))], 40)
    path = np.stack([plane[:, 0], 0 * plane[:, 0], plane[:, 1]], axis=1)
    widths = np.array([0.7 * t, 0.5 * t])
    return _sided(p, [tube(path, widths, 0.0068, section=superellipse(2.5), caps=(0, 0))])


def _basket_anatomy(p: Params) -> Anatomy:
    h = p["height"]
    wall = all_of(between(2, h - 0.004, h + 0.001), between(0, -0.97 * p["x"], 0.97 * p["x"]))
    return Anatomy(handle=between(2, h + 0.5 * p["rise"]), rim=wall)


FAMILIES = (
    Family(
        "tray",
        _draw_tray,
        _with_loops,
        ("tray",),
        lambda p: ("serving tray", "tea tray", "breakfast tray"),
        warp=0.1,
        anatomy=_tray_anatomy,
    ),
    Family(
        "crate",
        _draw_crate,
        _with_loops,
        ("crate", "storage box"),
        lambda p: ("plastic crate", "open box", "laundry basket", "toy box"),
        warp=0.1,
        anatomy=_loops_anatomy,
    ),
    Family(
        "big_pot",
        _draw_pot,
        _with_loops,
        ("pot", "cooking pot"),
        lambda p: ("big pot", "soup pot", "stockpot") if p["height"] > 0.13 else ("casserole",),
        affordances=POUR,
        warp=0.1,
        anatomy=_loops_anatomy,
    ),
    Family(
        "basket",
        _draw_basket,
        _basket,
        ("basket",),
        lambda p: ("shopping basket", "wicker basket", "picnic basket", "fruit basket"),
        warp=0.1,
        anatomy=_basket_anatomy,
    ),
)
