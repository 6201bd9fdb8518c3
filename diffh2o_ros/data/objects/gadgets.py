"""Things about the house: dumbbells, door knobs, hair dryers, tubes of toothpaste."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, between
from diffh2o_ros.data.objects.family import Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.implicit import capsule, drum, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, polygon, superellipse
from diffh2o_ros.data.objects.slender import FLAT, LYING, flattened


def _draw_dumbbell(d: Draw) -> Params:
    return {
        "grip": d.between(0.011, 0.016),
        "grip_length": d.between(0.1, 0.13),
        "head": d.between(0.024, 0.048),
        "head_long": d.between(0.025, 0.055),
        "sides": (0, 6, 8)[d.whole(0, 2)],
    }


def _dumbbell(p: Params) -> Surface:
    g, h, r, w = p["grip"], p["grip_length"], p["head"], p["head_long"]
    end = h + 2 * w
    points = [(0, 0), (r, 0), (r, w), (g, w), (1.08 * g, w + h / 2), (g, w + h), (r, w + h)]
    points += [(r, end), (0, end)]
    profile = fillet(points, [0, 0.15 * r, 0.15 * r, 0.002, 0.2, 0.002, 0.15 * r, 0.15 * r, 0])
    sides = p["sides"]
    section = polygon(sides, 0.3) if sides else superellipse()
    edge = even_edge(profile_area(profile), 2000)
    return lathe(profile, edge, section=section, multiple=sides or 1)


def _dumbbell_anatomy(p: Params) -> Anatomy:
    low = p["head_long"]
    return Anatomy(handle=between(2, low + 0.004, low + p["grip_length"] - 0.004))


def _draw_knob(d: Draw) -> Params:
    return {
        "plate": d.between(0.022, 0.034),
        "neck": d.between(0.009, 0.013),
        "neck_length": d.between(0.02, 0.035),
        "knob": d.between(0.022, 0.031),
        "flat": d.between(0.6, 0.95),
    }


def _knob(p: Params) -> Surface:
    """A door knob standing on its plate."""
    plate, neck, r = p["plate"], p["neck"], p["knob"]
    low = 0.006 + p["neck_length"]
    tall = p["flat"] * r
    angle = np.linspace(-0.9, np.pi / 2, 16)
    ball = np.stack([r * np.cos(angle), low + 0.8 * tall + tall * np.sin(angle)], axis=1)
    ball[-1, 0] = 0
    foot = [(0, 0), (plate, 0), (plate, 0.004), (neck, 0.008), (neck, low - 0.004), tuple(ball[0])]
    profile = np.concatenate([fillet(foot, [0, 0.001, 0.002, 0.004, 0.006, 0])[:-1], ball])
    return lathe(profile, even_edge(profile_area(profile), 1900))


def _draw_dryer(d: Draw) -> Params:
    return {
        "body": d.between(0.028, 0.036),
        "length": d.between(0.11, 0.15),
        "nose": d.between(0.02, 0.028),
        "nose_length": d.between(0.03, 0.06),
        "grip": d.between(0.014, 0.019),
        "grip_length": d.between(0.085, 0.115),
        "lean": d.between(0.0, 0.3),
    }


def _dryer(p: Params) -> Surface:
    """A barrel along x that narrows to a nozzle, a grip below it."""
    r, g, long = p["body"], p["grip"], p["length"]
    back, front = -0.35 * long, 0.65 * long
    tip = front + p["nose_length"]
    foot = (-p["lean"] * p["grip_length"], 0, -r - p["grip_length"])
    barrel = capsule((back, 0, 0), (front, 0, 0), r, 0.85 * r)
    nose = drum((front - 0.01, 0, 0), (tip, 0, 0), p["nose"], 0.003)
    grip = rods([(0, 0, 0), foot], [1.1 * g, g], (0.85, 1, 1))
    low = (min(back - r, foot[0] - 1.3 * g), -r, foot[2] - g)
    return level_set(join([barrel, nose, grip], 0.012), low, (tip, r, r), 0.0065)


def _draw_paste(d: Draw) -> Params:
    radius = d.between(0.014, 0.022)
    return {
        "radius": radius,
        "length": d.between(0.09, 0.15),
        "cap": d.between(0.6, 0.95),
        "cap_length": d.between(0.014, 0.026),
        "seam": d.between(0.002, 0.003),
    }


def _paste(p: Params) -> Surface:
    """A tube round at its cap (below in the drawing) and pressed flat at its other end."""
    r, cap, h0 = p["radius"], p["cap"] * p["radius"], p["cap_length"]
    end = h0 + p["length"]
    stations = [(0, cap, cap), (h0, cap, cap), (h0 + 0.006, r, r), (h0 + 0.3 * p["length"], r, r)]
    stations += [(end - 0.02, 1.35 * r, 0.35 * r), (end, 1.5 * r, p["seam"])]
    return flattened(stations, 2.0, (0, 0), 0.0045)


FAMILIES = (
    Family(
        "dumbbell",
        _draw_dumbbell,
        _dumbbell,
        ("dumbbell", "weight"),
        lambda p: ("hand weight", "small dumbbell") if p["head"] < 0.03 else ("hand weight",),
        LYING,
        warp=0.1,
        anatomy=_dumbbell_anatomy,
    ),
    Family(
        "doorknob",
        _draw_knob,
        _knob,
        ("doorknob", "knob"),
        lambda p: ("door handle", "round knob"),
        warp=0.1,
    ),
    Family(
        "hair_dryer",
        _draw_dryer,
        _dryer,
        ("hair dryer", "hairdryer"),
        lambda p: ("blow dryer", "electric hair dryer"),
        FLAT,
        warp=0.1,
        anatomy=lambda p: Anatomy(handle=between(2, high=-p["body"] - 0.006)),
    ),
    Family(
        "paste_tube",
        _draw_paste,
        _paste,
        ("toothpaste", "tube of toothpaste"),
        lambda p: ("tube of cream", "toothpaste tube", "tube of paint"),
        FLAT,
        warp=0.4,
    ),
)
