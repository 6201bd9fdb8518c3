"""Round bodies: cylinders, cans, balls, ellipsoids, capsules, cones, rings."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import UP, Anatomy, working_face
from diffh2o_ros.data.objects.family import (
    SHAKE,
    STAMP,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, superellipse, tube
from diffh2o_ros.data.objects.solids import LYING_OR_STANDING, flat_bottom


def _draw_cylinder(d: Draw) -> Params:
    radius = d.log(0.008, 0.052)
    height = d.log(max(0.018, 0.35 * radius), min(0.28, 14 * radius))
    return {"radius": radius, "height": height, "round": d.between(0.03, 0.3)}


def _cylinder(p: Params) -> Surface:
    r, h = p["radius"], p["height"]
    radius = max(p["round"] * min(r, h / 2), 0.001)
    profile = fillet([(0, 0), (r, 0), (r, h), (0, h)], radius)
    return lathe(profile, min(even_edge(profile_area(profile), 1800), r / 2.2))


def _cylinder_names(p: Params) -> tuple[str, ...]:
    r, h = p["radius"], p["height"]
    if h < 0.8 * r:
        return ("disc", "puck", "hockey puck", "round block")
    if h > 5 * r:
        return ("rod", "stick", "bar", "baton", "dowel")
    names = ["wooden cylinder", "round block"]
    if r > 0.022:
        names += ["canister", "candle"]
    return tuple(names)


def _draw_can(d: Draw) -> Params:
    radius = d.between(0.024, 0.052)
    return {
        "radius": radius,
        "height": round(radius * d.between(1.0, 4.4), 5),
        "rim": d.between(0.0015, 0.004),
        "neck": d.between(0.0, 0.22) if d.chance(0.4) else 0.0,
    }


def _can(p: Params) -> Surface:
    r, h, rim = p["radius"], p["height"], p["rim"]
    top = r * (1 - p["neck"])
    shoulder = h - max(rim + 0.002, 1.3 * (r - top))
    profile = [(0, rim), (r - 2 * rim, rim), (r - 1.4 * rim, 0), (r - 0.6 * rim, 0), (r, rim)]
    profile += [(r, shoulder), (top, h - rim), (top - 0.3 * rim, h), (top - rim, h)]
    profile += [(top - 1.6 * rim, h - rim), (0, h - rim)]
    profile = fillet(profile, [0, 0, 0, 0, rim, 0.01, 0, 0, 0, 0, 0])
    return lathe(profile, even_edge(profile_area(profile), 1900))


def _is_drink_can(p: Params) -> bool:
    return p["height"] > 2.8 * p["radius"] and p["radius"] < 0.04


def _can_anatomy(p: Params) -> Anatomy:
    if not _is_drink_can(p):
        return Anatomy()
    # One drinks over its edge: the mouth is the whole top.
    return working_face("mouth", (0, 0, p["height"] - p["rim"]), UP, ("drink", "pour", "toast"))


def _can_names(p: Params) -> tuple[str, ...]:
    r, h = p["radius"], p["height"]
    if h < 1.6 * r:
        return ("tuna can", "fish can", "tuna fish can")
    if _is_drink_can(p):
        return ("soda can", "beer can", "drink can", "cola can")
    if h > 2.8 * r:
        return ("chips can", "crisps tube", "coffee can")
    return ("soup can", "tomato soup can", "bean can", "coffee can", "tin can", "can of soup")


def ellipsoid_body(p: Params) -> Surface:
    edge = even_edge(4 * np.pi, 1900, 1.0)
    angle = np.linspace(-np.pi / 2, np.pi / 2, round(np.pi / edge) + 1)
    profile = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    profile[[0, -1], 0] = 0
    vertices, faces = lathe(profile, edge)
    return vertices * [p["a"], p["b"], p["c"]], faces


def _draw_ball(d: Draw) -> Params:
    r = d.between(0.026, 0.045) if d.chance(0.5) else d.log(0.011, 0.07)
    return {"a": r, "b": r, "c": r}


def _ball_names(p: Params) -> tuple[str, ...]:
    r = p["a"]
    if r < 0.018:
        return ("marble", "small ball", "bead")
    if r < 0.026:
        return ("ping pong ball", "golf ball", "bouncy ball", "small ball")
    if r < 0.045:
        return ("tennis ball", "baseball", "rubber ball", "pool ball", "racquetball")
    return ("softball", "toy ball", "large ball", "mini soccer ball", "rubber ball")


def _draw_ellipsoid(d: Draw) -> Params:
    c = d.log(0.012, 0.045)
    return {"a": d.log(c, min(0.1, 3 * c)), "b": d.log(c, min(0.06, 1.6 * c)), "c": c}


def _ellipsoid_names(p: Params) -> tuple[str, ...]:
    a, b, c = p["a"], p["b"], p["c"]
    names = ["stone", "pebble"] if c < 0.03 else ["stone", "rock"]
    if 1.1 < a / c < 1.6 and a < 0.04:
        names += ["egg", "plum", "lime", "lemon"]
    if a > 1.4 * b and b < 1.4 * c and a > 0.035:
        names += ["potato", "mango", "rugby ball", "avocado"]
    return tuple(names)


def _draw_capsule(d: Draw) -> Params:
    radius = d.log(0.008, 0.042)
    return {
        "radius": radius,
        "length": d.log(0.6 * radius, min(0.26, 10 * radius)),
        "cap": d.between(0.5, 1),
    }


def _capsule(p: Params) -> Surface:
    r, length = p["radius"], p["length"]
    edge = min(even_edge(2 * np.pi * r * (length + 2 * r), 1800), r / 2.2)
    return tube(np.array([[0, 0, 0], [0, 0, length]]), r, edge, caps=(p["cap"], p["cap"]))


def _draw_cone(d: Draw) -> Params:
    radius = d.log(0.018, 0.06)
    return {
        "radius": radius,
        "height": round(radius * d.between(1.0, 4.0), 5),
        "top": d.between(0.05, 0.85),
        "round": d.between(0.001, 0.004),
    }


def _cone(p: Params) -> Surface:
    r, h, top = p["radius"], p["height"], p["top"] * p["radius"]
    profile = fillet([(0, 0), (r, 0), (top, h), (0, h)], [0, p["round"], 0.8 * top, 0])
    return lathe(profile, min(even_edge(profile_area(profile), 1800), r / 2.2))


def _draw_torus(d: Draw) -> Params:
    thick = d.log(0.006, 0.024)
    ring = round(thick + d.log(0.012, 0.06), 5)
    return {"ring": ring, "thick": thick, "flat": d.between(0.7, 1.3), "power": d.between(1.8, 4)}


def _torus(p: Params) -> Surface:
    ring, thick = p["ring"], p["thick"]
    edge = even_edge(4 * np.pi**2 * ring * thick, 2200)
    count = max(24, round(2 * np.pi * ring / edge))
    angle = np.arange(count) * 2 * np.pi / count
    path = np.stack([ring * np.cos(angle), ring * np.sin(angle), 0 * angle], axis=1)
    widths = np.array([thick * p["flat"], thick])
    return tube(path, widths, edge, (0, 0, 1), superellipse(p["power"]), closed=True)


def _torus_names(p: Params) -> tuple[str, ...]:
    if p["thick"] > 0.4 * p["ring"]:
        return ("toy ring", "teething ring")
    if 0.028 < p["ring"] - p["thick"] < 0.045:
        return ("bracelet", "bangle", "hoop", "toy ring")
    return ("hoop", "toy ring")


FAMILIES = (
    Family(
        "cylinder",
        _draw_cylinder,
        _cylinder,
        ("cylinder",),
        _cylinder_names,
        LYING_OR_STANDING,
        STAMP,
        anatomy=flat_bottom,
    ),
    Family(
        "can",
        _draw_can,
        _can,
        ("can", "tin"),
        _can_names,
        LYING_OR_STANDING,
        SHAKE,
        warp=0.3,
        anatomy=_can_anatomy,
    ),
    Family("ball", _draw_ball, ellipsoid_body, ("ball", "sphere"), _ball_names, warp=0.5),
    Family(
        "ellipsoid", _draw_ellipsoid, ellipsoid_body, ("ellipsoid", "oval object"), _ellipsoid_names
    ),
    Family(
        "capsule",
        _draw_capsule,
        _capsule,
        ("capsule", "rounded cylinder"),
        lambda p: ("pill", "sausage", "stick") if p["length"] > 2.5 * p["radius"] else ("pill",),
        ("side",),
    ),
    Family(
        "cone",
        _draw_cone,
        _cone,
        ("cone",),
        lambda p: ("traffic cone", "party hat") if p["top"] < 0.4 else ("plant pot", "lamp shade"),
        affordances=STAMP,
        anatomy=flat_bottom,
    ),
    Family("torus", _draw_torus, _torus, ("ring", "torus"), _torus_names, warp=0.6),
)
