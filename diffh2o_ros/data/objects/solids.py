"""Bodies with faces: boxes, slabs, prisms, pyramids, superquadrics."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import DOWN, Anatomy, working_face
from diffh2o_ros.data.objects.box import rounded_box
from diffh2o_ros.data.objects.family import (
    SHAKE,
    STAMP,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.skin import Surface, even_points, fillet, lathe, polygon, superellipse

LYING_OR_STANDING = ("upright", "upright", "side")
ANY_FACE = ("upright", "side", "edge")


def boxed(p: Params) -> Surface:
    x, y, z = p["x"], p["y"], p["z"]
    edge = even_edge(2 * (x * y + y * z + z * x), 1700, 0.02)
    return rounded_box((x, y, z), p["rounding"], edge)


def _draw_box(d: Draw) -> Params:
    if d.chance(0.35):  # cereal and cracker boxes: tall, broad, not deep
        x, y, z = d.between(0.03, 0.075), d.between(0.07, 0.19), d.between(0.12, 0.27)
    else:
        x = d.log(0.025, 0.11)
        y, z = d.log(x, min(0.2, 3 * x)), d.log(x, min(0.27, 5 * x))
    return {"x": x, "y": y, "z": z, "rounding": _box_rounding(d, x)}


def _box_rounding(d: Draw, least: float) -> float:
    return d.between(0.0015, 0.12 * least) if d.chance(0.8) and least > 0.0126 else 0.0


def _box_names(p: Params) -> tuple[str, ...]:
    x, y, z = sorted((p["x"], p["y"], p["z"]))
    names = ["wooden block", "block"] if z < 0.12 else ["package", "parcel"]
    if 0.03 < x < 0.09 and z > 0.14 and y > 0.09:
        names += ["cereal box", "cracker box", "box of crackers", "box of cereal", "cardboard box"]
    if 0.03 < x < 0.07 and 0.1 < z < 0.2:
        names += ["sugar box", "pudding box", "tea box", "juice box", "milk carton", "gelatin box"]
    if z < 0.14:
        names += ["gift box", "toy block"]
    if z < 0.11 and x < 0.045:
        names += ["foam brick", "matchbox"]
    if 0.09 < z < 0.22 and x > 0.035:
        names += ["brick", "lunch box", "carton"]
    return tuple(names)


def _draw_cube(d: Draw) -> Params:
    side = d.log(0.018, 0.1)
    return {
        "x": side,
        "y": round(side * d.between(0.97, 1.03), 5),
        "z": round(side * d.between(0.97, 1.03), 5),
        "rounding": _box_rounding(d, 1.6 * side),
    }


def _cube_names(p: Params) -> tuple[str, ...]:
    names = ["wooden cube", "wooden block"]
    if 0.045 < p["x"] < 0.07:
        names += ["rubik's cube", "puzzle cube", "magic cube"]
    if p["x"] < 0.04:
        names += ["die", "building block", "toy block", "small cube"]
    if p["x"] > 0.07:
        names += ["gift box", "cube box", "large cube"]
    return tuple(names)


def _draw_flat_box(d: Draw) -> Params:
    z = d.log(0.007, 0.032)
    x = d.log(0.045, 0.13)
    y = d.log(x, min(0.24, 2.4 * x))
    corner = round(d.between(0.0, 0.2) * x, 5) if d.chance(0.6) else 0.0
    return {"x": x, "y": y, "z": z, "corner": corner, "rounding": _box_rounding(d, z)}


def rounded_slab(p: Params) -> Surface:
    """A slab; rounded in plan if `corner` is its corner radius, otherwise a thin box."""
    x, y, z, corner = p["x"], p["y"], p["z"], p["corner"]
    edge = even_edge(2 * x * y + 2 * z * (x + y), 2000)
    vertices, faces = rounded_box((x, y, z), max(p["rounding"], 0.0), edge)
    if corner > 0:
        # Draw the plan's corners in along the radius, most at the very corner.
        u, v = np.abs(vertices[:, 0]) - (x / 2 - corner), np.abs(vertices[:, 1]) - (y / 2 - corner)
        inside = (u > 0) & (v > 0)
        square, circle = np.maximum(u, v), np.hypot(u, v)
        shrink = np.where(inside, square / np.maximum(circle, 1e-9), 1.0)
        plan = np.where(inside[:, None], np.stack([u, v], axis=1) * shrink[:, None], 0.0)
        plan += np.array([x / 2 - corner, y / 2 - corner])
        vertices[inside, :2] = (plan * np.sign(vertices[:, :2]))[inside]
    return vertices, faces


def _flat_names(p: Params) -> tuple[str, ...]:
    x, y, z = p["x"], p["y"], p["z"]
    names = []
    if z < 0.02 and y > 0.14:
        names += ["tablet", "tile", "cutting board"]
    if z > 0.014 and y < 0.2:
        names += ["wallet", "flat case", "hard drive"]
    if z > 0.014 and y > 2 * x:
        names += ["remote control", "pencil case"]
    return tuple(names) + ("flat box",)


def _draw_prism(d: Draw) -> Params:
    radius = d.log(0.015, 0.05)
    return {
        "sides": (3, 5, 6, 8)[d.whole(0, 3)],
        "radius": radius,
        "height": d.log(0.02, min(0.24, 9 * radius)),
        "rounding": d.between(0.0, 0.5),
        "bevel": d.between(0.0015, 0.004),
        "top": d.between(0.85, 1.0),
    }


def _prism(p: Params) -> Surface:
    r, h, sides = p["radius"], p["height"], p["sides"]
    profile = fillet([(0, 0), (r, 0), (r * p["top"], h), (0, h)], p["bevel"])
    edge = min(even_edge(profile_area(profile), 1800), 2 * r * np.sin(np.pi / sides) / 3)
    return lathe(profile, edge, section=polygon(sides, p["rounding"]), multiple=sides)


def _prism_names(p: Params) -> tuple[str, ...]:
    kind = {3: "triangular", 5: "pentagonal", 6: "hexagonal", 8: "octagonal"}[p["sides"]]
    return (f"{kind} prism", f"{kind} block", "wooden block")


def _draw_pyramid(d: Draw) -> Params:
    radius = d.log(0.025, 0.065)
    return {
        "sides": d.whole(3, 5),
        "radius": radius,
        "height": round(radius * d.between(0.9, 2.4), 5),
        "rounding": d.between(0.0, 0.4),
        "bevel": d.between(0.0015, 0.004),
        "top": d.between(0.05, 0.35),
    }


def flat_bottom(p: Params) -> Anatomy:
    """A body that stands on the origin of the frame it is drawn in."""
    return working_face("sole", (0, 0, 0), DOWN)


def _draw_superquadric(d: Draw) -> Params:
    a = d.log(0.014, 0.055)
    return {
        "a": a,
        "b": round(a * d.between(0.6, 1.0), 5),
        "c": d.log(max(0.012, 0.5 * a), min(0.11, 3.5 * a)),
        "plan": d.between(1.4, 5.0),
        "side": d.between(1.5, 6.0),
    }


def _superquadric(p: Params) -> Surface:
    a, b, c = p["a"], p["b"], p["c"]
    angle = np.linspace(-np.pi / 2, np.pi / 2, 80)
    profile = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    profile = np.sign(profile) * np.abs(profile) ** (2 / p["side"]) * [a, c]
    profile[[0, -1], 0] = 0
    edge = min(even_edge(1.2 * profile_area(profile, b / a), 2000), a / 2.2)
    return lathe(even_points(profile, edge), edge, b / a, superellipse(p["plan"]))


def _draw_bar(d: Draw) -> Params:
    """A bar of soap, a mouse, a pebble-like slab: rounded in plan and in section."""
    x = d.between(0.028, 0.045)
    return {
        "x": x,
        "y": round(x * d.between(0.5, 0.8), 5),
        "z": d.between(0.010, 0.021),
        "plan": d.between(2.2, 4.5),
        "edge": d.between(0.3, 0.9),
    }


def _bar(p: Params) -> Surface:
    x, y, z = p["x"], p["y"], p["z"]
    profile = fillet([(0, -z), (x, -z), (x, z), (0, z)], p["edge"] * z)
    edge = even_edge(profile_area(profile, y / x), 1900)
    return lathe(profile, edge, y / x, superellipse(p["plan"]))


FAMILIES = (
    Family("box", _draw_box, boxed, ("box",), _box_names, ANY_FACE, SHAKE, warp=0.3),
    Family(
        "cube",
        _draw_cube,
        boxed,
        ("cube", "block"),
        _cube_names,
        affordances=STAMP,
        warp=0.3,
        anatomy=lambda p: working_face("sole", (0, 0, -p["z"] / 2), DOWN),
    ),
    Family(
        "flat_box", _draw_flat_box, rounded_slab, ("slab", "flat object"), _flat_names, warp=0.2
    ),
    Family(
        "prism",
        _draw_prism,
        _prism,
        ("prism", "block"),
        _prism_names,
        LYING_OR_STANDING,
        STAMP,
        anatomy=flat_bottom,
    ),
    Family(
        "pyramid",
        _draw_pyramid,
        _prism,
        ("pyramid",),
        lambda p: ("toy pyramid",),
        affordances=STAMP,
        anatomy=flat_bottom,
    ),
    Family(
        "superquadric",
        _draw_superquadric,
        _superquadric,
        ("rounded block", "rounded object"),
        lambda p: ("pillow box", "toy block", "paperweight"),
        ANY_FACE,
    ),
    Family(
        "bar",
        _draw_bar,
        _bar,
        ("bar", "rounded slab"),
        lambda p: ("bar of soap", "computer mouse", "mouse", "soap"),
    ),
)
