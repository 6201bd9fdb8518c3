"""The smallest things a hand picks up: dice, beads, nuts, caps, corks, pieces of board games."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import UP, Anatomy, between
from diffh2o_ros.data.objects.box import rounded_box
from diffh2o_ros.data.objects.family import STAMP, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, smooth_curve, superellipse, tube
from diffh2o_ros.data.objects.solids import flat_bottom
from diffh2o_ros.data.objects.vessels import dense, turn_shell


def _draw_die(d: Draw) -> Params:
    return {"x": d.between(0.013, 0.021), "rounding": d.between(0.08, 0.3)}


def _die(p: Params) -> Surface:
    side = p["x"]
    return rounded_box((side, side, side), p["rounding"] * side, side / 11)


def _draw_ring(d: Draw) -> Params:
    """Outer radius, hole and half height of a bead, or of a hexagonal nut."""
    outer = d.between(0.0085, 0.016)
    return {
        "outer": outer,
        "hole": round(outer * d.between(0.25, 0.55), 5),
        "tall": round(outer * d.between(0.42, 0.75), 5),
        "power": d.between(2.0, 3.5),
    }


def _ring(p: Params, outer: np.ndarray, power: float) -> Surface:
    """A ring with an outer radius for each of the directions 0 ... 2 pi (M,), meters."""
    angle = np.arange(len(outer)) * 2 * np.pi / len(outer)
    middle = (p["outer"] + p["hole"]) / 2
    path = np.stack([middle * np.cos(angle), middle * np.sin(angle), 0 * angle], axis=1)
    edge = even_edge(4 * np.pi * middle * (p["outer"] - p["hole"] + 2 * p["tall"]), 2000)
    widths = np.array([p["tall"], (p["outer"] - p["hole"]) / 2])
    vertices, faces = tube(path, widths, edge, UP, superellipse(power), closed=True)
    # Only what lies outside the middle follows the outline.
    radius = np.hypot(vertices[:, 0], vertices[:, 1])
    rotation = np.arctan2(vertices[:, 1], vertices[:, 0]) % (2 * np.pi)
    wanted = np.interp(rotation, np.append(angle, 2 * np.pi), np.append(outer, outer[0]))
    fraction = np.clip((radius - middle) / (p["outer"] - middle), 0, 1)
    grow = (middle + fraction * (wanted - middle)) / (middle + fraction * (p["outer"] - middle))
    return vertices * np.stack([grow, grow, np.ones_like(grow)], axis=1), faces


def _bead(p: Params) -> Surface:
    return _ring(p, np.full(44, p["outer"]), p["power"])


def _nut(p: Params) -> Surface:
    angle = np.arange(48) * 2 * np.pi / 48
    apothem = 0.93 * p["outer"]
    return _ring(p, apothem / np.cos((angle % (np.pi / 3)) - np.pi / 6), 9.0)


def _draw_token(d: Draw) -> Params:
    radius = d.between(0.011, 0.02)
    return {"radius": radius, "z": d.between(0.0066, 0.0095), "dip": d.between(0.1, 0.25)}


def _token(p: Params) -> Surface:
    r, z, dip = p["radius"], p["z"], p["dip"] * p["z"]
    points = [(0, dip), (0.6 * r, dip), (0.7 * r, 0), (r, 0), (r, z), (0.7 * r, z)]
    points += [(0.6 * r, z - dip), (0, z - dip)]
    profile = fillet(points, [0, 0, 0, 0.2 * z, 0.2 * z, 0, 0, 0])
    return lathe(profile, even_edge(profile_area(profile), 1500))


def _draw_cap(d: Draw) -> Params:
    radius = d.between(0.0095, 0.024)
    return {
        "radius": radius,
        "height": round(radius * d.between(0.7, 1.5), 5),
        "flare": d.between(0.95, 1.15),
        "wall": d.between(0.0016, 0.0026),
    }


def _cap(p: Params) -> Surface:
    r, h = p["radius"], p["height"]
    outer = dense([(0, 0), (r, 0), (p["flare"] * r, h)], [0, 0.003, 0], 0.0007)
    return turn_shell(outer, p["wall"], p["wall"], 2000)


def _cap_names(p: Params) -> tuple[str, ...]:
    if p["radius"] < 0.012 and p["height"] > 1.2 * p["radius"]:
        return ("thimble",)
    return ("bottle cap", "screw cap", "bottle top")


def _draw_cork(d: Draw) -> Params:
    radius = d.between(0.009, 0.015)
    return {
        "radius": radius,
        "height": round(radius * d.between(1.7, 3.6), 5),
        "top": d.between(1.0, 1.3),
    }


def _cork(p: Params) -> Surface:
    r, h, top = p["radius"], p["height"], p["top"] * p["radius"]
    profile = fillet([(0, 0), (r, 0), (top, h), (0, h)], [0, 0.0012, 0.0012, 0])
    return lathe(profile, even_edge(profile_area(profile), 1500))


def _draw_pawn(d: Draw) -> Params:
    base = d.between(0.011, 0.021)
    return {
        "base": base,
        "height": round(base * d.between(2.2, 3.8), 5),
        "neck": d.between(0.35, 0.5),
        "head": d.between(0.5, 0.75),
    }


def _pawn(p: Params) -> Surface:
    """A turned piece: foot, waist, collar, ball."""
    b, h, head = p["base"], p["height"], p["head"] * p["base"]
    low, neck = h - 1.85 * head - 0.0012, p["neck"] * p["base"]
    foot = fillet([(0, 0), (b, 0), (b, 0.1 * h), (0.75 * b, 0.16 * h)], [0, 0.001, 0.002, 0])
    waist = smooth_curve(
        [(0.72 * b, 0.17 * h), (1.1 * neck, 0.09 * h + 0.45 * low), (neck, low - 0.003)], 12
    )
    collar = [(1.7 * neck, low - 0.0015), (1.7 * neck, low + 0.001)]
    angle = np.linspace(-1.0, np.pi / 2, 14)
    ball = np.stack([head * np.cos(angle), h - head + head * np.sin(angle)], axis=1)
    ball[-1, 0] = 0
    profile = np.concatenate([foot, waist, collar, ball])
    return lathe(profile, even_edge(profile_area(profile), 1800))


FAMILIES = (
    Family("die", _draw_die, _die, ("die", "dice"), lambda p: ("small cube",), warp=0.0),
    Family(
        "bead",
        _draw_ring,
        _bead,
        ("bead",),
        lambda p: ("wooden bead", "glass bead", "small ring"),
        warp=0.3,
    ),
    Family("nut", _draw_ring, _nut, ("nut", "hex nut"), lambda p: ("metal nut",), warp=0.0),
    Family(
        "token",
        _draw_token,
        _token,
        ("game piece", "token"),
        lambda p: ("counter", "checker", "draughts piece", "button"),
        warp=0.1,
    ),
    Family(
        "cap",
        _draw_cap,
        _cap,
        ("cap",),
        _cap_names,
        ("upright", "inverted"),
        warp=0.1,
        anatomy=lambda p: Anatomy(rim=between(2, p["height"] - 0.002)),
    ),
    Family(
        "cork",
        _draw_cork,
        _cork,
        ("cork", "stopper"),
        lambda p: ("wine cork", "bottle stopper", "plug"),
        ("upright", "side"),
        STAMP,
        warp=0.3,
        anatomy=flat_bottom,
    ),
    Family(
        "pawn",
        _draw_pawn,
        _pawn,
        ("pawn", "chess piece"),
        lambda p: ("chess pawn", "game figure", "playing piece"),
        ("upright", "upright", "side"),
        STAMP,
        warp=0.1,
        anatomy=flat_bottom,
    ),
)
