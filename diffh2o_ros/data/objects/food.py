"""Things to eat that are made: bread, doughnuts, sandwiches, chocolate; and a carrot."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import UP, Anatomy, working_face
from diffh2o_ros.data.objects.box import rounded_box
from diffh2o_ros.data.objects.family import EAT, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.skin import (
    Surface,
    even_points,
    fillet,
    lathe,
    smooth_curve,
    superellipse,
    tube,
)


def _draw_donut(d: Draw) -> Params:
    thick = d.between(0.014, 0.022)
    return {
        "thick": thick,
        "ring": round(thick * d.between(1.5, 2.0), 5),
        "flat": d.between(0.75, 1.0),
        "power": d.between(2.0, 2.6),
    }


def _donut(p: Params) -> Surface:
    ring, thick = p["ring"], p["thick"]
    edge = even_edge(4 * np.pi**2 * ring * thick, 2200)
    angle = np.arange(count := round(2 * np.pi * ring / edge)) * 2 * np.pi / count
    path = np.stack([ring * np.cos(angle), ring * np.sin(angle), 0 * angle], axis=1)
    widths = np.array([thick * p["flat"], thick])
    return tube(path, widths, edge, UP, superellipse(p["power"]), closed=True)


def _draw_roll(d: Draw) -> Params:
    wide = d.between(0.028, 0.05)
    return {
        "wide": wide,
        "long": round(wide * d.between(1.0, 3.2), 5),
        "tall": round(wide * d.between(0.9, 1.4), 5),
        "power": d.between(2.0, 2.8),
        "cuts": d.whole(0, 4),
    }


def _roll_profile(p: Params) -> np.ndarray:
    w, tall = p["wide"], p["tall"]
    knots = [(0, 0), (0.8 * w, 0), (w, 0.35 * tall), (0.72 * w, 0.8 * tall), (0, tall)]
    profile = fillet(knots, [0, 0.15 * w, 0.6 * w, 0.7 * w, 0])
    return np.concatenate([profile[:-1], [[0.3 * w, 0.965 * tall], [0, tall]]])


def _roll(p: Params) -> Surface:
    """A domed loaf, flat below, with shallow cuts across its top."""
    w, tall, profile = p["wide"], p["tall"], _roll_profile(p)
    edge = even_edge(profile_area(profile, p["long"] / w), 2300)
    vertices, faces = lathe(profile, edge, p["long"] / w, superellipse(p["power"]))
    vertices = vertices[:, [1, 0, 2]] * [1, -1, 1]  # long along x
    if p["cuts"]:
        high = np.clip(vertices[:, 2] / tall - 0.6, 0, 0.4) / 0.4
        wave = np.cos(2 * np.pi * p["cuts"] * (vertices[:, 0] / p["long"] + 0.3 * vertices[:, 1]))
        vertices[:, 2] -= 0.05 * tall * high * np.clip(wave - 0.5, 0, 1) * 2
    return vertices, faces


def _roll_names(p: Params) -> tuple[str, ...]:
    if p["long"] > 2.2 * p["wide"]:
        return ("bread loaf", "loaf of bread", "small baguette")
    return ("bread roll", "bun", "roll")


def _roll_anatomy(p: Params) -> Anatomy:
    profile = _roll_profile(p)
    radius, height = profile[profile[:, 0].argmax()]
    return working_face("bite", (radius * p["long"] / p["wide"], 0, height), (1, 0, 0))


def _draw_sandwich(d: Draw) -> Params:
    return {
        "x": d.between(0.085, 0.125),
        "y": d.between(0.075, 0.105),
        "z": d.between(0.028, 0.05),
        "filling": d.between(0.15, 0.35),
        "over": d.between(-0.0035, 0.0035),
    }


def _sandwich(p: Params) -> Surface:
    """Two slices of bread; the filling between them stands out or back."""
    x, y, z = p["x"], p["y"], p["z"]
    edge = even_edge(2 * (x * y + y * z + z * x), 2000)
    vertices, faces = rounded_box((x, y, z), 0.006, min(edge, z / 7))
    band = np.abs(vertices[:, 2]) / (z / 2 * p["filling"])
    push = p["over"] * np.clip(1.6 - band, 0, 0.6) / 0.6
    out = vertices[:, :2] / np.array([x / 2, y / 2])
    vertices[:, :2] += push[:, None] * np.sign(out) * (np.abs(out) > 0.97)
    return vertices, faces


def _draw_chocolate(d: Draw) -> Params:
    return {
        "columns": d.whole(2, 4),
        "rows": d.whole(3, 7),
        "piece": d.between(0.015, 0.023),
        "z": d.between(0.0085, 0.014),
        "groove": d.between(0.3, 0.6),
    }


def _chocolate(p: Params) -> Surface:
    """A bar of pieces with grooves between them."""
    x, y, z = p["columns"] * p["piece"], p["rows"] * p["piece"], p["z"]
    edge = even_edge(2 * x * y + 2 * z * (x + y), 2300)
    vertices, faces = rounded_box((x, y, z), 0.0015, edge)
    u, v = (vertices[:, :2] + [x / 2, y / 2]).T / p["piece"]
    ridge = np.minimum(np.abs(u - np.round(u)), np.abs(v - np.round(v)))
    groove = np.clip(1 - ridge / 0.2, 0, 1) * p["groove"]
    vertices[:, 2] *= np.where(vertices[:, 2] > 0, 1 - groove, 1)
    return vertices, faces


def _chocolate_anatomy(p: Params) -> Anatomy:
    return working_face("bite", (0, p["rows"] * p["piece"] / 2, -0.1 * p["z"]), (0, 1, 0))


def _draw_cookie(d: Draw) -> Params:
    radius = d.between(0.025, 0.047)
    return {"radius": radius, "z": d.between(0.009, 0.016), "bumps": d.between(0.0, 6.28)}


def _cookie(p: Params) -> Surface:
    r, z = p["radius"], p["z"]
    profile = fillet([(0, 0), (r, 0), (r, 0.6 * z), (0.5 * r, z), (0, z)], [0, 0.3 * z, z, r, 0])
    vertices, faces = lathe(profile, even_edge(profile_area(profile), 2000))
    x, y = vertices[:, :2].T / r
    bump = np.sin(9 * x + p["bumps"]) * np.sin(8 * y - p["bumps"]) * (x**2 + y**2 < 0.7)
    vertices[:, 2] += 0.12 * z * np.where(vertices[:, 2] > 0.8 * z, bump, 0)
    return vertices, faces


def _draw_carrot(d: Draw) -> Params:
    return {
        "radius": d.between(0.011, 0.019),
        "length": d.between(0.12, 0.2),
        "tip": d.between(0.25, 0.5),
        "top": d.between(0.004, 0.006),
        "top_length": d.between(0.01, 0.03),
    }


def _carrot(p: Params) -> Surface:
    """A tapering root with the stub of its leaves on top."""
    r, long, tip = p["radius"], p["length"], p["tip"] * p["radius"]
    knots = [(0, 0), (tip, 0.03 * long), (0.75 * r, 0.5 * long), (r, 0.93 * long)]
    side = smooth_curve([*knots, (0.6 * r, long)], 40)
    crown = [(p["top"], long + 0.002), (p["top"], long + p["top_length"])]
    profile = np.concatenate([side, crown, [[0, long + p["top_length"]]]])
    profile[:, 0] = np.maximum(profile[:, 0], 0)
    edge = even_edge(profile_area(profile), 1600)
    return lathe(even_points(profile, min(edge, 0.004)), edge)


def _draw_ice_cream(d: Draw) -> Params:
    return {
        "ball": d.between(0.024, 0.034),
        "cone": d.between(0.1, 0.13),
        "tip": d.between(0.004, 0.008),
        "dip": d.between(0.3, 0.6),
    }


def _ice_cream(p: Params) -> Surface:
    r, h, tip = p["ball"], p["cone"], p["tip"]
    center = h + p["dip"] * r
    angle = np.linspace(-np.arcsin(p["dip"]), np.pi / 2, 24)
    dome = np.stack([r * np.cos(angle), center + r * np.sin(angle)], axis=1)
    dome[-1, 0] = 0
    brim = dome[0, 0] * 0.93
    cone = fillet([(0, 0), (tip, 0), (brim, h - 0.002), tuple(dome[0])], [0, 0.003, 0.001, 0])
    profile = np.concatenate([cone[:-1], dome])
    return lathe(profile, even_edge(profile_area(profile), 1800))


def _ice_cream_anatomy(p: Params) -> Anatomy:
    return working_face("bite", (0, 0, p["cone"] + (p["dip"] + 1) * p["ball"]), UP)


FAMILIES = (
    Family(
        "donut",
        _draw_donut,
        _donut,
        ("donut", "doughnut"),
        lambda p: ("bagel", "ring doughnut"),
        affordances=EAT,
        warp=0.6,
        anatomy=lambda p: working_face("bite", (p["ring"] + p["thick"], 0, 0), (1, 0, 0)),
    ),
    Family(
        "bread",
        _draw_roll,
        _roll,
        ("bread",),
        _roll_names,
        affordances=EAT,
        warp=0.6,
        anatomy=_roll_anatomy,
    ),
    Family(
        "sandwich",
        _draw_sandwich,
        _sandwich,
        ("sandwich",),
        lambda p: ("cheese sandwich", "ham sandwich"),
        affordances=EAT,
        warp=0.5,
        anatomy=lambda p: working_face("bite", (p["x"] / 2, 0, 0.28 * p["z"]), (1, 0, 0)),
    ),
    Family(
        "chocolate",
        _draw_chocolate,
        _chocolate,
        ("chocolate bar", "bar of chocolate"),
        lambda p: ("chocolate", "candy bar" if p["columns"] == 2 else "slab of chocolate"),
        affordances=EAT,
        warp=0.1,
        anatomy=_chocolate_anatomy,
    ),
    Family(
        "cookie",
        _draw_cookie,
        _cookie,
        ("cookie", "biscuit"),
        lambda p: ("chocolate chip cookie", "round cookie"),
        affordances=EAT,
        warp=0.4,
        anatomy=lambda p: working_face("bite", (p["radius"], 0, 0.45 * p["z"]), (1, 0, 0)),
    ),
    Family(
        "carrot",
        _draw_carrot,
        _carrot,
        ("carrot",),
        lambda p: ("orange carrot", "raw carrot"),
        ("side",),
        EAT,
        warp=0.8,
        anatomy=lambda p: working_face("bite", (0, 0, 0), (0, 0, -1)),
    ),
    Family(
        "ice_cream",
        _draw_ice_cream,
        _ice_cream,
        ("ice cream", "ice cream cone"),
        lambda p: ("ice cream cornet", "scoop of ice cream in a cone"),
        ("side",),
        EAT,
        warp=0.3,
        anatomy=_ice_cream_anatomy,
    ),
)
