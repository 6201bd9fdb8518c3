"""Things for two hands, 0.2 to 0.35 m: boxes, balls, pillows, tins, hoops, basins."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import open_top
from diffh2o_ros.data.objects.family import (
    POUR,
    SHAKE,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.rounds import ellipsoid_body
from diffh2o_ros.data.objects.skin import Surface, even_points, fillet, lathe, superellipse, tube
from diffh2o_ros.data.objects.solids import boxed
from diffh2o_ros.data.objects.vessels import bowl_outer, turn_shell


def _draw_box(d: Draw) -> Params:
    z = d.between(0.11, 0.3)
    return {
        "x": d.between(0.18, 0.26),
        "y": d.between(0.2, 0.33),
        "z": z,
        "rounding": d.between(0.002, 0.012) if d.chance(0.6) else 0.0,
    }


def _draw_ball(d: Draw) -> Params:
    r = d.between(0.09, 0.15)
    return {"a": r, "b": r, "c": r}


def _ball_names(p: Params) -> tuple[str, ...]:
    if 0.1 < p["a"] < 0.125:
        return ("football", "soccer ball", "volleyball", "basketball", "beach ball")
    return ("toy ball", "beach ball", "rubber ball")


def _draw_melon(d: Draw) -> Params:
    c = d.between(0.08, 0.12)
    return {"a": round(c * d.between(1.0, 1.4), 5), "b": c, "c": c}


def _draw_pillow(d: Draw) -> Params:
    return {
        "x": d.between(0.13, 0.17),
        "y": d.between(0.09, 0.13),
        "z": d.between(0.035, 0.06),
        "plan": d.between(3.0, 5.0),
        "dent": d.between(0.0, 0.12),
    }


def _pillow(p: Params) -> Surface:
    """Thick in the middle, thin at the seam around it, its sides drawn in between the corners."""
    x, y, z = p["x"], p["y"], p["z"]
    angle = np.linspace(-np.pi / 2, np.pi / 2, 60)
    profile = np.stack([x * np.cos(angle), z * np.sin(angle)], axis=1)
    profile[[0, -1], 0] = 0
    edge = even_edge(profile_area(profile, y / x), 2000, 0.016)
    vertices, faces = lathe(even_points(profile, edge), edge, y / x, superellipse(p["plan"]))
    u, v = vertices[:, 0] / x, vertices[:, 1] / y
    vertices[:, 0] *= 1 - p["dent"] * (1 - v**2) * u**2
    vertices[:, 1] *= 1 - p["dent"] * (1 - u**2) * v**2
    return vertices, faces


def _draw_tin(d: Draw) -> Params:
    radius = d.between(0.1, 0.15)
    return {"radius": radius, "height": d.between(0.05, 0.16), "lid": d.between(0.2, 0.4)}


def _tin(p: Params) -> Surface:
    """A round box with a lid that stands out a little."""
    r, h = p["radius"], p["height"]
    low = h * (1 - p["lid"])
    points = [(0, 0), (0.98 * r, 0), (0.98 * r, low), (r, low), (r, h), (0, h)]
    profile = fillet(points, [0, 0.003, 0, 0, 0.004, 0])
    return lathe(profile, even_edge(profile_area(profile), 2000, 0.016))


def _draw_hoop(d: Draw) -> Params:
    return {"ring": d.between(0.11, 0.155), "thick": d.between(0.009, 0.017)}


def _hoop(p: Params) -> Surface:
    ring, thick = p["ring"], p["thick"]
    edge = even_edge(4 * np.pi**2 * ring * thick, 2400)
    angle = np.arange(count := round(2 * np.pi * ring / edge)) * 2 * np.pi / count
    path = np.stack([ring * np.cos(angle), ring * np.sin(angle), 0 * angle], axis=1)
    return tube(path, thick, edge, (0, 0, 1), closed=True)


def _draw_basin(d: Draw) -> Params:
    radius = d.between(0.11, 0.155)
    return {
        "radius": radius,
        "height": round(radius * d.between(0.5, 0.95), 5),
        "foot": d.between(0.45, 0.7),
        "power": d.between(1.7, 3.0),
        "wall": d.between(0.004, 0.007),
        "flare": d.between(0.0, 0.06),
    }


FAMILIES = (
    Family(
        "big_box",
        _draw_box,
        boxed,
        ("box", "cardboard box"),
        lambda p: ("big box", "parcel", "moving box", "carton", "package"),
        affordances=SHAKE,
        warp=0.15,
    ),
    Family("big_ball", _draw_ball, ellipsoid_body, ("ball",), _ball_names, warp=0.2),
    Family(
        "melon",
        _draw_melon,
        ellipsoid_body,
        ("watermelon", "melon"),
        lambda p: ("big melon", "large watermelon"),
        warp=0.4,
    ),
    Family(
        "pillow",
        _draw_pillow,
        _pillow,
        ("pillow", "cushion"),
        lambda p: ("sofa cushion", "soft pillow", "throw pillow"),
        warp=0.4,
    ),
    Family(
        "tin",
        _draw_tin,
        _tin,
        ("round box", "tin"),
        lambda p: ("cake tin", "hat box", "cookie tin") if p["height"] > 0.08 else ("cake tin",),
        affordances=SHAKE,
        warp=0.1,
    ),
    Family(
        "hoop",
        _draw_hoop,
        _hoop,
        ("hoop", "large ring"),
        lambda p: ("gymnastics ring", "wooden hoop", "toy hoop"),
        warp=0.3,
    ),
    Family(
        "basin",
        _draw_basin,
        lambda p: turn_shell(bowl_outer(p), p["wall"], 1.2 * p["wall"], most=0.018),
        ("basin", "large bowl"),
        lambda p: ("washing-up bowl", "mixing bowl", "salad bowl", "tub"),
        affordances=POUR,
        warp=0.2,
        anatomy=lambda p: open_top(p["height"]),
    ),
)
