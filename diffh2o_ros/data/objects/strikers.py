"""Things that strike: hammers, mallets, gavels, meat tenderizers; drawn standing on the grip."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, between
from diffh2o_ros.data.objects.family import HAMMER, Draw, Family, Params
from diffh2o_ros.data.objects.implicit import block, capsule, drum, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, smooth_curve
from diffh2o_ros.data.objects.slender import FLAT


def _draw_hammer(d: Draw) -> Params:
    return {
        "grip": d.between(0.0105, 0.0165),
        "oval": d.between(0.68, 0.95),
        "length": d.between(0.17, 0.33),
        "neck": d.between(0.6, 0.9),
        "face": d.between(0.0105, 0.021),
        "head": d.between(0.075, 0.125),
        "kind": d.pick(("claw", "ball", "mallet", "wedge")),
    }


def _hammer(p: Params) -> Surface:
    g, h, face, head = p["grip"], p["length"], p["face"], p["head"]
    high = h - face
    handle = rods(
        [(0, 0, 0), (0, 0, 0.3 * h), (0, 0, 0.62 * h), (0, 0, high)],
        [g, 1.05 * g, p["neck"] * g, p["neck"] * g],
        (1, 1 / p["oval"], 1),
    )
    front, back = 0.45 * head, 0.55 * head
    parts = [drum((-0.1 * head, 0, high), (front, 0, high), face, 0.003)]
    if p["kind"] == "mallet":
        face = 1.25 * face
        parts = [drum((-0.5 * head, 0, high), (0.5 * head, 0, high), face, 0.004)]
    elif p["kind"] == "ball":
        parts.append(capsule((0, 0, high), (-0.8 * back, 0, high), 0.7 * face, 0.9 * face))
    else:
        drop = 0.022 if p["kind"] == "claw" else 0.004
        arc = smooth_curve(
            [(0, 0, high), (-0.5 * back, 0, high + 0.002), (-back, 0, high - drop)], 6
        )
        parts.append(rods(arc, np.linspace(0.8 * face, 0.0065, 6), (1, 0.75, 1)))
    field = join([handle, join(parts, 0.006)], 0.006)
    low = (-max(back, head / 2) - 0.012, -1.4 * face - 0.002, -g)
    high_corner = (head / 2 + 0.006, 1.4 * face + 0.002, high + 1.3 * face)
    return level_set(field, low, high_corner, 0.0045 if h < 0.26 else 0.0054)


def _hammer_anatomy(p: Params) -> Anatomy:
    high = p["length"] - p["face"]
    reach, size = (0.5, 1.25) if p["kind"] == "mallet" else (0.45, 1.0)
    head = ((reach * p["head"], 0, high), (1, 0, 0))
    return Anatomy({"head": head}, between(2, high=high - size * p["face"] - 0.008))


def _hammer_names(p: Params) -> tuple[str, ...]:
    kinds = {"mallet": ("mallet", "wooden mallet"), "claw": ("claw hammer",)}
    return kinds.get(p["kind"], ("small hammer", "tack hammer") if p["length"] < 0.22 else ())


def _draw_mallet(d: Draw) -> Params:
    return {
        "grip": d.between(0.011, 0.016),
        "length": d.between(0.17, 0.3),
        "neck": d.between(0.7, 1.0),
        "face": d.between(0.022, 0.036),
        "head": d.between(0.075, 0.125),
        "square": d.chance(0.4),
    }


def _draw_gavel(d: Draw) -> Params:
    return {
        "grip": d.between(0.008, 0.011),
        "length": d.between(0.15, 0.22),
        "neck": d.between(0.7, 0.9),
        "face": d.between(0.016, 0.024),
        "head": d.between(0.055, 0.08),
        "square": 0,
    }


def _draw_tenderizer(d: Draw) -> Params:
    return {
        "grip": d.between(0.009, 0.013),
        "length": d.between(0.18, 0.25),
        "neck": d.between(0.8, 1.0),
        "face": d.between(0.018, 0.026),
        "head": d.between(0.05, 0.07),
        "square": 1,
    }


def _mallet(p: Params) -> Surface:
    """A thick head along x, round or square, across a handle along z."""
    g, h, face, half = p["grip"], p["length"], p["face"], p["head"] / 2
    high = h - face
    shaft = [(0, 0, 0), (0, 0, 0.35 * high), (0, 0, 0.7 * high), (0, 0, high)]
    handle = rods(np.array(shaft), [g, 1.1 * g, p["neck"] * g, p["neck"] * g])
    if p["square"]:
        head = block((0, 0, high), (half, 0.8 * face, face), 0.003)
    else:
        head = drum((-half, 0, high), (half, 0, high), face, 0.003)
    wide = max(face, 1.1 * g)
    low = (-half, -wide, -g)
    return level_set(join([handle, head], 0.005), low, (half, wide, h), 0.0058)


def _mallet_anatomy(p: Params) -> Anatomy:
    high = p["length"] - p["face"]
    head = ((p["head"] / 2, 0, high), (1, 0, 0))
    return Anatomy({"head": head}, between(2, high=high - p["face"] - 0.006))


def _mallet_names(p: Params) -> tuple[str, ...]:
    return ("wooden mallet", "wooden hammer") if p["square"] else ("rubber mallet", "rubber hammer")


FAMILIES = (
    Family(
        "hammer",
        _draw_hammer,
        _hammer,
        ("hammer",),
        _hammer_names,
        FLAT,
        warp=0.2,
        affordances=HAMMER,
        anatomy=_hammer_anatomy,
    ),
    Family(
        "mallet",
        _draw_mallet,
        _mallet,
        ("mallet",),
        _mallet_names,
        FLAT,
        HAMMER,
        warp=0.2,
        anatomy=_mallet_anatomy,
    ),
    Family(
        "gavel",
        _draw_gavel,
        _mallet,
        ("gavel",),
        lambda p: ("judge's gavel", "auction hammer", "small mallet"),
        FLAT,
        HAMMER,
        warp=0.2,
        anatomy=_mallet_anatomy,
    ),
    Family(
        "tenderizer",
        _draw_tenderizer,
        _mallet,
        ("meat tenderizer", "meat mallet"),
        lambda p: ("meat hammer", "kitchen mallet", "meat pounder"),
        FLAT,
        HAMMER,
        warp=0.2,
        anatomy=_mallet_anatomy,
    ),
)
