"""Telephones: smartphones, handsets, radios held to the ear."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import UP, Anatomy, between, working_face
from diffh2o_ros.data.objects.family import CALL, Draw, Family, Params
from diffh2o_ros.data.objects.implicit import block, capsule, drum, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, smooth_curve
from diffh2o_ros.data.objects.solids import rounded_slab


def _draw_phone(d: Draw) -> Params:
    x = d.between(0.056, 0.082)
    return {
        "x": x,
        "y": round(x * d.between(1.85, 2.15), 5),
        "z": d.between(0.0075, 0.011),
        "corner": d.between(0.005, 0.013),
        "rounding": d.between(0.0015, 0.0035),
    }


def _draw_old_phone(d: Draw) -> Params:
    """A phone with keys: smaller and thicker."""
    x = d.between(0.043, 0.054)
    return {
        "x": x,
        "y": round(x * d.between(2.2, 2.8), 5),
        "z": d.between(0.015, 0.024),
        "corner": d.between(0.006, 0.015),
        "rounding": d.between(0.003, 0.006),
    }


def _slab_anatomy(p: Params) -> Anatomy:
    return working_face("ear", (0, 0.38 * p["y"], p["z"] / 2), UP)


def _draw_handset(d: Draw) -> Params:
    return {
        "length": d.between(0.17, 0.22),
        "grip": d.between(0.011, 0.015),
        "flat": d.between(0.75, 1.0),
        "arch": d.between(0.012, 0.03),
        "cup": d.between(0.022, 0.029),
        "cup_deep": d.between(0.022, 0.032),
        "lean": d.between(0.0, 0.25),
    }


def _handset_cup(p: Params, s: int) -> tuple[np.ndarray, np.ndarray]:
    """Place of a cup's face and the way it looks, for the upper (1) or the lower end (-1)."""
    face = np.array([0, np.cos(p["lean"]), -s * np.sin(p["lean"])])
    return np.array([0, 0, s * p["length"] / 2]) + p["cup_deep"] * face, face


def _handset(p: Params) -> Surface:
    """A grip along z, bent over, with a cup for the ear and one for the mouth, both towards +y."""
    half, g = p["length"] / 2, p["grip"]
    arc = smooth_curve(
        [(0, 0, -half), (0, -p["arch"], -0.5 * half), (0, -p["arch"], 0.5 * half), (0, 0, half)], 10
    )
    parts = [rods(arc, g, (p["flat"], 1, 1))]
    for s in (1, -1):
        end, face = _handset_cup(p, s)
        parts.append(drum(end - (p["cup_deep"] + 0.5 * g) * face, end, p["cup"], 0.006))
    wide = max(p["cup"], g / p["flat"])
    low = (-wide, -p["arch"] - 1.3 * g, -half - p["cup"])
    high = (wide, p["cup_deep"] + 0.4 * p["cup"], half + p["cup"])
    return level_set(join(parts, 0.012), low, high, 0.0066)


def _handset_anatomy(p: Params) -> Anatomy:
    inner = 0.5 * p["length"] - 1.1 * p["cup"]
    return Anatomy({"ear": _handset_cup(p, 1)}, between(2, -inner, inner))


def _draw_radio(d: Draw) -> Params:
    return {
        "wide": d.between(0.05, 0.066),
        "tall": d.between(0.1, 0.14),
        "deep": d.between(0.026, 0.038),
        "rounding": d.between(0.004, 0.009),
        "rod": d.between(0.005, 0.007),
        "rod_length": d.between(0.04, 0.09),
        "knob": d.between(0.008, 0.011),
    }


def _radio(p: Params) -> Surface:
    """A box with a stub antenna and a knob; one speaks into and listens to its +y side."""
    w, deep, tall = p["wide"] / 2, p["deep"] / 2, p["tall"]
    body = block((0, 0, tall / 2), (w, deep, tall / 2), p["rounding"])
    x = 0.55 * w
    top = tall + p["rod_length"]
    rod = capsule((-x, 0, tall - 0.01), (-x, 0, top - p["rod"]), 1.3 * p["rod"], p["rod"])
    knob = drum((x, 0, tall - 0.005), (x, 0, tall + 0.012), p["knob"], 0.002)
    return level_set(join([body, rod, knob], 0.002), (-w, -deep, 0), (w, deep, top), 0.0052)


def _radio_anatomy(p: Params) -> Anatomy:
    return working_face("ear", (0, p["deep"] / 2, 0.72 * p["tall"]), (0, 1, 0))


FAMILIES = (
    Family(
        "phone",
        _draw_phone,
        rounded_slab,
        ("phone", "smartphone"),
        lambda p: ("cell phone", "mobile phone", "mobile"),
        affordances=CALL,
        warp=0.1,
        anatomy=_slab_anatomy,
    ),
    Family(
        "old_phone",
        _draw_old_phone,
        rounded_slab,
        ("phone", "mobile phone"),
        lambda p: ("cell phone", "cordless phone", "old mobile phone"),
        affordances=CALL,
        warp=0.2,
        anatomy=_slab_anatomy,
    ),
    Family(
        "handset",
        _draw_handset,
        _handset,
        ("telephone", "telephone handset"),
        lambda p: ("phone", "telephone receiver", "handset", "receiver"),
        ("face", "face", "edge"),
        CALL,
        warp=0.2,
        anatomy=_handset_anatomy,
    ),
    Family(
        "radio",
        _draw_radio,
        _radio,
        ("walkie-talkie", "two-way radio"),
        lambda p: ("radio", "handheld radio"),
        ("upright", "edge", "edge"),
        CALL,
        warp=0.1,
        anatomy=_radio_anatomy,
    ),
)
