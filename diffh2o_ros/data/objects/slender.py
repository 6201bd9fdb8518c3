"""Long things drawn along their length and lying: pens, screwdrivers, cutlery, brushes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.interpolate import PchipInterpolator

from diffh2o_ros.data.objects.anatomy import Anatomy, between
from diffh2o_ros.data.objects.family import WIPE, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.implicit import block, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, superellipse, tube

LYING = ("side",)
FLAT = ("edge",)


def _turned(points, radii, faces: int = 1500) -> Surface:
    profile = fillet(points, radii)
    thick = profile[:, 0].max()
    return lathe(profile, min(even_edge(profile_area(profile), faces), thick / 1.8))


def flattened(
    stations: np.ndarray, power: float, caps: tuple[float, float], edge: float
) -> Surface:
    """Skin along z over stations (M, 3): height, half width in x, half thickness in y."""
    stations = np.asarray(stations, dtype=float)
    height = np.linspace(stations[0, 0], stations[-1, 0], 6 * len(stations))
    widths = PchipInterpolator(stations[:, 0], stations[:, 1:])(height)  # monotone: no overshoot
    path = np.stack([0 * height, 0 * height, height], axis=1)
    return tube(path, widths, edge, (1, 0, 0), superellipse(power), caps)


def _draw_marker(d: Draw) -> Params:
    radius = d.between(0.0065, 0.0125)
    return {
        "radius": radius,
        "length": d.between(0.095, 0.165),
        "cap": d.between(0.25, 0.4),
        "cap_radius": d.between(1.0, 1.15),
        "tail": d.between(0.6, 0.95),
        "tip": d.between(0.4, 0.95),
        "power": d.between(2.0, 4.0) if d.chance(0.25) else 2.0,
    }


def _marker(p: Params) -> Surface:
    r, h = p["radius"], p["length"]
    split, wide = h * (1 - p["cap"]), r * p["cap_radius"]
    points = [(0, 0), (r * p["tail"], 0), (r, 0.12 * h), (r, split), (wide, split + 0.001)]
    points += [(wide, h - r), (wide * p["tip"], h), (0, h)]
    profile = fillet(points, [0, 0.002, 0.02, 0, 0, 0.01, 0.002, 0])
    return lathe(profile, even_edge(profile_area(profile), 1500), 1.0, superellipse(p["power"]))


def _draw_screwdriver(d: Draw) -> Params:
    return {
        "grip": d.between(0.0105, 0.018),
        "grip_length": d.between(0.07, 0.12),
        "shaft": d.between(0.003, 0.005),
        "shaft_length": d.between(0.05, 0.15),
        "waist": d.between(0.6, 0.95),
    }


def _screwdriver(p: Params) -> Surface:
    r, h, s = p["grip"], p["grip_length"], p["shaft"]
    end = h + p["shaft_length"]
    points = [(0, 0), (0.8 * r, 0), (r, 0.2 * h), (r, 0.55 * h), (r * p["waist"], 0.8 * h)]
    points += [(0.9 * r, 0.93 * h), (0.6 * r, h), (s, h + 0.004), (s, end - 0.01), (0.6 * s, end)]
    points += [(0, end)]
    radii = [0, 0.006, 0.02, 0.02, 0.03, 0.004, 0.003, 0.002, 0.005, 0.001, 0]
    return _turned(points, radii, 1700)


def _draw_flashlight(d: Draw) -> Params:
    radius = d.between(0.011, 0.021)
    return {
        "radius": radius,
        "length": d.between(0.085, 0.22),
        "head": d.between(1.1, 1.75),
        "head_length": d.between(0.02, 0.045),
        "tail": d.between(0.0, 0.006),
    }


def _flashlight(p: Params) -> Surface:
    r, h, head = p["radius"], p["length"], p["radius"] * p["head"]
    start = h - p["head_length"]
    points = [(0, 0), (0.8 * r, 0), (r, p["tail"] + 0.002), (r, start - 0.8 * (head - r) - 0.004)]
    points += [
        (head, start),
        (head, h),
        (head - 0.003, h),
        (head - 0.005, h - 0.004),
        (0, h - 0.004),
    ]
    return _turned(points, [0, 0.002, 0.004, 0.01, 0.01, 0.0015, 0, 0, 0], 1700)


def _draw_knife(d: Draw) -> Params:
    return {
        "grip_wide": d.between(0.0095, 0.0155),
        "grip_thick": d.between(0.0065, 0.0105),
        "grip_length": d.between(0.085, 0.125),
        "blade_wide": d.between(0.009, 0.022),
        "blade_thick": d.between(0.0011, 0.0018),
        "blade_length": d.between(0.07, 0.18),
        "butt": d.between(1.0, 1.25),
        "power": d.between(2.2, 3.5),
    }


def _knife(p: Params) -> Surface:
    w, t, h = p["grip_wide"], p["grip_thick"], p["grip_length"]
    bw, bt, end = p["blade_wide"], p["blade_thick"], p["grip_length"] + p["blade_length"]
    stations = [(0, w * p["butt"], t), (0.3 * h, w, t), (0.6 * h, w, 1.05 * t), (0.95 * h, w, t)]
    stations += [(h + 0.006, 0.9 * bw, bt), (h + 0.02, bw, bt), ((h + end) / 2, bw, bt)]
    stations += [(end - 0.6 * bw, 0.8 * bw, bt), (end, 0.25 * bw, bt)]
    vertices, faces = flattened(stations, p["power"], (0.8, 0.3), 0.0042)
    # The back of the blade is straight: shift each section so that its right edge lines up.
    height = vertices[:, 2]
    widths = np.interp(height, [s[0] for s in stations], [s[1] for s in stations])
    vertices[:, 0] += np.clip((height - h) / 0.02, 0, 1) * (bw - widths)
    return vertices, faces


def _draw_utensil(d: Draw) -> Params:
    return {
        "length": d.between(0.14, 0.26),
        "handle_wide": d.between(0.005, 0.011),
        "handle_thick": d.between(0.0025, 0.006),
        "neck": d.between(0.0035, 0.0055),
        "head_wide": d.between(0.014, 0.034),
        "head_long": d.between(0.04, 0.07),
        "head_thick": d.between(0.002, 0.0035),
        "arch": d.between(-0.04, 0.1),
        "dish": 0.0,
    }


def _draw_spoon(d: Draw) -> Params:
    return {**_draw_utensil(d), "dish": d.between(0.2, 0.5)}


def _utensil(p: Params) -> Surface:
    end, head = p["length"], p["length"] - p["head_long"]
    w, t, n = p["handle_wide"], p["handle_thick"], p["neck"]
    hw, ht = p["head_wide"], p["head_thick"]
    stations = [
        (0, w, t),
        (0.3 * head, w, t),
        (0.75 * head, max(n, 0.6 * w), max(n * 0.8, 0.8 * t)),
    ]
    stations += [(0.96 * head, n, 0.8 * n), (head + 0.3 * p["head_long"], 0.9 * hw, ht)]
    stations += [(head + 0.6 * p["head_long"], hw, ht), (end - 0.004, 0.6 * hw, ht)]
    vertices, faces = flattened(stations, 2.3, (1.0, 1.0), 0.0034)
    fraction = vertices[:, 2] / end
    vertices[:, 1] += p["arch"] * end * np.sin(np.pi * np.clip(fraction, 0, 1)) ** 2
    # A spoon: the flat head is bent into a dish, deepest in its middle.
    long, wide = (vertices[:, 2] - head) / p["head_long"], vertices[:, 0] / hw
    depth = np.clip(4 * long * (1 - long), 0, 1) * (1 - np.clip(wide**2, 0, 1))
    vertices[:, 1] -= p["dish"] * hw * depth
    return vertices, faces


def _draw_brush(d: Draw) -> Params:
    return {
        "grip": d.between(0.0065, 0.0135),
        "grip_length": d.between(0.09, 0.15),
        "flat": d.between(0.7, 1.0),
        "neck": d.between(0.6, 0.95),
        "head_wide": d.between(0.013, 0.038),
        "head_thick": d.between(0.007, 0.014),
        "head_long": d.between(0.04, 0.11),
        "bristles": d.between(0.006, 0.02),
    }


def _brush(p: Params) -> Surface:
    g, h, hw = p["grip"], p["grip_length"], p["head_wide"]
    end, ht = h + p["head_long"], p["head_thick"]
    middle = (h + end) / 2
    handle = rods(
        [(0, 0, 0), (0, 0, 0.5 * h), (0, 0, 0.9 * h), (0, 0, middle)],
        [g, 1.05 * g, p["neck"] * g, p["neck"] * g],
        (1, 1 / p["flat"], 1),
    )
    head = block((0, 0, middle), (hw, ht / 2, p["head_long"] / 2), ht / 2.2)
    depth = p["bristles"]
    tuft = block(
        (0, ht / 2 + depth / 2, middle), (0.82 * hw, 0.7 * depth, 0.44 * p["head_long"]), 0.002
    )
    wide = max(g, hw)
    field = join([handle, join([head, tuft], 0.002)], 0.012)
    spacing = np.clip(np.cbrt(2 * wide * (ht + depth + g) * end / 7000), 0.0036, 0.0066)
    return level_set(field, (-wide, -max(g, ht), -g), (wide, ht + 1.4 * depth, end), spacing)


def _grip(key: str, fraction: float = 0.95) -> Callable[[Params], Anatomy]:
    """The handle is the lower end, up to a share of the length that parameter names."""
    return lambda p: Anatomy(handle=between(2, high=fraction * p[key]))


def _brush_names(p: Params) -> tuple[str, ...]:
    if p["head_wide"] < 0.019:
        return ("paintbrush", "dish brush", "cleaning brush")
    return ("hairbrush", "scrubbing brush", "hand brush", "cleaning brush")


def _brush_anatomy(p: Params) -> Anatomy:
    depth = 0.5 * p["head_thick"] + 1.2 * p["bristles"]
    sole = ((0, depth, p["grip_length"] + p["head_long"] / 2), (0, 1, 0))
    return Anatomy({"sole": sole}, between(2, high=0.97 * p["grip_length"]))


FAMILIES = (
    Family(
        "marker",
        _draw_marker,
        _marker,
        ("marker", "pen"),
        lambda p: ("felt-tip pen", "whiteboard marker", "highlighter", "ballpoint pen"),
        LYING,
        warp=0.3,
    ),
    Family(
        "screwdriver",
        _draw_screwdriver,
        _screwdriver,
        ("screwdriver",),
        lambda p: ("flathead screwdriver", "phillips screwdriver", "awl"),
        LYING,
        warp=0.2,
        anatomy=_grip("grip_length", 0.98),
    ),
    Family(
        "flashlight",
        _draw_flashlight,
        _flashlight,
        ("flashlight", "torch"),
        lambda p: ("torch light", "hand lamp", "pocket torch"),
        ("side", "side", "inverted"),
        warp=0.2,
        anatomy=lambda p: Anatomy(handle=between(2, high=p["length"] - 1.15 * p["head_length"])),
    ),
    Family(
        "knife",
        _draw_knife,
        _knife,
        ("knife",),
        lambda p: ("kitchen knife", "table knife", "butter knife", "paring knife", "chef's knife"),
        FLAT,
        warp=0.3,
        anatomy=_grip("grip_length"),
    ),
    Family(
        "spoon",
        _draw_spoon,
        _utensil,
        ("spoon",),
        lambda p: (
            ("serving spoon", "ladle", "wooden spoon")
            if p["length"] > 0.2
            else ("tablespoon", "wooden spoon")
        ),
        FLAT,
        warp=0.3,
        anatomy=_grip("length", 0.62),
    ),
    Family(
        "spatula",
        _draw_utensil,
        _utensil,
        ("spatula",),
        lambda p: ("turner", "kitchen spatula") if p["head_wide"] > 0.02 else ("butter spreader",),
        FLAT,
        warp=0.3,
        anatomy=_grip("length", 0.62),
    ),
    Family(
        "brush",
        _draw_brush,
        _brush,
        ("brush",),
        _brush_names,
        ("edge", "face", "face"),
        warp=0.3,
        affordances=WIPE,
        anatomy=_brush_anatomy,
    ),
)
