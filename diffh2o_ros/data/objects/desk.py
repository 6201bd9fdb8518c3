"""What lies on a desk: clocks, game controllers, staplers, headphones."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.family import Draw, Family, Params
from diffh2o_ros.data.objects.implicit import block, capsule, drum, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, smooth_curve
from diffh2o_ros.data.objects.slender import FLAT


def _draw_clock(d: Draw) -> Params:
    return {
        "radius": d.between(0.032, 0.05),
        "deep": d.between(0.035, 0.05),
        "foot": d.between(0.006, 0.009),
        "bell": d.between(0.34, 0.45) if d.chance(0.7) else 0.0,
    }


def _clock(p: Params) -> Surface:
    """A round case facing -y on two feet, with two bells on top or without."""
    r, half, foot = p["radius"], p["deep"] / 2, p["foot"]
    parts = [drum((0, -half, r), (0, half, r), r, 0.006)]
    low, high = 0.0, 2 * r
    for s in (-1, 1):
        out = np.array([0.6 * s, 0, -0.8])
        tip = np.array([0, 0, r]) + 1.12 * r * out
        parts.append(capsule(np.array([0, 0, r]) + 0.8 * r * out, tip, 1.1 * foot, foot))
        low = min(low, tip[2] - foot)
        if p["bell"]:
            bell = p["bell"] * r
            place = np.array([0.55 * s, 0, 0.835])
            place = np.array([0, 0, r]) + (r + 0.5 * bell) * place
            parts.append(capsule(place - 0.001, place + 0.001, bell))
            high = max(high, place[2] + bell)
    wide = 1.25 * r
    spacing = 0.05 * r + 0.0024
    return level_set(join(parts, 0.004), (-wide, -half, low), (wide, half, high), spacing)


def _draw_controller(d: Draw) -> Params:
    return {
        "wide": d.between(0.05, 0.06),
        "deep": d.between(0.024, 0.03),
        "tall": d.between(0.012, 0.017),
        "grip": d.between(0.015, 0.019),
        "reach": d.between(0.045, 0.065),
        "splay": d.between(0.006, 0.02),
    }


def _controller(p: Params) -> Surface:
    """A body with a horn at either side and two sticks on top."""
    w, deep, tall, grip = p["wide"], p["deep"], p["tall"], p["grip"]
    parts = [block((0, 0, 0), (w, deep, tall), 0.8 * tall)]
    for s in (-1, 1):
        end = (s * (w + p["splay"]), -p["reach"], -0.3 * grip)
        parts.append(capsule((s * 0.85 * w, 0, 0), end, grip, 0.8 * grip))
        parts.append(
            drum(
                (s * 0.42 * w, -0.3 * deep, 0),
                (s * 0.42 * w, -0.3 * deep, tall + 0.008),
                0.008,
                0.002,
            )
        )
    wide = w + p["splay"] + grip
    low = (-wide, -p["reach"] - grip, -1.4 * grip)
    high = (wide, max(deep, grip), max(tall + 0.008, grip))
    return level_set(join(parts, 0.012), low, high, 0.0057)


def _draw_stapler(d: Draw) -> Params:
    return {
        "length": d.between(0.1, 0.16),
        "wide": d.between(0.014, 0.02),
        "base": d.between(0.005, 0.008),
        "arm": d.between(0.009, 0.013),
        "open": d.between(0.1, 0.2),
    }


def _stapler(p: Params) -> Surface:
    """A base along x and an arm on a hinge at its back."""
    half, w, arm = p["length"] / 2, p["wide"], p["arm"]
    base = block((0, 0, p["base"]), (half, w, p["base"]), 0.004)
    z, lift = 2 * p["base"] + arm, p["open"]
    c, s = np.cos(lift), np.sin(lift)
    rotation = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])
    middle = np.array([-half, 0, z]) + rotation @ np.array([half, 0, 0])
    lever = block(middle, (0.97 * half, 0.8 * w, arm), 0.6 * arm, rotation)
    hinge = block((-0.78 * half, 0, z / 2 + 0.003), (0.22 * half, 0.85 * w, z / 2 + 0.003), 0.004)
    top = middle[2] + half * s + arm + 0.002
    return level_set(join([base, lever, hinge], 0.003), (-half, -w, 0), (half, w, top), 0.0043)


def _draw_headphones(d: Draw) -> Params:
    return {
        "wide": d.between(0.07, 0.082),
        "tall": d.between(0.13, 0.17),
        "band": d.between(0.0055, 0.0075),
        "cup": d.between(0.028, 0.038),
        "cup_deep": d.between(0.011, 0.016),
    }


def _headphones(p: Params) -> Surface:
    """A bow in the xz plane with a cup at either end."""
    w, tall, t, cup, deep = p["wide"], p["tall"], p["band"], p["cup"], p["cup_deep"]
    high = tall - t
    bow = smooth_curve(
        [
            (-w, 0, cup),
            (-w, 0, 0.6 * high),
            (-0.6 * w, 0, 0.93 * high),
            (0, 0, high),
            (0.6 * w, 0, 0.93 * high),
            (w, 0, 0.6 * high),
            (w, 0, cup),
        ],
        25,
    )
    parts = [rods(bow, t, (1, 0.7, 1))]
    for s in (-1, 1):
        parts.append(
            drum((s * (w + 0.4 * deep), 0, cup), (s * (w - 1.6 * deep), 0, cup), cup, 0.005)
        )
    wide = w + max(deep, t)
    return level_set(join(parts, 0.004), (-wide, -cup, 0), (wide, cup, tall), 0.0062)


FAMILIES = (
    Family(
        "clock",
        _draw_clock,
        _clock,
        ("clock", "alarm clock"),
        lambda p: ("bedside clock", "table clock"),
        warp=0.1,
    ),
    Family(
        "controller",
        _draw_controller,
        _controller,
        ("game controller", "controller"),
        lambda p: ("gamepad", "video game controller", "joypad"),
        warp=0.1,
    ),
    Family(
        "stapler",
        _draw_stapler,
        _stapler,
        ("stapler",),
        lambda p: ("office stapler", "desk stapler"),
        warp=0.1,
    ),
    Family(
        "headphones",
        _draw_headphones,
        _headphones,
        ("headphones", "pair of headphones"),
        lambda p: ("headset", "over-ear headphones"),
        FLAT,
        warp=0.1,
    ),
)
