"""Fruit, and lumps without a name."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, working_face
from diffh2o_ros.data.objects.family import EAT, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.implicit import capsule, ellipsoid, join, level_set
from diffh2o_ros.data.objects.skin import Surface, even_points, lathe, polygon, smooth_curve, tube


def _draw_banana(d: Draw) -> Params:
    return {
        "length": d.between(0.13, 0.21),
        "arc": d.between(0.5, 1.7),
        "thick": d.between(0.015, 0.021),
        "stem": d.between(0.2, 0.4),
        "tip": d.between(0.25, 0.5),
        "rounding": d.between(0.4, 0.95),
    }


def _banana(p: Params) -> Surface:
    fraction = np.linspace(0, 1, 40)
    angle = p["arc"] * (fraction - 0.5)
    bow = p["length"] / p["arc"]
    path = np.stack([bow * (np.cos(angle) - 1), 0 * fraction, bow * np.sin(angle)], axis=1)
    knots = [(0, p["tip"]), (0.08, 0.6), (0.3, 0.97), (0.55, 1.0), (0.8, 0.78), (0.92, p["stem"])]
    knots += [(1.0, 0.9 * p["stem"])]
    swell = smooth_curve(knots, 60)
    thick = p["thick"] * np.interp(fraction, swell[:, 0], swell[:, 1])
    return tube(
        path,
        thick[:, None] * np.ones(2),
        0.0048,
        section=polygon(5, p["rounding"]),
        caps=(0.7, 0.2),
    )


def _banana_anatomy(p: Params) -> Anatomy:
    """One bites into the end without the stem."""
    angle, bow = -p["arc"] / 2, p["length"] / p["arc"]
    out = np.array([np.sin(angle), 0, -np.cos(angle)])
    tip = np.array([bow * (np.cos(angle) - 1), 0, bow * np.sin(angle)])
    return working_face("bite", tip + 0.7 * p["tip"] * p["thick"] * out, out)


def _draw_apple(d: Draw) -> Params:
    return {
        "radius": d.between(0.026, 0.047),
        "tall": d.between(0.8, 1.05),
        "dimple": d.between(0.08, 0.3),
        "shoulder": d.between(0.0, 0.25),
    }


def _apple(p: Params) -> Surface:
    angle = np.linspace(-np.pi / 2, np.pi / 2, 60)
    grow = 1 + p["shoulder"] * np.sin(angle) * 0.5
    radius = np.cos(angle) * grow
    height = p["tall"] * np.sin(angle)
    near_axis = np.exp(-((np.cos(angle) / 0.32) ** 2))
    height = height * (1 - p["dimple"] * near_axis * np.where(angle > 0, 1.0, 0.5))
    profile = p["radius"] * np.stack([radius, height], axis=1)
    profile[[0, -1], 0] = 0
    edge = even_edge(profile_area(profile), 1700)
    return lathe(even_points(profile, edge), edge)


def _apple_anatomy(p: Params) -> Anatomy:
    return working_face("bite", (p["radius"], 0, 0), (1, 0, 0.5 * p["shoulder"]))


def _draw_pear(d: Draw) -> Params:
    return {
        "radius": d.between(0.025, 0.042),
        "neck": d.between(0.35, 0.7),
        "height": d.between(2.2, 3.2),
        "belly": d.between(0.3, 0.42),
    }


def _pear_profile(p: Params) -> np.ndarray:
    r, h = p["radius"], p["radius"] * p["height"]
    knots = [(0, 0), (0.75 * r, 0.07 * h), (r, p["belly"] * h), (p["neck"] * r, 0.78 * h)]
    knots += [(0.6 * p["neck"] * r, 0.95 * h), (0, h)]
    profile = smooth_curve(knots, 60)
    profile[:, 0] = np.maximum(profile[:, 0], 0)
    profile[[0, -1], 0] = 0
    return profile


def _pear(p: Params) -> Surface:
    profile = _pear_profile(p)
    edge = even_edge(profile_area(profile), 1700)
    return lathe(even_points(profile, edge), edge)


def _pear_anatomy(p: Params) -> Anatomy:
    profile = _pear_profile(p)
    radius, height = profile[profile[:, 0].argmax()]
    return working_face("bite", (radius, 0, height), (1, 0, 0))


def _draw_blob(d: Draw) -> Params:
    params: Params = {"radius": d.log(0.014, 0.038), "blend": d.between(0.3, 1.0)}
    for k in range(4):
        for axis in "xyz":
            params[f"{axis}{k}"] = d.between(-1.3, 1.3)
        params[f"r{k}"] = d.between(0.45, 1.0)
    return params


def _blob(p: Params) -> Surface:
    """Balls flowing into a central one: a stone, a root, a piece of clay."""
    r = p["radius"]
    parts = [ellipsoid((0, 0, 0), (r, r, 0.8 * r))]
    reach = 0.0
    for k in range(4):
        center = r * np.array([p[f"x{k}"], p[f"y{k}"], p[f"z{k}"]])
        parts.append(capsule((0, 0, 0), center, 0.5 * r, r * p[f"r{k}"]))
        reach = max(reach, np.abs(center).max() + r * p[f"r{k}"])
    corner = np.full(3, max(reach, r) + 0.2 * r)
    return level_set(join(parts, p["blend"] * r), -corner, corner, 2 * corner[0] / 26)


FAMILIES = (
    Family(
        "banana",
        _draw_banana,
        _banana,
        ("banana",),
        lambda p: ("yellow banana", "ripe banana", "plantain"),
        ("edge",),
        warp=0.4,
        affordances=EAT,
        anatomy=_banana_anatomy,
    ),
    Family(
        "apple",
        _draw_apple,
        _apple,
        ("apple", "fruit"),
        lambda p: ("red apple", "green apple", "peach", "tomato"),
        ("upright", "upright", "side"),
        warp=0.6,
        affordances=EAT,
        anatomy=_apple_anatomy,
    ),
    Family(
        "pear",
        _draw_pear,
        _pear,
        ("pear", "fruit"),
        lambda p: ("green pear", "gourd", "avocado"),
        ("side",),
        warp=0.6,
        affordances=EAT,
        anatomy=_pear_anatomy,
    ),
    Family(
        "blob",
        _draw_blob,
        _blob,
        ("object", "thing"),
        lambda p: ("stone", "rock", "lump", "piece of clay", "lump of clay", "item"),
        warp=0.5,
    ),
)
