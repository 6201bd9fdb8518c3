"""Branching tools as level sets, most of them lying flat: drills, clamps, scissors."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, between
from diffh2o_ros.data.objects.family import Draw, Family, Params
from diffh2o_ros.data.objects.implicit import block, capsule, drum, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, smooth_curve
from diffh2o_ros.data.objects.slender import FLAT


def _draw_drill(d: Draw) -> Params:
    return {
        "body": d.between(0.02, 0.031),
        "length": d.between(0.11, 0.185),
        "chuck": d.between(0.012, 0.02),
        "chuck_length": d.between(0.02, 0.05),
        "grip": d.between(0.0145, 0.021),
        "grip_deep": d.between(1.1, 1.5),
        "grip_length": d.between(0.085, 0.125),
        "lean": d.between(-0.05, 0.35),
        "place": d.between(0.25, 0.6),
        "base": d.between(0.018, 0.04),
        "base_wide": d.between(1.1, 1.9),
    }


def _drill(p: Params) -> Surface:
    """An L or T: a barrel along x with a chuck, a grip below it, a battery as its foot."""
    r, long, grip = p["body"], p["length"], p["grip"]
    z = p["grip_length"] + r + p["base"]
    back, front = -p["place"] * long, (1 - p["place"]) * long
    tip = front + p["chuck_length"]
    foot_x = -p["lean"] * p["grip_length"]
    foot = (foot_x, 0, p["base"] / 2)
    deep = grip * p["grip_deep"]
    barrel = drum((back, 0, z), (front, 0, z), r, 0.35 * r)
    nose = capsule(
        (front - 0.004, 0, z), (tip - 0.7 * p["chuck"], 0, z), p["chuck"], 0.7 * p["chuck"]
    )
    handle = rods(
        [(0, 0, z), (foot_x * 0.5, 0, z / 2), foot], [grip, grip, 1.05 * grip], (grip / deep, 1, 1)
    )
    base = block(foot, (deep * p["base_wide"], grip * 1.35, p["base"] / 2), 0.006)
    field = join([barrel, handle, nose, base], 0.008)
    low = (min(back, foot_x - deep * p["base_wide"]), -max(r, 1.4 * grip), -0.002)
    high = (max(tip, foot_x + deep * p["base_wide"]), max(r, 1.4 * grip), z + r)
    return level_set(field, low, high, 0.0064)


def _draw_clamp(d: Draw) -> Params:
    """A spring clamp: two arms crossing at a pivot, jaws at one end, grips at the other."""
    return {
        "jaw": d.between(0.04, 0.08),
        "grip": d.between(0.05, 0.1),
        "open": d.between(0.25, 0.65),
        "mouth": d.between(0.004, 0.02),
        "thick": d.between(0.0055, 0.0085),
        "deep": d.between(1.0, 2.1),
        "pivot": d.between(0.007, 0.012),
        "arch": d.between(0.1, 0.35),
    }


def _clamp(p: Params) -> Surface:
    jaw, grip, t = p["jaw"], p["grip"], p["thick"]
    spread, bow = p["open"] * grip, p["arch"] * jaw
    flatten = (1, 1 / p["deep"], 1)
    arms = []
    for s in (-1, 1):
        curve = smooth_curve(
            [(s * (p["mouth"] / 2 + t), 0, jaw), (s * (bow + t), 0, 0.5 * jaw), (s * 1.2 * t, 0, 0)]
            + [(s * 0.55 * spread, 0, -0.5 * grip), (s * spread, 0, -grip)],
            8,
        )
        arms.append(rods(curve, np.linspace(t, 1.1 * t, 8), flatten))
    deep = t * p["deep"]
    pin = drum((0, -1.15 * deep, 0), (0, 1.15 * deep, 0), p["pivot"] + t, 0.003)
    wide = max(spread, bow, p["mouth"] / 2 + t) + 2 * t
    field = join([*arms, pin], 0.004)
    low, high = (-wide, -1.2 * deep - 0.002, -grip - 2 * t), (wide, 1.2 * deep + 0.002, jaw + 2 * t)
    return level_set(field, low, high, 0.0045)


def _draw_scissors(d: Draw) -> Params:
    return {
        "blade": d.between(0.06, 0.11),
        "shank": d.between(0.035, 0.06),
        "open": d.between(0.05, 0.4),
        "ring": d.between(0.012, 0.017),
        "long": d.between(1.0, 1.6),
        "thick": d.between(0.0042, 0.006),
        "wide": d.between(1.2, 2.0),
    }


def _scissors(p: Params) -> Surface:
    """Two blades crossed at a pivot with a loop for the fingers on each shank."""
    t, blade, shank = p["thick"], p["blade"], p["shank"]
    half, ring = p["open"] / 2, p["ring"] + p["thick"]
    rotation = np.linspace(0, 2 * np.pi, 13)
    parts = []
    for s in (-1, 1):
        c, sn = np.cos(half), s * np.sin(half)
        tip = np.array([blade * sn, 0, blade * c])
        joint = np.array([-(shank * sn + s * 0.5 * ring), 0, -shank * c])
        parts.append(rods([(0, 0, 0), tip], [p["wide"] * t, 0.7 * t], (1, 0.9, 1)))
        parts.append(rods([(0, 0, 0), joint], t, (1, 0.9, 1)))
        center = joint + [-s * 0.55 * ring, 0, -0.75 * ring * p["long"]]
        loop = np.stack(
            [
                center[0] + ring * np.cos(rotation),
                0 * rotation,
                center[2] + ring * p["long"] * np.sin(rotation),
            ],
            axis=1,
        )
        parts.append(rods(loop, t, (1, 0.9, 1)))
    pin = drum((0, -1.5 * t, 0), (0, 1.5 * t, 0), 1.6 * t, 0.002)
    wide = max(blade * np.sin(half) + 2 * t, shank * np.sin(half) + 2.6 * ring + 2 * t)
    low = (-wide, -1.6 * t, -shank - 2 * ring * p["long"] - 2 * t)
    return level_set(join([*parts, pin], 0.002), low, (wide, 1.6 * t, blade + t), 0.0041)


def _draw_wrench(d: Draw) -> Params:
    return {
        "length": d.between(0.12, 0.24),
        "wide": d.between(0.007, 0.012),
        "thick": d.between(0.0045, 0.0075),
        "head": d.between(0.014, 0.023),
        "jaw": d.between(0.4, 0.6),
        "tail": d.between(0.0, 1.0),
    }


def _wrench(p: Params) -> Surface:
    """An open-ended spanner; its other end is round or a second, smaller jaw."""
    half, thick, head = p["length"] / 2, p["thick"], p["head"]
    parts = [block((0, 0, 0), (p["wide"], 0.85 * thick, half), 0.8 * thick)]
    cuts = []
    for s, size in ((1, head), (-1, head * (0.75 if p["tail"] > 0.4 else 0.6))):
        parts.append(drum((0, -thick, s * half), (0, thick, s * half), size, 0.0025))
        if s > 0 or p["tail"] > 0.4:
            mouth = (0, 0, s * (half + 0.75 * size))
            cuts.append(block(mouth, (p["jaw"] * size, 3 * thick, 0.8 * size), 0.002))
    body, hole = join(parts, 0.006), join(cuts, 0.0)
    low = (-head, -thick, -half - head)
    spacing = max(0.0031, 0.62 * thick)
    return level_set(
        lambda x: np.maximum(body(x), -hole(x)), low, (head, thick, half + head), spacing
    )


def _wrench_anatomy(p: Params) -> Anatomy:
    return Anatomy(handle=between(2, -0.3 * p["length"], 0.3 * p["length"]))


def _drill_anatomy(p: Params) -> Anatomy:
    low, high = p["base"] + 0.004, p["base"] + p["grip_length"] - 0.006
    return Anatomy(handle=between(2, low, high))


FAMILIES = (
    Family(
        "drill",
        _draw_drill,
        _drill,
        ("drill", "power drill"),
        lambda p: ("cordless drill", "electric drill", "drill machine", "electric screwdriver"),
        ("edge", "edge", "upright"),
        warp=0.2,
        anatomy=_drill_anatomy,
    ),
    Family(
        "clamp",
        _draw_clamp,
        _clamp,
        ("clamp", "spring clamp"),
        lambda p: ("clip", "pliers", "tongs", "plastic clamp"),
        FLAT,
        warp=0.3,
        anatomy=lambda p: Anatomy(handle=between(2, high=-0.25 * p["grip"])),
    ),
    Family(
        "scissors",
        _draw_scissors,
        _scissors,
        ("scissors", "pair of scissors"),
        lambda p: ("shears", "paper scissors", "kitchen scissors"),
        FLAT,
        warp=0.2,
        anatomy=lambda p: Anatomy(handle=between(2, high=-0.5 * p["shank"])),
    ),
    Family(
        "wrench",
        _draw_wrench,
        _wrench,
        ("wrench", "spanner"),
        lambda p: ("open-end wrench", "flat wrench"),
        FLAT,
        warp=0.2,
        anatomy=_wrench_anatomy,
    ),
)
